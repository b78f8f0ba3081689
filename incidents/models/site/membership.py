"""Who works on which page, in which role."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models

from incidents.core import checks
from incidents.core.roles import Role, roles_with
from incidents.models.site.page import Page
from people.actors import Actor
from people.models import User


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Questions of permission."""

    def can(self, user: User | AnonymousUser, page: Page, ability: str) -> bool:
        """Return whether `user` may do what `ability` names on `page`; owners may do everything."""
        if not user.is_active or not isinstance(user, User):
            return False
        roles = roles_with(ability)
        return user.is_superuser or self.filter(user=user, page=page, role__in=roles).exists()

    def pages_of(self, user: User) -> models.QuerySet[Page]:
        """Return the pages that `user` works on; all of them for an owner."""
        pages = Page.objects.order_by("pk")
        return pages if user.is_superuser else pages.filter(memberships__user=user)


class Membership(models.Model):
    """One person's role on one page."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page", "user"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.role}"

    @classmethod
    def grant(cls, *, page: Page, user: User, role: str, by: Actor, at: datetime) -> Self:
        """Give `user` a role on `page`, in place of an earlier one."""
        checks.choice(role, Role.values, field="role")
        with page.writing(by=by, at=at) as journal:
            membership, _created = cls.objects.update_or_create(
                page=page, user=user, defaults={"role": role}
            )
            journal.append("membership.granted", membership, after={"role": role})
        return membership

    def end(self, *, by: Actor, at: datetime) -> None:
        """Take the role away."""
        with self.page.writing(by=by, at=at) as journal:
            journal.append("membership.ended", self, before={"role": self.role})
            self.delete()
