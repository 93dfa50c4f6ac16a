"""The errors a user sees: each says what happened and what to do next."""

from __future__ import annotations

from tinylab.text import tr


class TinyLabError(Exception):
    """Something the user can do something about.

    `message` is one sentence that says what happened; `hint` says what to do next and may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class DataError(TinyLabError):
    """A recording, a file or a project does not hold what it should."""


class LinkError(TinyLabError):
    """The wire to the board failed, or what came over it makes no sense."""


class BoardError(TinyLabError):
    """A board is missing, is the wrong one, or refused what it was asked."""


class TrainingError(TinyLabError):
    """A network cannot be trained from this data, or the worker failed."""


class EngineError(TinyLabError):
    """A network cannot be compiled: damaged file, unknown operator, or too large."""


class DeployError(TinyLabError):
    """An image could not be built, flashed or proven."""


class CancelledError(TinyLabError):
    """The user cancelled the job; nothing is wrong."""


class UnforeseenError(TinyLabError):
    """A fault of TinyLab itself. The log has the traceback; the user is told once, calmly."""

    def __init__(self) -> None:
        super().__init__(
            tr("Something went wrong that we did not foresee. Nothing is lost."),
            hint=tr("The log says where; a report of it helps to mend it."),
        )
