"""The one road for every text the user sees: gettext, so that it works below the window as well as in it.

`tr("{count} takes are short.", count=3)` looks the whole sentence up and then fills it in; `ntr` chooses the plural
form that the language has for a number. Messages are collected by packaging/translations.py, which needs Babel.
"""

from __future__ import annotations

import gettext
import locale
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

DOMAIN = "tinylab"
_translations: gettext.NullTranslations = gettext.NullTranslations()


def choose_language(folder: Path, languages: Sequence[str]) -> str:
    """Speak the first of `languages` that has a catalogue in `folder`, else English; returns what is spoken.

    To be called once, before anything is shown. A damaged catalogue is as good as none.
    """
    global _translations  # noqa: PLW0603 - one process speaks one language
    for language in languages:
        try:
            _translations = gettext.translation(DOMAIN, str(folder), [language])
        except (OSError, ValueError, UnicodeDecodeError):
            continue
        return language
    _translations = gettext.NullTranslations()
    return "en"


def preferred_languages() -> list[str]:
    """The user's languages, best first; TINYLAB_LANGUAGE overrules the system's."""
    chosen = os.environ.get("TINYLAB_LANGUAGE")
    if chosen:
        return [chosen]
    named = os.environ.get("LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES")
    names = (named or os.environ.get("LANG") or locale.getlocale()[0] or "").split(":")
    return [part for name in names if name for part in dict.fromkeys((name.split(".")[0], name[:2]))]


def tr(message: str, /, **values: Any) -> str:
    """A text in the user's language; `values` are filled in by str.format, in whatever order the language wants."""
    return _fill(_translations.gettext(message), message, values)


def ntr(one: str, many: str, count: int, /, **values: Any) -> str:
    """A text that depends on a number, which it can name as {count}."""
    fallback = one if count == 1 else many
    return _fill(_translations.ngettext(one, many, count), fallback, {"count": count, **values})


def _fill(translated: str, original: str, values: dict[str, Any]) -> str:
    if not values:
        return translated
    try:
        return translated.format(**values)
    except (KeyError, IndexError, ValueError):  # a translator's slip must not hide the sentence
        return original.format(**values)


def percent(share: float) -> str:
    """0.926 → 92.6 %, the same everywhere."""
    return tr("{number:.1f} %", number=share * 100)


def printable(text: str) -> str:
    """A stranger's text without what would move a terminal's cursor, change its colours or its direction."""
    return "".join(character if character.isprintable() else " " for character in text)
