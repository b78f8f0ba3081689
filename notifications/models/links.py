"""The links of a subscription: confirm, manage, unsubscribe; each acts for one purpose only."""

import secrets
from typing import Self

from django.db import models

from incidents.core.languages import beside
from incidents.models import Page
from incidents.models.fields import PublicIdField
from notifications import tokens


def new_nonce() -> str:
    """What makes a subscription's links its own, until it is replaced."""
    return secrets.token_hex(8)


def root_in(page: Page, language: str) -> str:
    """What the paths of a page begin with in a reader's language: nothing, or `de/`."""
    return f"{language}/" if language in beside(page.language, page.languages) else ""


class Linked(models.Model):
    """A row that mails carry links to; the links themselves are stored nowhere."""

    page: models.ForeignKey[Page, Page]
    public_id = PublicIdField()
    nonce = models.CharField(max_length=32, default=new_nonce)
    language = models.CharField(max_length=16, blank=True)

    class Meta:
        abstract = True

    @classmethod
    def by_manage_token(cls, token: str) -> Self | None:
        """The subscription whose manage link this is, if it is one."""
        return cls._by_token("manage", token)

    @classmethod
    def by_unsubscribe_token(cls, token: str) -> Self | None:
        """The subscription whose unsubscribe link this is; it stays valid for good."""
        return cls._by_token("unsubscribe", token)

    @property
    def confirm_url(self) -> str:
        """Where the confirmation button is."""
        return self._url(f"subscriptions/confirm/{self.token('confirm')}/")

    @property
    def manage_url(self) -> str:
        """Where its owner changes it, in the owner's language."""
        return self._url(self.manage_path)

    @property
    def unsubscribe_url(self) -> str:
        """Where one click ends it (RFC 8058)."""
        return self._url(self.unsubscribe_path)

    @property
    def manage_path(self) -> str:
        """The same within the page, whatever the language."""
        return f"subscriptions/{self.token('manage')}/"

    @property
    def unsubscribe_path(self) -> str:
        """The same within the page, whatever the language."""
        return f"subscriptions/unsubscribe/{self.token('unsubscribe')}/"

    def token(self, purpose: tokens.Purpose) -> str:
        """The link's secret part for one purpose."""
        return tokens.make(purpose, self.public_id, self.nonce)

    def _url(self, path: str) -> str:
        return self.page.url(root_in(self.page, self.language) + path)

    @classmethod
    def _by_token(cls, purpose: tokens.Purpose, token: str) -> Self | None:
        public_id = tokens.public_id_in(token)
        found = cls._default_manager.filter(public_id=public_id).first() if public_id else None
        if found and tokens.matches(token, purpose, found.public_id, found.nonce):
            return found
        return None
