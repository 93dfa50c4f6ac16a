"""Which colour each point of the feature map has, and what it is called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtGui import QColor

from tinylab.data.verdict import Grade, Verdict
from tinylab.text import tr
from tinylab.ui.plots.clouds import Group
from tinylab.ui.theme import class_colour, theme
from tinylab.workflow.explore.colouring import RIGHT, WRONG, ColourBy, answers_of, words_of
from tinylab.workflow.explore.picture import Picture
from tinylab.workflow.session import Session

_GRADES: Final = {grade.value: token for grade, token in zip(Grade, ("good", "caution", "error"), strict=True)}
_ANSWERS: Final = {RIGHT: (tr("right"), "good", "o"), WRONG: (tr("wrong"), "error", "x")}
_UNKNOWN: Final = {
    ColourBy.SUBJECT: tr("nobody named"), ColourBy.SESSION: tr("no session"), ColourBy.ANSWER: tr("not tested")
}  # fmt: skip


def words(picture: Picture, by: ColourBy, session: Session) -> tuple[str, ...]:
    """A word for each window of the picture."""
    if by is ColourBy.ANSWER:
        run = session.trainer.current
        if run is None or not run.is_open:
            return ("",) * len(picture.windows)
        return answers_of(picture.windows, session.trainer.evidence, run.recipe.rate_hz, run.recipe.window_s)
    findings = session.explore.checks.findings or {}
    return words_of(by, picture.windows, session.document.header, findings)


def groups(found: Sequence[str], by: ColourBy, labels: Sequence[str]) -> tuple[Group, ...]:
    """The points of each word together, in a lasting order; `labels` are the project's."""
    known = np.array(found, dtype=object)
    names = sorted(set(found), key=lambda word: (labels.index(word) if word in labels else len(labels), word))
    return tuple(
        Group(_name(word, by), _colour(word, number, by, labels), np.flatnonzero(known == word), _symbol(word, by))
        for number, word in enumerate(names)
    )


def _name(word: str, by: ColourBy) -> str:
    if by is ColourBy.VERDICT and word:
        return str(Verdict(Grade(word), ()))
    if by is ColourBy.ANSWER and word:
        return _ANSWERS[word][0]
    return word or _UNKNOWN.get(by, "")


def _colour(word: str, number: int, by: ColourBy, labels: Sequence[str]) -> QColor:
    if not word:
        return theme.colour("muted")
    if by is ColourBy.VERDICT:
        return theme.colour(_GRADES[word])
    if by is ColourBy.ANSWER:
        return theme.colour(_ANSWERS[word][1])
    return class_colour(labels.index(word) if word in labels else number)


def _symbol(word: str, by: ColourBy) -> str:
    return _ANSWERS[word][2] if by is ColourBy.ANSWER and word else "o"
