"""The C that finds movements looks at the same windows as Python, in every bit, and never writes beyond its room."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from trials import FULL, run_trial

from tinylab.dsp.motion_level import motion_level
from tinylab.dsp.movements import MovementSettings, above_level, looked_at, looks

_GUARD = 12_345


class _CSettings(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_uint16) for name in ("window", "stride", "level", "span", "air", "rest", "shortest")),
        ("decides_rest", ctypes.c_bool),
    ]


def in_c(core: ctypes.CDLL, counts: np.ndarray, settings: MovementSettings) -> tuple[np.ndarray, np.ndarray]:
    """Four facts of each window (see the shim), and the windows."""
    asked = _CSettings(
        settings.window, settings.stride, settings.level, settings.span, settings.air, settings.rest,
        settings.shortest, settings.decides_rest,
    )  # fmt: skip
    room = np.full(3 * settings.room + 3, _GUARD, np.int16)
    recent = np.full(3 * settings.span + 3, _GUARD, np.int16)
    facts = np.zeros((len(counts) + 1, 4), np.int32)
    windows = np.zeros((len(counts) + 1, settings.window, 3), np.int16)
    stream = np.ascontiguousarray(counts, np.int16)
    found = core.shim_movements(
        ctypes.byref(asked), ctypes.c_void_p(stream.ctypes.data), ctypes.c_uint32(len(stream)),
        *(ctypes.c_void_p(each.ctypes.data) for each in (room, recent, facts, windows)),
    )  # fmt: skip
    assert (room[-3:] == _GUARD).all() and (recent[-3:] == _GUARD).all()
    return facts[:found], windows[:found]


def some_stream(random: np.random.Generator) -> np.ndarray:
    """Rests, knocks, short and long movements of any strength, one after the other, now and then clipped."""
    pieces = []
    for _ in range(int(random.integers(1, 9))):
        strength = float(random.choice([0, 0, 0, 2, 40, 400, 4000, 40_000]))
        samples = int(random.choice([12, 40, 90]) * random.random()) + 1
        turned = random.normal(0, 300, 3) * np.linspace(0, float(random.random() < 0.2), samples)[:, None]
        lies = random.normal(0, 2000, 3) * (random.random() < 0.2)
        pieces.append(random.normal(0, strength, (samples, 3)) + turned + lies)
    return np.clip(np.concatenate(pieces), -32768, 32767).astype(np.int16)


def some_settings(random: np.random.Generator) -> MovementSettings:
    rate, window = float(random.choice([10, 25, 50, 104])), int(random.integers(4, 70))
    settings = MovementSettings.at(
        rate, window, int(random.integers(1, 80)), int(random.integers(1, 600)), decides_rest=bool(random.integers(2))
    )
    return replace(settings, rest=int(random.integers(1, 30))) if random.random() < 0.3 else settings


def compared(core: ctypes.CDLL, number: int) -> tuple[str, int, int]:
    """Why both differ on a stream, or nothing; how many of its windows are held and how many whole."""
    random = np.random.default_rng((17, number))
    settings, counts = some_settings(random), some_stream(random)
    facts, windows = in_c(core, counts, settings)
    expected = [
        (
            look.decided_at + 1, look.decided_at + 1 - look.first - look.samples,
            0 if look.samples == settings.window else look.samples, int(look.begins),
        )
        for look in looks(counts, settings)
    ]  # fmt: skip
    held = np.count_nonzero(facts[:, 2])
    if [tuple(row) for row in facts.tolist()] != expected:
        return f"{settings}: {facts.tolist()} and not {expected}", held, len(facts) - held
    same = [each.tolist() for each in looked_at(counts, settings)] == windows.tolist()
    return "" if same else f"{settings}: other samples in a window", held, len(facts) - held


def test_c_looks_at_the_same_windows(core: ctypes.CDLL) -> None:
    seen = np.zeros(2)

    def attempts(numbers: Sequence[int]) -> Iterator[tuple[int, str]]:
        for number in numbers:
            why, *kinds = compared(core, number)
            seen[:] += kinds
            yield number, why

    run_trial("movements in C", count=10_000, seed=17, attempts=attempts)
    assert FULL or (seen > 100).all(), seen  # a full run that goes on may have little left to do


def test_the_largest_counts_and_spans_do_not_overflow(core: ctypes.CDLL) -> None:
    settings = MovementSettings.at(1600, 1024, 1024, 32767, decides_rest=True)
    counts = np.where(np.arange(9000)[:, None] % 2, 32767, -32768).repeat(3, axis=1).astype(np.int16)
    assert in_c(core, counts, settings)[1].tolist() == [each.tolist() for each in looked_at(counts, settings)]
    assert above_level(counts, settings.span, 32767)[10:].all()


def test_the_level_is_the_one_that_the_recorder_draws() -> None:
    random = np.random.default_rng(2)
    counts = (random.normal(0, 1, (500, 3)) * random.gamma(1, 200, (500, 1))).astype(np.int16)
    for level in (20, 150, 400):
        drawn = motion_level(counts.astype(float), 50.0)
        sure = np.abs(drawn - level) > 1e-6
        assert ((drawn > level) == above_level(counts, 10, level))[sure].all()
        assert (drawn > level).sum() > 20 or level == 400
