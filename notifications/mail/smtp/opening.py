"""From the greeting to the first mail: EHLO or HELO, STARTTLS, AUTH."""

from base64 import b64encode
from collections.abc import Callable, Sequence

from notifications.mail.smtp.dialogue import Broken, Dialogue
from notifications.mail.smtp.replies import Reply
from notifications.mail.smtp.server import Server


class Opening(Dialogue):
    """A session until it can take mails."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.ready = False
        self.wants_tls = False
        self.offers: dict[str, str] = {}
        self._server = server
        self._encrypted = False
        self._awaited.append(self._greeted)

    def encrypted(self) -> None:
        """The line is encrypted from here on: what was said before counts no more (RFC 3207)."""
        self.wants_tls, self._encrypted = False, True
        self.offers = {}
        self._introduce()

    def _greeted(self, reply: Reply) -> None:
        _require(reply)
        self._introduce()

    def _introduce(self) -> None:
        self.say(f"EHLO {self._server.own_name}".encode("ascii"), self._introduced)

    def _introduced(self, reply: Reply) -> None:
        if reply.lasting:
            self.say(f"HELO {self._server.own_name}".encode("ascii"), self._known_of_old)
            return
        _require(reply)
        self.offers = _offers(reply)
        self._go_on()

    def _known_of_old(self, reply: Reply) -> None:
        _require(reply)
        self._go_on()

    def _go_on(self) -> None:
        if self._server.starttls and not self._encrypted:
            self._ask_for_tls()
        elif self._server.username:
            self._log_in()
        else:
            self.ready = True

    def _ask_for_tls(self) -> None:
        if "STARTTLS" not in self.offers:
            raise Broken("the server offers no STARTTLS")
        self.say(b"STARTTLS", self._may_encrypt)

    def _may_encrypt(self, reply: Reply) -> None:
        _require(reply)
        if self._replies.begun:
            # Words slipped in before the encryption would be taken for the server's own.
            raise Broken("the server spoke on before the encryption")
        self.wants_tls = True

    def _log_in(self) -> None:
        user, password = self._server.username.encode(), self._server.password.encode()
        offered = self.offers.get("AUTH", "").upper().split()
        if "PLAIN" in offered:
            secret = _coded(b"\0" + user + b"\0" + password)
            self.say(b"AUTH PLAIN " + secret, self._after([secret]))
        elif "LOGIN" in offered:
            self.say(b"AUTH LOGIN", self._after([_coded(user), _coded(password)]))
        else:
            raise Broken("the server offers neither AUTH PLAIN nor AUTH LOGIN")

    def _after(self, left: Sequence[bytes]) -> Callable[[Reply], None]:
        """What is done with an answer while so much of the secret is still to be said."""

        def answered(reply: Reply) -> None:
            if reply.code == 334 and left:
                self.say(left[0], self._after(left[1:]))
                return
            _require(reply)
            self.ready = True

        return answered


def _require(reply: Reply) -> None:
    if not reply.ok:
        raise Broken(str(reply))


def _offers(reply: Reply) -> dict[str, str]:
    """What a server can do, by keyword; the first line is its name."""
    lines = (line.replace("=", " ", 1).partition(" ") for line in reply.text.split("\n")[1:])
    offers: dict[str, str] = {}
    for keyword, _space, words in lines:
        offers[keyword.upper()] = f"{offers.get(keyword.upper(), '')} {words}".strip()
    return offers


def _coded(secret: bytes) -> bytes:
    return b64encode(secret)
