"""What receivers look up before they believe a mail: SPF, DKIM, DMARC, PTR, where bounces go.

Pure but for the resolver, which is handed in: it answers with texts, or with nothing.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from dns import exception, resolver, reversename

type Resolver = Callable[[str, str], list[str]]
"""The records of a name and type as texts; none where there are none. Unanswered raises OSError."""

type Grade = Literal["good", "poor", "bad"]

SECONDS: Final = 5.0
# RFC 7208 allows ten names to be looked up for one record.
MOST_LOOKUPS: Final = 10
LOOKED_UP: Final = re.compile(r"^[+?~-]?(include:|a\b|mx\b|ptr\b|exists:)|^redirect=")
SELECTORS: Final = (
    "default", "mail", "dkim", "selector1", "selector2", "s1", "s2", "k1", "google", "pm", "brevo",
    "resend", "mailjet", "mandrill", "candor",
)  # fmt: skip
SHORTEST_KEY: Final = 200


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it is, and what to write where that helps."""

    about: str
    grade: Grade
    words: str
    write: str = ""


@dataclass(frozen=True)
class Route:
    """How mail of a page leaves, as far as the settings say."""

    sender: str
    site: str
    host: str = ""
    """The SMTP server, or "" when a provider's API takes mails."""
    addresses: Sequence[str] = ()
    """The addresses that the server sends from, where they are known."""
    bounces: str = ""
    """BOUNCE_ADDRESS."""
    selectors: Sequence[str] = field(default=SELECTORS)

    @property
    def domain(self) -> str:
        """The domain in the From, by which receivers know the sender."""
        return self.sender.rpartition("@")[2].lower()

    @property
    def returning(self) -> str:
        """The domain to which undeliverable mail goes."""
        return self.bounces.rpartition("@")[2].lower() or self.domain


def ask_dns(name: str, kind: str) -> list[str]:
    """The resolver of this machine."""
    try:
        answer = resolver.resolve(name, kind, lifetime=SECONDS)
    except (resolver.NXDOMAIN, resolver.NoAnswer):
        return []
    except exception.DNSException as problem:
        raise OSError(f"{name} {kind}: {problem}") from problem
    if kind == "TXT":
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
    return [str(record).rstrip(".") for record in answer]


def examine(route: Route, ask: Resolver) -> list[Finding]:
    """Everything, in the order in which a receiver looks."""
    checks = (_spf, _dkim, _dmarc, _ptr, _return_path, _alignment, _one_click)
    return [finding for check in checks for finding in _safely(check, route, ask)]


def _safely(
    check: Callable[[Route, Resolver], Iterator[Finding]], route: Route, ask: Resolver
) -> list[Finding]:
    try:
        return list(check(route, ask))
    except OSError as problem:
        name = check.__name__.strip("_").replace("_", " ")
        return [Finding(name, "bad", f"DNS did not answer: {problem}")]


def _spf(route: Route, ask: Resolver) -> Iterator[Finding]:
    name = route.returning
    found = [text for text in ask(name, "TXT") if text.lower().split(" ")[0] == "v=spf1"]
    wanted = f'{name}. TXT "v=spf1 {_senders(route)} -all"'
    if not found:
        yield Finding("SPF", "bad", f"{name} does not say who may send for it.", wanted)
    elif len(found) > 1:
        words = f"{name} has {len(found)} SPF records; receivers then take none. Keep one."
        yield Finding("SPF", "bad", words)
    else:
        yield from _spf_record(name, found[0], wanted)


def _spf_record(name: str, record: str, wanted: str) -> Iterator[Finding]:
    terms = record.lower().split()[1:]
    lookups = sum(1 for term in terms if LOOKED_UP.search(term))
    if "+all" in terms or "all" in terms:
        yield Finding("SPF", "bad", f"{name} lets everybody send for it: {record}", wanted)
    elif lookups > MOST_LOOKUPS:
        words = f"{name} needs {lookups} look-ups, and receivers stop at {MOST_LOOKUPS}."
        yield Finding("SPF", "bad", words)
    elif not any(term in {"-all", "~all"} or term.startswith("redirect=") for term in terms):
        yield Finding("SPF", "poor", f"{name} does not end with -all or ~all: {record}", wanted)
    else:
        yield Finding("SPF", "good", record)


def _senders(route: Route) -> str:
    if route.addresses:
        return " ".join(f"ip{6 if ':' in each else 4}:{each}" for each in route.addresses)
    return "include:<your mail provider’s SPF name>"


