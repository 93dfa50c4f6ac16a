"""How generated C looks: its indent, and text that is safe in a comment."""

from __future__ import annotations

INDENT = "    "


def comment(text: str) -> str:
    """Plain ASCII that cannot continue a comment line."""
    return "".join(c if " " <= c <= "~" and c not in "\\?" else "." for c in text[:80])
