"""What a network is given, made of raw counts by layers in front of it: planned with it, in the same buffer and C.

These are the features of a window and, where the network wants both, the window scaled to int8 beside them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from tinylab.dsp.features import spectrum
from tinylab.dsp.features.menu import feature_names
from tinylab.dsp.recipe import InputRecipe, InputScale
from tinylab.engine.graph import Graph
from tinylab.engine.program import (
    CALLER_BUFFER,
    CALLER_SAMPLES,
    FIRST_OWN_BUFFER,
    NETWORK_INPUTS,
    FeatureStage,
    Kernel,
    KernelCall,
    PushStage,
    Struct,
    Table,
    Value,
)
from tinylab.errors import EngineError
from tinylab.text import tr

LENGTHS = Kernel("tl_lengths", "tl_signals.h")
STATISTICS = Kernel("tl_statistics", "tl_statistics.h")
SPECTRUM = Kernel("tl_spectrum", "tl_spectrum.h")
SHAPE = Kernel("tl_shape", "tl_shape.h")
MOTION = Kernel("tl_motion", "tl_motion.h")
AXES = Kernel("tl_scaled_axes", "tl_scaled_window.h")
AXES_AND_LENGTH = Kernel("tl_scaled_signals", "tl_scaled_window.h")
SPLIT_AXES = Kernel("tl_split_axes", "tl_split_window.h")
SPLIT_AND_LENGTH = Kernel("tl_split_signals", "tl_split_window.h")
_LENGTHS = FIRST_OWN_BUFFER  # the buffer with the length of every sample
_NEW_LENGTHS = FIRST_OWN_BUFFER - 1  # the same of the newest samples
_AXES = 3


def feature_stage(recipe: InputRecipe, graph: Graph) -> FeatureStage | None:
    """The kernel calls from raw counts to the inputs of `graph`; None where the recipe wants the signal itself.

    Raises EngineError where the recipe wants other inputs than the network has.
    """
    if recipe.kind == "raw" and not recipe.needs_whole_windows:
        return None
    if len(graph.inputs) != len(recipe.input_shapes):
        raise EngineError(
            tr("The network has {count} inputs, not {given}.", count=len(graph.inputs), given=len(recipe.input_shapes)),
            hint=tr("Train again with the labels and the window of this project."),
        )
    if recipe.kind == "raw":
        return _whole_window(recipe, graph)
    samples, count = recipe.window_samples, len(recipe.offsets)
    lengths, made = [_lengths(CALLER_BUFFER, _LENGTHS, samples)], _features(recipe, graph)
    counts = f"{samples} samples of raw counts, x, y, z one after the other; "
    if recipe.kind == "features":
        text = f"{counts}{count} features are made of them."
        return FeatureStage((*lengths, *made), {_LENGTHS: 2 * samples}, _AXES * samples, text)
    window = _scaled_window(recipe, graph, CALLER_BUFFER, _LENGTHS, samples)
    text = f"{counts}they are scaled, and {count} features are made of them."
    sizes = {_LENGTHS: 2 * samples}
    calls = (*lengths, window, *made)
    if recipe.needs_whole_windows:
        return FeatureStage(calls, sizes, _AXES * samples, text)
    push = PushStage(_newest(recipe, graph), (*lengths, *made), {**sizes, **_new_lengths(recipe)})
    return FeatureStage(calls, sizes, _AXES * samples, text, push)


def _whole_window(recipe: InputRecipe, graph: Graph) -> FeatureStage:
    """The window alone, scaled when it is whole: its gravity is taken apart, or its movement was centred."""
    samples = recipe.window_samples
    lengths = [_lengths(CALLER_BUFFER, _LENGTHS, samples)] if recipe.magnitude else []
    window = _scaled_window(recipe, graph, CALLER_BUFFER, _LENGTHS, samples)
    how = "movement and gravity are taken apart" if recipe.gravity else "they are scaled"
    text = f"{samples} samples of raw counts, x, y, z one after the other; {how}."
    return FeatureStage((*lengths, window), {_LENGTHS: 2 * samples} if lengths else {}, _AXES * samples, text)


def _features(recipe: InputRecipe, graph: Graph) -> list[KernelCall]:
    """The calls of the feature groups, which write the network's last input."""
    source, target = graph.input_tensors[-1], NETWORK_INPUTS[len(graph.inputs) - 1]
    scales, calls, at = recipe.scales(source.scale), [], 0
    for group in recipe.features:
        count = len(feature_names([group]))
        call = _STAGES[group](recipe.window_samples, _scaling(scales[at : at + count], source.zero_point))
        calls.append(replace(call, target=target, target_offset=at))
        at += count
    return calls


