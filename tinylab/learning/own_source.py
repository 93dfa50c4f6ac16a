"""The file of a user's own network as text, and the rule that it runs only where he chose it in this session.

The text is kept with the settings, so that a run can be repeated; so a project that somebody sends may hold code. That
must not run because the project was opened, nor because Train was pressed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tinylab.errors import TrainingError
from tinylab.text import tr

FAMILY: Final = "own"  # the one whose text is run
MOST_CHARACTERS: Final = 64_000  # of a file; every change of the settings keeps it in the project's journal


def read_source(path: Path) -> str:
    """The text of the file; raises TrainingError where it cannot be read or is none."""
    try:
        with path.open("rb") as file:
            content = file.read(4 * MOST_CHARACTERS + 1)
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(
            tr("“{name}” cannot be read as a Python file: {error}.", name=path.name, error=error),
            hint=tr("Choose a text file in UTF-8 that has a function build(spec)."),
        ) from error
    check_length(text)
    if not text.strip():
        raise TrainingError(
            tr("“{name}” is empty.", name=path.name), hint=tr("Choose a file that has a function build(spec).")
        )
    return text


def check_length(text: str) -> None:
    """Raises TrainingError where a text is longer than a project should keep."""
    if len(text) > MOST_CHARACTERS:
        raise TrainingError(
            tr("The file of an own network may have {most} characters.", most=MOST_CHARACTERS),
            hint=tr("Leave in it what builds the network."),
        )


class ChosenSources:
    """The texts that the user has chosen himself since TinyLab was started."""

    def __init__(self) -> None:
        self._texts: set[str] = set()

    def choose(self, text: str) -> None:
        """The user has chosen the file with this text."""
        self._texts.add(text)

    def check(self, family: str, text: str) -> None:
        """Raises TrainingError where a network would run code that was not chosen."""
        if family != FAMILY or (text and text in self._texts):
            return
        if not text:
            raise TrainingError(
                tr("No file was chosen for the own network."),
                hint=tr("Choose it in the expert settings of Train, or with tinylab train --build FILE."),
            )
        raise TrainingError(
            tr("This project brings code of its own, which does not run before you choose it yourself."),
            hint=tr("Choose the file again to run it: in the expert settings of Train, or with --build FILE."),
        )
