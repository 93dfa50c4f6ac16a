"""From raw counts to the network's input: one recipe, in float for training and in integers for the board."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from tinylab.dsp.features.menu import feature_groups, features
from tinylab.dsp.features.statistics import magnitude
from tinylab.dsp.gravity import half_of, moving_mean
from tinylab.dsp.movements import MovementSettings
from tinylab.text import tr

InputKind = Literal["raw", "features", "both"]
Quantization = tuple[float, int]  # scale and zero point of an input tensor
MULTIPLIER_BITS = 30
MAX_SHIFT = 62
_COUNT_BITS = 15
_MAX_COUNT_SHIFT = 30
_MOST_COUNTS = 32767
# What a recipe from a file may say; far beyond any board, but nothing that would fill the memory.
_LIMITS = {
    "rate_hz": (0.1, 100_000),
    "range_g": (0.01, 10_000),
    "g_per_count": (1e-7, 10),
    "window_samples": (1, 100_000),
    "stride_samples": (1, 100_000),
}


@dataclass(frozen=True, slots=True)
class InputScale:
    """One number's way into the network: ((v − offset)·multiplier + half) >> shift, plus the zero point.

    C twin: struct tl_input_scale in firmware/nn/tl_scale.h.
    """

    offset: int
    multiplier: int  # below 2^31
    shift: int  # 1…62

    @classmethod
    def from_gain(cls, offset: int, gain: float) -> InputScale:
        """The closest fixed-point form of (v − offset)·gain, gain > 0."""
        mantissa, exponent = math.frexp(gain)
        shift = MULTIPLIER_BITS - exponent
        multiplier = round(mantissa * (1 << MULTIPLIER_BITS))
        while shift > MAX_SHIFT:
            multiplier, shift = multiplier >> 1, shift - 1
        return cls(offset, multiplier, max(shift, 1))

    def apply(self, values: npt.NDArray[Any], zero_point: int) -> npt.NDArray[np.int8]:
        """The int8 inputs for integer `values` of any shape."""
        product = (values.astype(np.int64) - self.offset) * self.multiplier
        scaled = ((product + (1 << (self.shift - 1))) >> self.shift) + zero_point
        return np.clip(scaled, -128, 127).astype(np.int8)


@dataclass(frozen=True, slots=True)
class CountScale:
    """A raw count's way into the network, in 32 bits: (count·multiplier + half) >> shift, plus the zero point.

    Fifteen bits of multiplier keep a count that becomes 127 steps within 0.004 of them; the product of 64 bits that
    features need would cost the board more than twice as much for every sample. A length may have more than 16 bits
    and takes 64. C twins: tl_scale_count and tl_scale_length in firmware/nn/tl_scale.h.
    """

    multiplier: int  # at most 2^15
    shift: int  # 1…30

    @classmethod
    def from_gain(cls, gain: float) -> CountScale:
        """The closest fixed-point form of count·gain, 0 < gain < 2^14."""
        _, exponent = math.frexp(gain)
        shift = min(max(_COUNT_BITS - exponent, 1), _MAX_COUNT_SHIFT)
        return cls(min(round(gain * (1 << shift)), 1 << _COUNT_BITS), shift)

    def apply(self, counts: npt.NDArray[Any], zero_point: int) -> npt.NDArray[np.int8]:
        """The int8 inputs for raw counts, or lengths less 1 g, of any shape."""
        product = counts.astype(np.int64) * self.multiplier
        scaled = ((product + (1 << (self.shift - 1))) >> self.shift) + zero_point
        return np.clip(scaled, -128, 127).astype(np.int8)


@dataclass(frozen=True, slots=True)
class InputRecipe:
    """What a window must be before the network sees it.

    A network on raw data sees counts·gain, clipped to ±clip, one gain for all channels: the axes and, with
    `magnitude`, the length of the sample less 1 g. With `gravity` it sees, instead of the axes, what is left of them
    without their moving mean, and that mean (`tinylab.dsp.gravity`), for which the board needs the whole window each
    time. One on features sees (feature − offset)·gain, clipped to ±clip, with an offset and a gain for each feature.
    One on both has two inputs, the raw window and its features; then `offsets`, `gains` and `clip` are the features',
    and the window has `signal_gain` and is clipped to ±1.
    """

    kind: InputKind
    rate_hz: int
    range_g: int
    g_per_count: float
    window_samples: int
    stride_samples: int
    offsets: tuple[int, ...] = field(default=(0,))
    gains: tuple[float, ...] = field(default=(1.0,))
    clip: float = 1.0
    features: tuple[str, ...] = ()  # names of feature groups, in order; empty for raw data
    magnitude: bool = False  # whether the raw window has a channel with the length of the samples, the last
    signal_gain: float = 1.0  # of the raw window, for a network on both
    gravity: bool = False  # whether the raw window has movement and gravity apart, in three channels each
    movement_level: int = 0  # counts; the board decides on movements whose level is above. 0: every stride
    decides_rest: bool = False  # whether it then decides on rests, too

    @property
    def window_s(self) -> float:
        """The window's length in seconds."""
        return self.window_samples / self.rate_hz

    @property
    def parts(self) -> tuple[InputRecipe, ...]:
        """A recipe of kind raw or features for each of the network's inputs, in their order."""
        if self.kind != "both":
            return (self,)
        signal = {"offsets": (0,), "gains": (self.signal_gain,), "clip": 1.0, "features": (), "signal_gain": 1.0}
        signals = replace(self, kind="raw", **signal)  # type: ignore[arg-type]
        return (signals, replace(self, kind="features", magnitude=False, gravity=False, signal_gain=1.0))

    @property
    def channels(self) -> int:
        """Numbers that the raw window has for each sample."""
        return (6 if self.gravity else 3) + self.magnitude

    @property
    def needs_whole_windows(self) -> bool:
        """Whether a decision needs all samples of its window as raw counts, so that none can be scaled as it comes."""
        return self.kind == "features" or self.gravity or self.by_movement

    @property
    def by_movement(self) -> bool:
        """Whether the board decides when something has moved, and not every stride."""
        return self.movement_level > 0

    @property
    def movements(self) -> MovementSettings:
        """How the board finds movements, where it decides by them."""
        return MovementSettings.at(
            self.rate_hz, self.window_samples, self.stride_samples, self.movement_level, decides_rest=self.decides_rest
        )

    @property
    def gravity_half(self) -> int:
        """Samples to either side that the moving mean is taken over."""
        return half_of(self.rate_hz)

    @property
    def one_g(self) -> int:
        """1 g in counts, which is taken off every length."""
        return round(1 / self.g_per_count)

    @property
    def input_shapes(self) -> tuple[tuple[int, ...], ...]:
        """What the network takes, without the batch, an input each: (samples, 1, channels), (features,) or both."""
        return tuple(part._shape for part in self.parts)

    def values(self, windows: npt.NDArray[np.int16]) -> tuple[npt.NDArray[np.int32], ...]:
        """The integers before scaling, an array for each input, each of shape (windows, *its input shape)."""
        return tuple(part._values(windows) for part in self.parts)

    def float_inputs(self, windows: npt.NDArray[np.int16]) -> tuple[npt.NDArray[np.float32], ...]:
        """What the network learns from, an array for each input, each of shape (windows, *its input shape)."""
        return tuple(part._floats(windows) for part in self.parts)

    def count_scale(self, input_scale: float) -> CountScale:
        """The board's form of the raw window's gain, whose input tensor is quantized with `input_scale`."""
        return CountScale.from_gain(self.parts[0].gains[0] / input_scale)

    def scales(self, input_scale: float) -> tuple[InputScale, ...]:
        """The board's form for features, one for each; their input tensor is quantized with `input_scale`."""
        pairs = zip(self.offsets, self.gains, strict=True)
        return tuple(InputScale.from_gain(offset, gain / input_scale) for offset, gain in pairs)

    def int8_inputs(
        self, windows: npt.NDArray[np.int16], quantizations: Sequence[Quantization]
    ) -> tuple[npt.NDArray[np.int8], ...]:
        """What the board computes, in every bit, an array for each input, each of shape (windows, *its input shape).

        `quantizations` are scale and zero point of the network's inputs, in their order (`Graph.quantizations`).
        """
        pairs = zip(self.parts, quantizations, strict=True)
        return tuple(part._int8(windows, *quantization) for part, quantization in pairs)

    @property
    def _shape(self) -> tuple[int, ...]:
        return (self.window_samples, 1, self.channels) if self.kind == "raw" else (len(self.offsets),)

    def _values(self, windows: npt.NDArray[np.int16]) -> npt.NDArray[np.int32]:
        if self.kind != "raw":
            return features(windows, self.features)
        values = windows.astype(np.int32)
        if self.gravity:
            means = moving_mean(windows, self.gravity_half)
            values = np.concatenate([values - means, means], axis=2)
        if self.magnitude:
            lengths = magnitude(windows.astype(np.int64)) - self.one_g
            values = np.concatenate([values, lengths.astype(np.int32)[..., None]], axis=2)
        return values.reshape(len(windows), *self._shape)

    def _floats(self, windows: npt.NDArray[np.int16]) -> npt.NDArray[np.float32]:
        offsets, gains = np.asarray(self.offsets, dtype=np.float64), np.asarray(self.gains)
        scaled = (self._values(windows) - offsets) * gains
        return np.clip(scaled, -self.clip, self.clip).astype(np.float32)

    def _int8(self, windows: npt.NDArray[np.int16], input_scale: float, zero_point: int) -> npt.NDArray[np.int8]:
        values = self._values(windows)
        if self.kind == "raw":
            return self.count_scale(input_scale).apply(values, zero_point)
        columns = [scale.apply(values[:, i], zero_point) for i, scale in enumerate(self.scales(input_scale))]
        return np.stack(columns, axis=1)

    def to_json(self) -> dict[str, Any]:
        """Plain values for the project file."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> InputRecipe:
        """The recipe that `to_json` was called on, also of an older TinyLab that had a flag for the spectrum.

        Raises ValueError where it names inputs or features that this TinyLab does not have, or numbers that no sensor
        has.
        """
        known = dict(plain)
        if known["kind"] not in get_args(InputKind):
            raise ValueError(tr("its {name} cannot be", name="kind"))
        spectrum = bool(known.pop("spectrum", False))
        if "features" not in known:
            known["features"] = () if known["kind"] == "raw" else ("statistics", *(("spectrum",) if spectrum else ()))
        unknown = set(known["features"]) - set(feature_groups())
        if unknown:
            raise ValueError(tr("there are no features called {names}", names=", ".join(map(str, unknown))))
        for name, (low, high) in _LIMITS.items():
            if not low <= known[name] <= high:
                raise ValueError(tr("its {name} cannot be", name=name))
        known |= {name: bool(known.get(name, False)) for name in ("magnitude", "gravity", "decides_rest")}
        known["movement_level"] = min(max(int(known.get("movement_level", 0)), 0), _MOST_COUNTS)
        lists = {name: tuple(known[name]) for name in ("offsets", "gains", "features")}
        return cls(**{**known, **lists})


def fit(base: InputRecipe, windows: npt.NDArray[np.int16]) -> InputRecipe:
    """The recipe of the same kind whose gains fit these windows, shape (windows, samples, 3)."""
    if base.kind == "raw":
        return fit_raw(base, windows)
    fitted = fit_features(base, windows)
    return fitted if base.kind == "features" else replace(fitted, signal_gain=fit_raw(base, windows).gains[0])


def fit_raw(base: InputRecipe, windows: npt.NDArray[np.int16]) -> InputRecipe:
    """A recipe for raw data whose int8 steps are not wasted on peaks that hardly occur.

    The clip lies at the 99.9th percentile of what was measured on the axes, but never below 1.25 g: gravity must fit.
    """
    peak_g = float(np.percentile(np.abs(windows.astype(np.int32)), 99.9)) * base.g_per_count
    clip_g = min(max(peak_g, 1.25), float(base.range_g))
    return replace(base, offsets=(0,), gains=(base.g_per_count / clip_g,), clip=1.0)


def fit_features(base: InputRecipe, windows: npt.NDArray[np.int16]) -> InputRecipe:
    """A recipe for features: each centred on its mean and divided by its standard deviation."""
    values = features(windows, base.features).astype(np.float64)
    offsets = tuple(int(v) for v in np.rint(values.mean(axis=0)))
    gains = tuple(float(1 / max(v, 1.0)) for v in values.std(axis=0))
    return replace(base, offsets=offsets, gains=gains, clip=4.0)
