"""Windows as the network will learn from them: one of the project's, and copies that are varied as in training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tinylab.boards.ranges import Levels, range_with_headroom
from tinylab.data.frames import frame_of_run
from tinylab.data.parts import Part
from tinylab.data.recording import Header
from tinylab.errors import TrainingError
from tinylab.learning.augmentation import varied_counts
from tinylab.text import tr
from tinylab.workflow.project.document import Document
from tinylab.workflow.project.target import TargetBoard
from tinylab.workflow.training.dataset import base_recipe, board_counts, cut_part
from tinylab.workflow.training.trainer import Trainer

COPIES: Final = 4
_TRIED: Final = 20  # stretches that are drawn, until one is long enough for a window

Signals = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A window and varied copies of it."""

    take: Header
    label: str
    start_s: float  # of the window in its take
    rate_hz: int
    recorded: Signals  # (samples, 3), in g
    copies: Signals  # (COPIES, samples, 3), in g
    varied: bool  # whether any variation is switched on


class VariedWindows:
    """Draws examples of the open project with the current settings, in the owning thread: each reads one take."""

    def __init__(self, document: Document, trainer: Trainer, target: TargetBoard) -> None:
        self._document, self._trainer, self._target = document, trainer, target
        self._random = np.random.default_rng()

    def why_not(self) -> str:
        """Why there is nothing to show, in words; empty where there is."""
        return "" if self._document.parts else tr("Record or import something first.")

    def draw(self) -> Example:
        """Another window; raises TrainingError where there is none, DataError where its take cannot be read."""
        parts = self._document.parts
        order = self._random.permutation(len(parts))[:_TRIED]
        found = (self._of_part(*parts[place]) for place in order)
        example = next((each for each in found if each is not None), None)
        if example is None:
            raise TrainingError(tr("No take is long enough for a window."), hint=tr("Take a shorter window."))
        return example

    def _of_part(self, take: Header, part: Part) -> Example | None:
        """A window of this stretch; None where it is too short for one."""
        document, settings, sensor = self._document, self._trainer.settings, self._target.board.sensor
        settings.windows.check()
        recording = document.recording(take.id)
        rates = [each.rate_hz for each in document.takes]
        range_g = range_with_headroom(sensor, Levels.of([recording], sensor))
        recipe = base_recipe(rates, sensor, settings.windows, settings.network, range_g)
        frame = frame_of_run(each.frame for each in document.takes)
        side = cut_part(take, board_counts(recording, recipe, frame), part, 0, recipe)
        if not len(side):
            return None
        place = int(self._random.integers(len(side)))
        window, wanted = side.windows[place : place + 1], settings.network.augmentation
        copies = varied_counts(np.repeat(window, COPIES, axis=0), recipe.g_per_count, wanted, self._random)
        return Example(
            take, part.label, float(side.starts[place]) / recipe.rate_hz, recipe.rate_hz,
            window[0] * recipe.g_per_count, copies * recipe.g_per_count, wanted.does_something,
        )  # fmt: skip
