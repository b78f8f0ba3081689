"""What tests of screens have in common: sending a form, and reading what it answers."""

import html
from typing import Any

from django.test import Client

from incidents.models import Incident


def at_incident(incident: Incident, rest: str = "") -> str:
    """The address of an incident's screen."""
    return f"/console/{incident.page.slug}/incidents/{incident.public_id}/{rest}"


def text_of(answer: Any) -> str:
    """The body with its entities resolved."""
    return html.unescape(answer.content.decode())


def stored(client: Client, address: str, fields: dict[str, Any]) -> Any:
    """Send a form that is taken; the screen after it answers 200."""
    answer: Any = client.post(address, fields)
    assert answer.status_code == 303, text_of(answer)[-4000:]
    assert client.get(answer.url).status_code == 200
    return answer


def refused(
    client: Client, address: str, fields: dict[str, Any], field: str, *, clash: bool = False
) -> str:
    """Send a form that is refused at `field`; returns the screen, which holds what was typed.

    A clash shows both texts in place of the list of what is wrong.
    """
    answer: Any = client.post(address, fields)
    body = text_of(answer)
    assert answer.status_code == 422, answer.status_code
    assert f'id="id_{field}_error"' in body, body[-3000:]
    assert clash or f'href="#id_{field}"' in body
    return body
