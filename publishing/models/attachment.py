"""Pictures of a page: its logo, the same for the dark, and the sign in a browser's tab."""

from datetime import datetime
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.core.checks import refusal
from incidents.models import Page
from people.actors import Actor
from publishing.core.pictures import Box, redrawn
from publishing.models.theme import Theme

LOGO: Final = Box(480, 80)


class Purpose(models.TextChoices):
    """What a picture is for; a page has one of each at most."""

    LOGO = "logo", _("Logo")
    LOGO_DARK = "logo_dark", _("Logo in the dark")
    FAVICON = "favicon", _("Sign in the tab")


BOXES: Final = {
    Purpose.LOGO: LOGO,
    Purpose.LOGO_DARK: LOGO,
    Purpose.FAVICON: Box(96, 96, square=True),
}


class Attachment(models.Model):
    """A picture as readers get it: drawn anew from what was uploaded, which is not kept."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="attachments")
    purpose = models.CharField(max_length=12, choices=Purpose)
    content_type = models.CharField(max_length=40, default="image/png")
    body = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the bytes."))
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page", "purpose"], name="attachment_one_a_purpose"),
        ]

    def __str__(self) -> str:
        return f"{Purpose(self.purpose).label}, {self.width} × {self.height}"

    @classmethod
    def put(cls, page: Page, purpose: str, data: bytes, *, by: Actor, at: datetime) -> "Attachment":
        """Set the picture for `purpose` from an upload; the one before is gone.

        Raises ValidationError on `purpose` for what is no picture that may be published.
        """
        picture = redrawn(data, BOXES[Purpose(purpose)], field=purpose)
        with page.writing(by=by, at=at) as journal:
            theme = _held(page)
            if purpose == Purpose.LOGO_DARK and Purpose.LOGO not in theme.pictures:
                raise refusal(purpose, "Upload the logo first; this one stands for it in the dark.")
            kept, _made = cls.objects.update_or_create(
                page=page,
                purpose=purpose,
                defaults={
                    "body": picture.body,
                    "width": picture.width,
                    "height": picture.height,
                    "digest": picture.digest,
                    "created_at": at,
                },
            )
            size = [picture.width, picture.height]
            before = theme.pictures.get(purpose)
            _note(theme, theme.pictures | {purpose: size})
            journal.append(
                "page.picture_set",
                kept,
                before={"size": before} if before else {},
                after={"purpose": purpose, "size": size, "digest": picture.digest},
            )
        return kept

    def remove(self, *, by: Actor, at: datetime) -> None:
        """Take it off the page; the logo for the dark goes with the logo."""
        gone = {self.purpose} | ({Purpose.LOGO_DARK} if self.purpose == Purpose.LOGO else set())
        with self.page.writing(by=by, at=at) as journal:
            theme = _held(self.page)
            left = {name: size for name, size in theme.pictures.items() if name not in gone}
            _note(theme, left)
            for each in Attachment.objects.filter(page=self.page, purpose__in=gone):
                journal.append("page.picture_removed", each, before={"purpose": each.purpose})
                each.delete()


def _held(page: Page) -> Theme:
    theme = Theme.of(page)
    theme.hold()
    return theme


def _note(theme: Theme, pictures: dict[str, list[int]]) -> None:
    """Keep the sizes where pages read them, so that no page asks for pictures."""
    theme.pictures = pictures
    theme.save(update_fields=["pictures"])
