"""Somebody who uses the site as a browser without JavaScript does: pages, forms, cookies."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

from proof.product import OWNER, PASSWORD
from proof.verdict import BrokenPromise

PATIENCE = 15


@dataclass
class Form:
    """A form as it stands on a page: where it goes, its fields, and what they hold untouched."""

    action: str
    method: str
    names: set[str] = field(default_factory=set)
    fields: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, values: dict[str, str]) -> list[tuple[str, str]]:
        """Return what is sent when `values` are typed in."""
        kept = [(name, value) for name, value in self.fields if name not in values]
        return [*kept, *values.items()]


class Visitor:
    """A session with the product; `took` is how long the last form was answered, in seconds."""

    def __init__(self, url: str) -> None:
        self.session = requests.Session()
        self.here = self.url = url
        self.took = 0.0

    def get(self, path: str) -> str:
        """Open a page and return its HTML."""
        answer = self.session.get(urljoin(self.url, path), timeout=PATIENCE)
        return self._arrived(answer)

    def sign_in(self, email: str = OWNER, password: str = PASSWORD) -> str:
        """Sign in to the console, as the owner of a proof's product unless told otherwise."""
        page = self.get("/console/")
        return self.submit(page, {"email": email, "password": password})

    def submit(self, page: str, values: dict[str, str]) -> str:
        """Fill in the form that has all these fields, send it and return what comes back."""
        form = form_with(page, values)
        target = urljoin(self.here, form.action)
        answer = self.session.post(
            target,
            data=form.filled(values),
            headers={"Referer": self.here},
            timeout=PATIENCE,
        )
        # Without the page that it leads to.
        self.took = (answer.history or [answer])[0].elapsed.total_seconds()
        return self._arrived(answer)

    def _arrived(self, answer: requests.Response) -> str:
        if answer.status_code >= 400:
            raise BrokenPromise(f"{answer.request.method} {answer.url} -> {answer.status_code}")
        self.here = answer.url
        return answer.text


def form_with(page: str, values: dict[str, str]) -> Form:
    """Return the first posting form of a page that has all these fields."""
    forms = [form for form in _forms(page) if form.method == "post"]
    for form in forms:
        if set(values) <= form.names:
            return form
    seen = [sorted(form.names) for form in forms]
    raise BrokenPromise(f"no form with the fields {sorted(values)}; there are {seen}")


def _forms(page: str) -> list[Form]:
    reader = _Reader()
    reader.feed(page)
    return reader.forms


class _Reader(HTMLParser):
    """Collects forms with the fields and values that a browser would send untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select = self._textarea = ""
        self._chosen: str | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        elif tag == "input":
            self._input(given)
        elif tag == "select":
            self._select, self._chosen = given.get("name", ""), None
        elif tag == "option" and self._select and (self._chosen is None or "selected" in given):
            self._chosen = given.get("value", "")
        elif tag == "textarea":
            self._textarea, self._text = given.get("name", ""), []

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._add(self._select, self._chosen or "")
            self._select = ""
        elif tag == "textarea":
            self._add(self._textarea, "".join(self._text).removeprefix("\n"))
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._text.append(data)

    def _input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        boxes = kind in {"checkbox", "radio"}
        if kind not in {"submit", "button", "reset", "image"}:
            value = given.get("value", "on" if boxes else "")
            self._add(given.get("name", ""), value, kept=not boxes or "checked" in given)

    def _add(self, name: str, value: str, *, kept: bool = True) -> None:
        if self._open is not None and name:
            self._open.names.add(name)
            if kept:
                self._open.fields.append((name, value))
