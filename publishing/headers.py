"""Which headers a public file carries, whoever answers: Django, the front door, a bucket."""

import re
from typing import Any, Final

from django.conf import settings
from django.utils.csp import build_policy

from publishing.artefact import HTML, JSON_FEED, TYPES

FRESH: Final = "public, max-age=15, stale-while-revalidate=60, stale-if-error=86400"
# Where something moved to may change with the language of its page.
WHILE_MOVED: Final = "public, max-age=300"
FOREVER: Final = "public, max-age=31536000, immutable"
# A file that changes gets another name, as `publishing.assets` gives them by content.
NAMED_BY_CONTENT: Final = re.compile(r"assets/[^/]+\.[0-9a-f]{12}\.[a-z]+")
# What stands in others' frames shows itself, and does nothing but that.
FRAMED: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)


def type_of(path: str) -> str:
    """The content type of a path: a folder's own page is HTML."""
    if path == "" or path.endswith("/"):
        return HTML
    if path.endswith("feed.json"):
        return JSON_FEED
    return TYPES.get(path.rpartition(".")[2], "application/octet-stream")


def headers_of(path: str, content_type: str = "") -> dict[str, str]:
    """What is said about a file wherever it is published: its type, its life, who may read it."""
    content_type = content_type or type_of(path)
    headers = {"Content-Type": content_type, "Cache-Control": FRESH}
    if NAMED_BY_CONTENT.fullmatch(path):
        headers["Cache-Control"] = FOREVER
    if content_type != HTML and not path.startswith("assets/"):
        headers["Access-Control-Allow-Origin"] = "*"
    return headers


def may_be_framed(path: str) -> bool:
    """Whether other sites may show it in a frame: the one page that is made for that."""
    return f"/{path}".endswith("/embed/")


def guards_of(path: str) -> dict[str, str]:
    """What protects its readers, as Django's own middleware says it elsewhere."""
    guards = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
    }
    if settings.SECURE_HSTS_SECONDS:
        guards["Strict-Transport-Security"] = (
            f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"
        )
    if may_be_framed(path):
        return guards | {"Content-Security-Policy": FRAMED}
    policy: dict[str, Any] = dict(settings.SECURE_CSP)
    framing = {"X-Frame-Options": settings.X_FRAME_OPTIONS}
    return guards | framing | {"Content-Security-Policy": build_policy(policy)}
