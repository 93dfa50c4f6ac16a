"""`tinylab bench content`: how well wrong takes are found by what they hold, and how often good ones are blamed.

One wrong take at a time: each take is judged by all others, under each label that is not its own (mislabelled), and
with its movement replaced by a sensor at rest (motionless). Then a tenth of the labels are wrong at once. Nothing is
tuned here: the limits on labels of evaluation/take_checks were chosen on the example alone, those on motion were not
(see motion_rules).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from tinylab.bench.outcome import Options, Outcome
from tinylab.data.recording import Recording
from tinylab.evaluation.take_checks.content import Labelled, content_of
from tinylab.evaluation.take_checks.findings import FindingKind
from tinylab.evaluation.take_checks.judge import Reference
from tinylab.evaluation.take_checks.motion_rules import means_motion
from tinylab.exchange.data_sets import data_sets
from tinylab.text import percent, tr

HELP = tr("how well wrong takes are found by what they hold, and how often good ones are blamed")
BOUNDS: Final = {  # what must hold: in the mean over all sets, and on each
    "caught_mislabelled": (0.90, 0.85),
    "caught_motionless": (0.99, 0.99),
    "blamed_good": (0.03, 1.0),
    "blamed_with_tenth_wrong": (0.10, 1.0),
}
_NOISE_G: Final = (0.002, 0.01)  # standard deviation of sensors at rest, least and most


def measure(options: Options) -> Outcome:
    """All sets, one line each, and whether the bounds hold."""
    figures = content_figures(options.data, options.seeds, options.report)
    return Outcome(figures, [_line(each) for each in (*figures["sets"], figures["mean"])], differs=not figures["holds"])


def content_figures(data: Path | None, seeds: int, report: Any = lambda _: None) -> dict[str, Any]:
    """The figures of the example and of each folder with an index.csv in `data` (or of `data` itself).

    Raises DataError where there is none. `seeds`: how often a tenth of the labels are made wrong.
    """
    sets = []
    for name, recordings in data_sets(data):
        report(tr("Judging the takes of {name}", name=name))
        sets.append({"name": name, **set_figures(recordings, seeds)})
    mean = {key: round(float(np.mean([each[key] for each in sets])), 4) for key in BOUNDS}
    return {"sets": sets, "mean": {"name": tr("mean"), **mean}, "bounds": BOUNDS, "holds": _hold(sets, mean)}


def _hold(sets: Sequence[dict[str, Any]], mean: dict[str, float]) -> bool:
    def within(key: str, value: float, bound: float) -> bool:
        return value >= bound if key.startswith("caught") else value <= bound

    return all(
        within(key, mean[key], in_mean) and all(within(key, each[key], on_each) for each in sets)
        for key, (in_mean, on_each) in BOUNDS.items()
    )


def set_figures(recordings: Sequence[Recording], seeds: int) -> dict[str, Any]:
    """What the checks make of one set."""
    parts = [
        Labelled(number, take.header.label, content_of(take.in_g, take.header.rate_hz))
        for number, take in enumerate(recordings, start=1)
    ]
    reference = Reference(parts)
    random = np.random.default_rng(1)
    still = [
        replace(part, content=content_of(_at_rest(take, random), take.header.rate_hz))
        for part, take in zip(parts, recordings, strict=True)
        if _should_move(part, parts)
    ]
    motionless = [any(f.kind is FindingKind.NO_MOTION for f in reference.judge(part)) for part in still]
    wrong = [replace(part, label=label) for part in parts for label in _other_labels(part, parts)]
    tenth = [_with_tenth_wrong(parts, seed) for seed in range(1, seeds + 1)]
    blamed, caught = np.mean(tenth, axis=0).tolist() if tenth else (0.0, 1.0)
    return {
        "takes": len(parts),
        "caught_mislabelled": _share([bool(reference.judge(part)) for part in wrong]),
        "caught_motionless": _share(motionless),
        "blamed_good": _share([bool(reference.judge(part)) for part in parts]),
        "blamed_with_tenth_wrong": round(blamed, 4),
        "caught_with_tenth_wrong": round(caught, 4),
    }


def _other_labels(part: Labelled, parts: Sequence[Labelled]) -> list[str]:
    return sorted({other.label for other in parts} - {part.label})


def _should_move(part: Labelled, parts: Sequence[Labelled]) -> bool:
    motion = [other.content.motion_g for other in parts if other.label == part.label and other is not part]
    return means_motion(part.label, np.array(motion))


def _at_rest(take: Recording, random: np.random.Generator) -> np.typing.NDArray[np.float64]:
    """What the sensor would have measured, had it lain as it did on the average and nothing had moved it."""
    signal = take.in_g
    noise = random.normal(0.0, random.uniform(*_NOISE_G), signal.shape)
    return np.broadcast_to(signal.mean(axis=0), signal.shape) + noise


def _with_tenth_wrong(parts: Sequence[Labelled], seed: int) -> tuple[float, float]:
    """A tenth of the takes have another label: the shares of the others and of these that are blamed."""
    random = np.random.default_rng(seed)
    chosen = set(random.choice(len(parts), max(1, round(len(parts) / 10)), replace=False).tolist())
    labelled = [
        replace(part, label=str(random.choice(_other_labels(part, parts)))) if number in chosen else part
        for number, part in enumerate(parts)
    ]
    reference = Reference(labelled)
    blamed = [bool(reference.judge(part)) for part in labelled]
    good = [hit for number, hit in enumerate(blamed) if number not in chosen]
    return _share(good), _share([blamed[number] for number in chosen])


def _share(hits: Sequence[bool]) -> float:
    """How many of them; 1 of none, for there is nothing that was missed."""
    return round(float(np.mean(hits)), 4) if hits else 1.0


def _line(figures: dict[str, Any]) -> str:
    return tr(
        "{name:18}{mislabelled:>8} of mislabelled and {motionless:>8} of motionless takes found; "
        "{good:>6} of good takes blamed, {tenth:>6} with a tenth of the labels wrong",
        name=figures["name"],
        mislabelled=percent(figures["caught_mislabelled"]),
        motionless=percent(figures["caught_motionless"]),
        good=percent(figures["blamed_good"]),
        tenth=percent(figures["blamed_with_tenth_wrong"]),
    )
