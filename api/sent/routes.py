"""Ways of telling that an incident has hit itself."""

from api.sent import Sent, _example


class RouteSent(Sent):
    """A channel, or the mailboxes of one domain."""

    model_config = _example(channel="email", domain="example.com")

    channel: str
    domain: str = ""
