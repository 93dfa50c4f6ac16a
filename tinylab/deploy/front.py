"""The features of a window as layers in front of a network: planned with it, in the same buffer, in the same C."""

from __future__ import annotations

import numpy as np

from tinylab.dsp import spectrum
from tinylab.dsp.features import STATISTICS_NAMES
from tinylab.dsp.recipe import InputRecipe, InputScale
from tinylab.engine.graph import Graph
from tinylab.engine.program import CALLERS, INPUT, OWN, Fields, Front, Step, Table

_LENGTHS = OWN  # the buffer with the length of every sample
_AXES = 3


def feature_front(recipe: InputRecipe, graph: Graph) -> Front | None:
    """The steps from raw counts to the input of `graph`; None where the recipe wants the signal itself."""
    if recipe.kind == "raw":
        return None
    samples = recipe.window_samples
    scales = recipe.scales(graph.input_tensor.scale)
    zero = graph.input_tensor.zero_point
    statistics = len(STATISTICS_NAMES)
    steps = [_lengths(samples), _statistics(samples, _scaling(scales[:statistics], zero))]
    if recipe.spectrum:
        steps.append(_spectrum(samples, _scaling(scales[statistics:], zero), statistics))
    words = f"{samples} samples of raw counts, x, y, z one after the other; {len(scales)} features are made of them."
    return Front(tuple(steps), {_LENGTHS: 2 * samples}, _AXES * samples, words)


def _lengths(samples: int) -> Step:
    return Step(
        "length of every sample", "tl_lengths", "tl_axis.h", (CALLERS,), _LENGTHS, Fields({"samples": samples}), align=2
    )


def _statistics(samples: int, scale: Fields) -> Step:
    fields = Fields({"samples": samples, "scale": scale})
    return Step("statistics", "tl_statistics", "tl_statistics.h", (CALLERS, _LENGTHS), INPUT, fields)


def _spectrum(samples: int, scale: Fields, at: int) -> Step:
    points = spectrum.points(samples)
    fields = Fields(
        {
            "samples": samples,
            "points": points,
            "hann": Table("int16_t", spectrum.hann(samples)),
            "sine": Table("int16_t", spectrum.quarter_sine(points)),
            "scale": scale,
        }
    )
    sources = (CALLERS, _LENGTHS)
    return Step(
        "spectrum", "tl_spectrum", "tl_spectrum.h", sources, INPUT, fields, scratch_bytes=4 * points, target_at=at
    )


def _scaling(scales: tuple[InputScale, ...], zero: int) -> Fields:
    return Fields(
        {
            "offsets": Table("int32_t", np.array([s.offset for s in scales])),
            "multipliers": Table("int32_t", np.array([s.multiplier for s in scales])),
            "shifts": Table("uint8_t", np.array([s.shift for s in scales])),
            "zero": zero,
        }
    )
