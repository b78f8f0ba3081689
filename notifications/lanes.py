"""The lanes of the queue: what is in one never waits for what is in another."""

from typing import Final

SENDING: Final = ("urgent", "mail", "chats", "webhooks")
"""Those in which deliveries wait."""

LANES: Final = ("clock", *SENDING, "jobs")
"""All of them: the clock looks for work, and imports and exports run among the jobs."""
