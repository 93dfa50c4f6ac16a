"""What a board with a network measures with, and how that relates to the takes the network learned from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tinylab.boards.catalog import Sensor
from tinylab.boards.ranges import Levels, range_with_headroom
from tinylab.dsp.count_conversion import CountConversion
from tinylab.dsp.recipe import InputRecipe
from tinylab.text import tr


@dataclass(frozen=True, slots=True)
class Measuring:
    """Rate and range of a board, beside those of the takes."""

    rate_hz: int
    conversion: CountConversion
    recorded_g: float  # largest range of the takes; 0 where no board recorded them
    trained_g: int  # range of the network's recipe
    automatic_g: int  # what is taken unless the user chooses
    cut: float | None  # share of the learned samples that the range cuts; None where it is not known

    @property
    def range_g(self) -> int:
        """Full scale of the board, plus and minus."""
        return self.conversion.range_g

    @property
    def text(self) -> str:
        """What the board measures with, for people."""
        return " ".join(
            (tr("The board measures with {rate} Hz and ±{range} g.", rate=self.rate_hz, range=self.range_g),
             self._relation(), *self._cut_text())
        )  # fmt: skip

    def _relation(self) -> str:
        if not self.recorded_g:
            return tr("The takes were imported; ±{range} g holds them with headroom.", range=self.automatic_g)
        if self.range_g == self.recorded_g:
            return tr("The takes were recorded with the same range.")
        return tr("The takes were recorded with up to ±{range:g} g.", range=self.recorded_g)

    def _cut_text(self) -> tuple[str, ...]:
        if self.cut is None:
            return ()
        if not self.cut:
            return (tr("It cuts none of the samples that the network learned from."),)
        return (tr("It cuts {share:.2f} % of the samples that the network learned from.", share=self.cut * 100),)

    def to_json(self) -> dict[str, Any]:
        """What `--json` shows. Its keys are relied on: add to them, rename none."""
        return {
            "rate_hz": self.rate_hz,
            "range_g": self.range_g,
            "takes_range_g": self.recorded_g,
            "trained_range_g": self.trained_g,
            "cut_share": self.cut,
        }


def measuring(recipe: InputRecipe, levels: Levels, sensor: Sensor, range_g: int | None = None) -> Measuring:
    """What a board with this sensor measures with; `range_g` is what the user chose, None: as the takes, with headroom.

    A range that the sensor does not have becomes the next larger one.
    """
    automatic = max(range_with_headroom(sensor, levels), sensor.range_for(recipe.range_g))
    used = automatic if range_g is None else sensor.range_for(range_g)
    conversion = CountConversion.between(recipe, used, sensor.g_per_count[used])
    return Measuring(recipe.rate_hz, conversion, levels.recorded_g, recipe.range_g, automatic, levels.cut.get(used))
