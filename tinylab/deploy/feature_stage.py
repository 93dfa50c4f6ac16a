"""The features of a window as layers in front of a network: planned with it, in the same buffer, in the same C."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from tinylab.dsp.features import spectrum
from tinylab.dsp.features.menu import feature_names
from tinylab.dsp.recipe import InputRecipe, InputScale
from tinylab.engine.graph import Graph
from tinylab.engine.program import (
    CALLER_BUFFER,
    FIRST_OWN_BUFFER,
    NETWORK_INPUT,
    FeatureStage,
    Kernel,
    KernelCall,
    Struct,
    Table,
)

LENGTHS = Kernel("tl_lengths", "tl_signals.h")
STATISTICS = Kernel("tl_statistics", "tl_statistics.h")
SPECTRUM = Kernel("tl_spectrum", "tl_spectrum.h")
_LENGTHS = FIRST_OWN_BUFFER  # the buffer with the length of every sample
_AXES = 3


def feature_stage(recipe: InputRecipe, graph: Graph) -> FeatureStage | None:
    """The kernel calls from raw counts to the input of `graph`; None where the recipe wants the signal itself."""
    if recipe.kind == "raw":
        return None
    samples = recipe.window_samples
    scales = recipe.scales(graph.input_tensor.scale)
    zero = graph.input_tensor.zero_point
    calls, at = [_lengths(samples)], 0
    for group in recipe.features:
        count = len(feature_names([group]))
        calls.append(_STAGES[group](samples, _scaling(scales[at : at + count], zero), at))
        at += count
    made_of = f"{samples} samples of raw counts, x, y, z one after the other; {len(scales)} features are made of them."
    return FeatureStage(tuple(calls), {_LENGTHS: 2 * samples}, _AXES * samples, made_of)


def _lengths(samples: int) -> KernelCall:
    constants = Struct({"samples": samples})
    return KernelCall("length of every sample", LENGTHS, (CALLER_BUFFER,), _LENGTHS, constants, align=2)


def _statistics(samples: int, scale: Struct, at: int) -> KernelCall:
    constants = Struct({"samples": samples, "scale": scale})
    return KernelCall("statistics", STATISTICS, (CALLER_BUFFER, _LENGTHS), NETWORK_INPUT, constants, target_offset=at)


def _spectrum(samples: int, scale: Struct, at: int) -> KernelCall:
    points = spectrum.points(samples)
    constants = Struct(
        {
            "samples": samples,
            "points": points,
            "hann": Table("int16_t", spectrum.hann(samples)),
            "sine": Table("int16_t", spectrum.quarter_sine(points)),
            "scale": scale,
        }
    )
    sources, scratch = (CALLER_BUFFER, _LENGTHS), 4 * points
    return KernelCall("spectrum", SPECTRUM, sources, NETWORK_INPUT, constants, scratch, target_offset=at)


def _scaling(scales: tuple[InputScale, ...], zero: int) -> Struct:
    return Struct(
        {
            "offsets": Table("int32_t", np.array([s.offset for s in scales])),
            "multipliers": Table("int32_t", np.array([s.multiplier for s in scales])),
            "shifts": Table("uint8_t", np.array([s.shift for s in scales])),
            "zero": zero,
        }
    )


# One line for each feature group of tinylab/dsp/features.
_STAGES: Final[dict[str, Callable[[int, Struct, int], KernelCall]]] = {"statistics": _statistics, "spectrum": _spectrum}