def _newest(recipe: InputRecipe, graph: Graph) -> tuple[KernelCall, ...]:
    """The calls that scale one stride of new samples."""
    samples = recipe.stride_samples
    lengths = [_lengths(CALLER_SAMPLES, _NEW_LENGTHS, samples)] if recipe.magnitude else []
    return (*lengths, _scaled_window(recipe, graph, CALLER_SAMPLES, _NEW_LENGTHS, samples))


def _new_lengths(recipe: InputRecipe) -> dict[int, int]:
    return {_NEW_LENGTHS: 2 * recipe.stride_samples} if recipe.magnitude else {}


def _scaled_window(recipe: InputRecipe, graph: Graph, source: int, lengths: int, samples: int) -> KernelCall:
    tensor = graph.input_tensor
    scale = recipe.count_scale(tensor.scale)
    members: dict[str, Value] = {"samples": samples, "multiplier": scale.multiplier, "shift": scale.shift}
    members["zero"] = tensor.zero_point
    axes, axes_and_length = AXES, AXES_AND_LENGTH
    if recipe.gravity:
        axes, axes_and_length = SPLIT_AXES, SPLIT_AND_LENGTH
        members = {"samples": samples, "half": recipe.gravity_half, **members}
    if not recipe.magnitude:
        return KernelCall("window, scaled", axes, (source,), NETWORK_INPUTS[0], Struct(members))
    members = {"axes": Struct(members)} if recipe.gravity else members
    members["one_g"] = recipe.one_g
    return KernelCall("window, scaled", axes_and_length, (source, lengths), NETWORK_INPUTS[0], Struct(members))


def _lengths(source: int, target: int, samples: int) -> KernelCall:
    constants = Struct({"samples": samples})
    return KernelCall("length of every sample", LENGTHS, (source,), target, constants, align=2)


def _statistics(samples: int, scale: Struct) -> KernelCall:
    constants = Struct({"samples": samples, "scale": scale})
    return KernelCall("statistics", STATISTICS, (CALLER_BUFFER, _LENGTHS), NETWORK_INPUTS[0], constants)


def _spectrum(samples: int, scale: Struct) -> KernelCall:
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
    return KernelCall("spectrum", SPECTRUM, (CALLER_BUFFER, _LENGTHS), NETWORK_INPUTS[0], constants, 4 * points)


def _shape(samples: int, scale: Struct) -> KernelCall:
    constants = Struct({"samples": samples, "scale": scale})
    return KernelCall("shape", SHAPE, (CALLER_BUFFER, _LENGTHS), NETWORK_INPUTS[0], constants, 2 * samples)


def _motion(samples: int, scale: Struct) -> KernelCall:
    constants = Struct({"samples": samples, "scale": scale})
    return KernelCall("motion", MOTION, (CALLER_BUFFER, _LENGTHS), NETWORK_INPUTS[0], constants)


def _scaling(scales: tuple[InputScale, ...], zero: int) -> Struct:
    return Struct(
        {
            "offsets": Table("int32_t", np.array([s.offset for s in scales])),
            "multipliers": Table("int32_t", np.array([s.multiplier for s in scales])),
            "shifts": Table("uint8_t", np.array([s.shift for s in scales])),
            "zero": zero,
        }
    )


# One line for each feature group of tinylab/dsp/features; where its numbers stand is filled in by `_features`.
_STAGES: Final[dict[str, Callable[[int, Struct], KernelCall]]] = {
    "statistics": _statistics,
    "spectrum": _spectrum,
    "shape": _shape,
    "motion": _motion,
}
