"""What a port sends that is no message: text is told from bytes."""

from __future__ import annotations

import pytest

from tinylab.link.no_answer import _is_text


@pytest.mark.parametrize(
    ("received", "is_text"),
    [
        (b"OK\r\n", True),
        (b"OK\n", False),  # too little to say
        (b"nine of 1" + b"\xff", True),  # nine bytes in ten
        (b"eight of" + b"\xff\xff", False),
        (b"\x00" * 40, False),
        (b"", False),
    ],
)
def test_text_is_nine_readable_bytes_in_ten(received: bytes, is_text: bool) -> None:
    assert _is_text(received) is is_text