def _dkim(route: Route, ask: Resolver) -> Iterator[Finding]:
    names = [f"{selector}._domainkey.{route.domain}" for selector in route.selectors]
    keys = {name: text for name in names for text in ask(name, "TXT") if "p=" in text}
    if not keys:
        tried = ", ".join(route.selectors)
        words = f"No key of {route.domain} under the selectors {tried}; name yours by --selector."
        selector = route.selectors[0] if len(route.selectors) == 1 else "<selector>"
        wanted = f'{selector}._domainkey.{route.domain}. TXT "v=DKIM1; k=rsa; p=<public key>"'
        yield Finding("DKIM", "bad", words, wanted)
    for name, record in keys.items():
        yield _dkim_key(name, record)


def _dkim_key(name: str, record: str) -> Finding:
    tags = _tags(record)
    key, testing = tags.get("p", ""), "y" in tags.get("t", "").split(":")
    if not key:
        return Finding("DKIM", "bad", f"{name} was revoked (p= is empty).")
    if tags.get("k", "rsa") == "rsa" and len(key) < SHORTEST_KEY:
        return Finding("DKIM", "poor", f"{name} is shorter than 1,024 bits; make one of 2,048.")
    if testing:
        return Finding("DKIM", "poor", f"{name} says that it is only a test (t=y); take that out.")
    return Finding("DKIM", "good", name)


def _dmarc(route: Route, ask: Resolver) -> Iterator[Finding]:
    for domain in _upwards(route.domain):
        found = [text for text in ask(f"_dmarc.{domain}", "TXT") if text.startswith("v=DMARC1")]
        if found:
            yield _dmarc_record(domain, found)
            return
    name = f"_dmarc.{route.domain}"
    wanted = f'{name}. TXT "v=DMARC1; p=none; rua=mailto:{route.sender}"'
    words = f"{name} is not there; large receivers ask for it, and say in reports who fails."
    yield Finding("DMARC", "bad", words, wanted)


def _dmarc_record(domain: str, found: list[str]) -> Finding:
    policy = _tags(found[0]).get("p", "")
    if len(found) > 1:
        return Finding("DMARC", "bad", f"_dmarc.{domain} has {len(found)} records; keep one.")
    if policy not in {"none", "quarantine", "reject"}:
        return Finding("DMARC", "bad", f"_dmarc.{domain} has no policy (p=): {found[0]}")
    if policy == "none":
        words = "It only watches (p=none): fine to begin with; quarantine or reject later."
        return Finding("DMARC", "good", words)
    return Finding("DMARC", "good", found[0])


def _ptr(route: Route, ask: Resolver) -> Iterator[Finding]:
    if not route.addresses:
        return
    for address in route.addresses:
        names = ask(str(reversename.from_address(address)).rstrip("."), "PTR")
        kind = "AAAA" if ":" in address else "A"
        if not names:
            words = f"{address} has no name; many receivers refuse it. Ask whoever gave it to you."
            yield Finding("PTR", "bad", words, f"{address} PTR {route.host}.")
        elif not any(address in ask(name, kind) for name in names):
            words = f"{address} is called {names[0]}, which does not lead back to it."
            yield Finding("PTR", "bad", words, f"{names[0]}. {kind} {address}")
        else:
            yield Finding("PTR", "good", f"{address} is {names[0]}")


def _return_path(route: Route, ask: Resolver) -> Iterator[Finding]:
    name = route.returning
    if not route.bounces and route.host:
        words = f"Bounces go to {route.sender}, and nobody tells Candor. Set BOUNCE_ADDRESS."
        yield Finding("return path", "poor", words)
    if not ask(name, "MX") and not ask(name, "A"):
        words = f"{name} takes no mail: bounces and answers are lost."
        yield Finding("return path", "bad", words, f"{name}. MX 10 <your mail server>.")
    else:
        yield Finding("return path", "good", f"{name} takes mail")


def _alignment(route: Route, ask: Resolver) -> Iterator[Finding]:
    if _organisation(route.returning) == _organisation(route.domain):
        yield Finding("alignment", "good", f"From and return path are both of {route.domain}")
    else:
        words = (
            f"The From is of {route.domain}, the return path of {route.returning}: SPF does not"
            " count for DMARC, so that all hangs on DKIM. Take a BOUNCE_ADDRESS of the same domain."
        )
        yield Finding("alignment", "poor", words)


def _one_click(route: Route, ask: Resolver) -> Iterator[Finding]:
    if route.site.startswith("https://"):
        yield Finding("one-click", "good", f"Readers leave by one click at {route.site}")
    else:
        words = f"Links lead to {route.site}; mail programs offer one click over https only."
        yield Finding("one-click", "bad", f"{words} Set SITE_URL, or the page’s address.")


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip(): value.strip().replace(" ", "") for name, _is, value in pairs}


def _upwards(domain: str) -> Iterator[str]:
    """The domain and those above it that may speak for it."""
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        yield ".".join(labels[start:])


def _organisation(domain: str) -> str:
    """Near enough to what DMARC calls so: two labels, or three below a short second one."""
    labels = domain.split(".")
    short = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3 if short else -2 :])
