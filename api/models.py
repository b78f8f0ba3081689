"""Answers kept for a day, so that asking twice does a thing once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final, Self

from django.db import models, transaction

from api.problems import Refusal
from incidents.models import Update
from people.models import ApiToken

HEADER: Final = "Idempotency-Key"
KEY_LIMIT: Final = 200
KEPT_FOR: Final = timedelta(hours=24)
REDACTED: Final = '{"title": "An update in this answer was redacted since; read it anew."}'
GIVEN_UP_AFTER: Final = timedelta(minutes=1)


class KeptAnswer(models.Model):
    """What a request with an Idempotency-Key was answered; without a status it is in flight."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="kept_answers")
    key = models.CharField(max_length=KEY_LIMIT)
    request_digest = models.CharField(max_length=64)
    begun_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    location = models.CharField(max_length=500, blank=True)
    body = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="kept_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.status or 'in flight'}"

    @classmethod
    def claim(cls, token: ApiToken, key: str, digest: str, *, at: datetime) -> Self:
        """Return the answer under this key: a kept one, or one in flight for the caller to fill.

        Refuses with 409 while another request fills it, 422 when the key named another request.
        """
        _check_key(key)
        cls.objects.filter(begun_at__lte=at - KEPT_FOR).delete()
        answer, is_new = cls.objects.get_or_create(
            token=token, key=key, defaults={"request_digest": digest, "begun_at": at}
        )
        if answer.request_digest != digest:
            raise _refusal(HTTPStatus.UNPROCESSABLE_ENTITY, _OTHER)
        if not is_new and not answer.is_kept:
            answer._take_over(at)
        return answer

    @classmethod
    def forget_redacted(cls, *, at: datetime) -> int:
        """Take the words of what was redacted out of answers that are kept; returns of how many."""
        kept = cls.objects.exclude(status=None).exclude(body=REDACTED)
        return sum(
            kept.filter(body__contains=update.public_id).update(body=REDACTED)
            for update in Update.redacted_since(at - KEPT_FOR)
        )

    @property
    def is_kept(self) -> bool:
        """Whether there is an answer to give again."""
        return self.status is not None

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Do the work and keep its answer in one transaction; what fails frees the key again."""
        try:
            with transaction.atomic():
                yield
                self._keep()
        except BaseException:
            self._in_flight().delete()
            raise

    def _keep(self) -> None:
        kept = {"status": self.status, "location": self.location, "body": self.body}
        if not self._in_flight().update(**kept):
            raise _refusal(HTTPStatus.CONFLICT, _IN_FLIGHT)

    def _take_over(self, at: datetime) -> None:
        """Go on for a process that died; its work was rolled back with it."""
        dead = at - self.begun_at >= GIVEN_UP_AFTER
        if not dead or not self._in_flight().update(begun_at=at):
            raise _refusal(HTTPStatus.CONFLICT, _IN_FLIGHT)
        self.begun_at = at

    def _in_flight(self) -> models.QuerySet["KeptAnswer"]:
        return KeptAnswer.objects.filter(pk=self.pk, status=None, begun_at=self.begun_at)


_OTHER: Final = "This key was used for another request; use a new key for each request."
_IN_FLIGHT: Final = "A request with this key is being worked on; ask again in a moment."
_BAD: Final = f"A key has 1 to {KEY_LIMIT} printable characters; a UUID is a good one."


def _check_key(key: str) -> None:
    if not 0 < len(key) <= KEY_LIMIT or not key.isascii() or not key.isprintable():
        raise _refusal(HTTPStatus.BAD_REQUEST, _BAD)


def _refusal(status: HTTPStatus, detail: str) -> Refusal:
    return Refusal(status, detail, errors={HEADER: [detail]})
