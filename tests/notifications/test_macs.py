"""Our HMAC is the standard library's, whatever the key and the message."""

import hmac

from hypothesis import given
from hypothesis import strategies as st

from notifications.macs import Mac


@given(key=st.binary(max_size=200), messages=st.lists(st.binary(max_size=300), max_size=5))
def test_it_is_the_standard_librarys(key: bytes, messages: list[bytes]) -> None:
    mac = Mac(key)
    for message in messages:
        assert mac.of(message) == hmac.digest(key, message, "sha256")
