"""`tinylab bench learn`: what networks with the default settings are worth on people, or recordings, they never saw.

The example in five folds by person, folders of other recordings (`--data`) in five folds by recording; every window is
asked of the int8 network of the fold that has not learned from it. Nothing is chosen by these folds; docs/tuning.md
says how the defaults were chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tinylab.bench.outcome import Options, Outcome
from tinylab.boards.catalog import boards
from tinylab.data.recording import Recording
from tinylab.evaluation.folds import FoldsBy, make_folds
from tinylab.exchange.data_sets import EXAMPLE, data_sets
from tinylab.learning.plan import NetworkPlan
from tinylab.text import percent, tr
from tinylab.workers.client import WorkerClient
from tinylab.workflow.training.dataset import prepare
from tinylab.workflow.training.folded_test import FoldedTest
from tinylab.workflow.training.folding import ask_by_folds
from tinylab.workflow.training.runs import INT8
from tinylab.workflow.training.window_plan import WindowPlan

HELP = tr("what the default network is worth on people and recordings that it never saw")
FOLDS: Final = 5
SMOOTHED: Final = 3  # decisions that are averaged
_BOUNDS: Final = {  # mean and worst fold of the sets that are known here
    EXAMPLE: (0.88, 0.80),
    "st_har": (0.98, 0.0),
    "emlearn_gestures": (0.90, 0.0),
    "microbit_wand": (0.96, 0.0),
    "emlearn_exercise": (0.96, 0.0),
}


def measure(options: Options) -> Outcome:
    """All sets, one line each, and whether the bounds hold."""
    figures = learn_figures(options.data, options.seeds, NetworkPlan(), options.report)
    return Outcome(figures, [_line(each) for each in figures["sets"]], differs=not figures["holds"])


def learn_figures(
    data: Path | None, seeds: int, network: NetworkPlan, report: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """The figures of each set; raises DataError where `data` holds none. `seeds`: networks of each fold."""
    worker = WorkerClient()
    try:
        sets = []
        for name, recordings in data_sets(data):
            report(tr("Learning from {name}", name=name))
            by: FoldsBy = "subject" if name == EXAMPLE else "recording"
            sets.append(set_figures(name, recordings, by, network, seeds, worker))
            report(_line(sets[-1]))
    finally:
        worker.close()
    return {"sets": sets, "bounds": _BOUNDS, "holds": all(each["holds"] for each in sets)}


def set_figures(
    name: str, recordings: Sequence[Recording], by: FoldsBy, network: NetworkPlan, seeds: int, worker: WorkerClient
) -> dict[str, Any]:
    """One set: means over folds and seeds, the weakest fold of any seed, and how far the seeds lie apart."""
    sensor, labels = boards()[0].sensor, sorted({each.header.label for each in recordings})
    numbered = [each.with_changes(id=number) for number, each in enumerate(recordings, 1)]
    windows = WindowPlan().fitted([each.header.seconds for each in numbered])
    prepared = prepare(numbered, labels, sensor, windows, network)
    folds = make_folds(prepared.items, by, FOLDS)
    tests = [
        ask_by_folds(prepared, worker, replace(network, seed=seed), folds, lambda *_: None, baselines=False)
        for seed in range(1, seeds + 1)
    ]
    means = [float(np.mean(test.accuracies)) for test in tests]
    mean, worst = float(np.mean(means)), min(min(test.accuracies) for test in tests)
    least_mean, least_worst = _BOUNDS.get(name, (0.0, 0.0))
    return {
        "name": name,
        "protocol": tr("{folds} folds by {by}, {seeds} seeds", folds=len(folds.folds), by=by, seeds=seeds),
        "window_s": windows.window_s,
        "int8_mean": round(mean, 4),
        "int8_worst_fold": round(worst, 4),
        "spread": round(float(np.std(means, ddof=1)) if seeds > 1 else 0.0, 4),
        "float32_mean": round(float(np.mean([test.metrics["float32"].accuracy for test in tests])), 4),
        "smoothed": round(float(np.mean([smoothed_accuracy(test) for test in tests])), 4),
        "untested": list(folds.untested),
        "seconds": round(sum(test.seconds for test in tests), 1),
        "holds": mean >= least_mean and worst >= least_worst,
    }


def smoothed_accuracy(test: FoldedTest) -> float:
    """Accuracy where each decision averages the probabilities of up to SMOOTHED windows of a take, as boards do."""
    right: list[npt.NDArray[np.bool_]] = []
    evidence = test.evidence
    for take_id in np.unique(evidence.take_ids):
        rows = np.flatnonzero(evidence.take_ids == take_id)
        rows = rows[np.argsort(evidence.starts[rows], kind="stable")]
        values = evidence.probabilities[INT8][rows]
        totals = np.cumsum(values, axis=0)
        totals[SMOOTHED:] -= totals[:-SMOOTHED].copy()
        right.append(totals.argmax(axis=1) == evidence.truth[rows])
    return float(np.concatenate(right).mean())


def _line(figures: dict[str, Any]) -> str:
    return tr(
        "{name}: {mean} in the mean, {worst} in the weakest fold, {smoothed} over {n} decisions ({protocol}), "
        "{s:.0f} s",
        name=figures["name"],
        mean=percent(figures["int8_mean"]),
        worst=percent(figures["int8_worst_fold"]),
        smoothed=percent(figures["smoothed"]),
        n=SMOOTHED,
        protocol=figures["protocol"],
        s=figures["seconds"],
    )
