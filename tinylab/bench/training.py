"""`tinylab bench training`: how long an epoch and the whole press take, beside Keras's own `Model.fit`.

Both train the default network without variations for 40 epochs on the same 2,000 windows, with validation after each
epoch, one after the other in the same warm process, for several seeds. What counts are ratios of one run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, Final

import numpy as np

from tinylab.bench.outcome import Options, Outcome
from tinylab.boards.catalog import boards
from tinylab.evaluation.splits import Split
from tinylab.evaluation.units import indices_of, shuffled, units_of
from tinylab.exchange.data_sets import EXAMPLE, data_sets
from tinylab.learning.augmentation import NONE
from tinylab.learning.plan import NetworkPlan
from tinylab.text import percent, tr
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient
from tinylab.workflow.training.dataset import Dataset, prepare
from tinylab.workflow.training.train_request import train_request
from tinylab.workflow.training.window_plan import WindowPlan

HELP = tr("how long training takes beside Keras's own loop")
WINDOWS: Final = 2000
HELD_BACK: Final = 500
EPOCH_AT_MOST, PRESS_AT_MOST = 0.3, 0.5  # of Keras's own


def measure(options: Options) -> Outcome:
    """`options.seeds` trainings of each kind, in turn."""
    figures = training_figures(example_request(NetworkPlan(augmentation=NONE)), options.seeds, options.report)
    return Outcome(figures, _lines(figures), differs=not figures["holds"])


def example_request(plan: NetworkPlan) -> messages.Train:
    """Two of ten people are held back; of the others' windows as many as are wanted, evenly taken."""
    recordings = dict(data_sets(None))[EXAMPLE]
    numbered = [each.with_changes(id=number) for number, each in enumerate(recordings, 1)]
    labels = sorted({each.header.label for each in numbered})
    prepared = prepare(numbered, labels, boards()[0].sensor, WindowPlan(stride_s=1.0), plan)
    people = shuffled(units_of(prepared.items, range(len(prepared.items)), lambda item: item.subject), 1)
    split = Split("bench", tuple(indices_of(people[2:])), tuple(indices_of(people[:2])), (), "")
    return _request(prepared.divided(split), plan)


def _request(dataset: Dataset, plan: NetworkPlan) -> messages.Train:
    asked = train_request(dataset, plan, dataset.recipe, (dataset.train, dataset.validation), dataset.test.windows)
    taught, checked = _evenly(len(dataset.train), WINDOWS), _evenly(len(dataset.validation), HELD_BACK)
    return replace(
        asked, train_windows=asked.train_windows[taught], train_classes=asked.train_classes[taught],
        validation_windows=asked.validation_windows[checked], validation_classes=asked.validation_classes[checked],
        largest=len(taught),
    )  # fmt: skip


def _evenly(count: int, most: int) -> Any:
    return np.linspace(0, count - 1, min(count, most)).astype(np.int64)


def training_figures(
    request: messages.Train, seeds: int, report: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Ratios of medians, and the accuracies on validation that both came to."""
    worker = WorkerClient()
    try:
        worker.warm_up()
        runs = []
        for seed in range(1, seeds + 1):
            report(tr("Seed {seed} of {seeds}", seed=seed, seeds=seeds))
            seeded = replace(request, plan={**request.plan, "seed": seed})
            runs.append({"seed": seed, "ours": _ours(worker, seeded), "keras": _plain(worker, seeded)})
    finally:
        worker.close()
    return _figures(runs, len(request.train_windows))


def _ours(worker: WorkerClient, request: messages.Train) -> dict[str, Any]:
    began, ends, last = time.perf_counter(), [], [0.0]

    def hear(epoch: messages.Epoch) -> None:
        ends.append(time.perf_counter())
        last[0] = epoch.validation_accuracy

    worker.ask(request, messages.Trained, on_epoch=hear)
    return {
        "press": time.perf_counter() - began, "first_point": ends[0] - began,
        "epoch": float(np.median(np.diff(ends)[1:])), "accuracy": last[0],
    }  # fmt: skip


def _plain(worker: WorkerClient, request: messages.Train) -> dict[str, Any]:
    asked = {field.name: getattr(request, field.name) for field in fields(request)}
    began = time.perf_counter()
    found = worker.ask(messages.PlainFit(**asked), messages.FitTimes)
    return {
        "press": time.perf_counter() - began, "epoch": float(np.median(found.seconds[1:])), "accuracy": found.accuracy,
    }  # fmt: skip


def _figures(runs: list[dict[str, Any]], windows: int) -> dict[str, Any]:
    def median(kind: str, name: str) -> float:
        return float(np.median([run[kind][name] for run in runs]))

    accuracies = {kind: [run[kind]["accuracy"] for run in runs] for kind in ("ours", "keras")}
    spread = max(float(np.std(values, ddof=1)) if len(values) > 1 else 0.0 for values in accuracies.values())
    apart = float(np.mean(accuracies["ours"]) - np.mean(accuracies["keras"]))
    ratios = {name: median("ours", name) / median("keras", name) for name in ("epoch", "press")}
    return {
        "windows": windows,
        "epoch_ratio": round(ratios["epoch"], 3),
        "press_ratio": round(ratios["press"], 3),
        "first_point_s": round(median("ours", "first_point"), 3),
        "accuracy": accuracies,
        "apart": round(apart, 4),
        "spread": round(spread, 4),
        "runs": runs,
        "holds": ratios["epoch"] <= EPOCH_AT_MOST and ratios["press"] <= PRESS_AT_MOST and apart >= -max(spread, 0.01),
    }


def _lines(figures: dict[str, Any]) -> list[str]:
    mean = {kind: float(np.mean(values)) for kind, values in figures["accuracy"].items()}
    return [
        tr("an epoch takes {ratio:.2f} of Keras's own (at most {most})",
           ratio=figures["epoch_ratio"], most=EPOCH_AT_MOST),
        tr("the whole press {ratio:.2f} (at most {most}); its first point comes after {s:.2f} s",
           ratio=figures["press_ratio"], most=PRESS_AT_MOST, s=figures["first_point_s"]),
        tr("validation {ours} beside {keras}", ours=percent(mean["ours"]), keras=percent(mean["keras"])),
    ]  # fmt: skip
