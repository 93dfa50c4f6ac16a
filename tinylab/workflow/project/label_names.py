"""Names of labels: tidied before they are kept, and compared with those that are there already."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tinylab.data.recording import tidy
from tinylab.text import tr
from tinylab.workflow.project.document import Document

_BETWEEN_WORDS = re.compile(r"[\s_\-.]+")


def look_alike(name: str, labels: Iterable[str]) -> str:
    """A label that differs from a name only in capitals, blanks or hyphens; empty where there is none."""
    wanted = _bare(name)
    return next((label for label in labels if label != tidy(name) and _bare(label) == wanted), "")


def _bare(name: str) -> str:
    return _BETWEEN_WORDS.sub("", name.casefold())


def reason_against(name: str, document: Document, *, besides: str = "") -> str:
    """What speaks against a name, in a sentence: it is taken, or looks like another. `besides`: its name of now."""
    others = [label for label in document.labels if label != besides]
    if not tidy(name):
        return tr("A label needs a name.")
    if tidy(name) in others:
        return tr("There is a label “{name}” already.", name=tidy(name))
    like = look_alike(name, others)
    if like:
        return tr("“{like}” is there already and looks the same. Press again to have both.", like=like)
    return ""
