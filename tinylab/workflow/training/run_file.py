"""A trained run as it stands in a project: from its figures to plain values and back."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from tinylab.boards.ranges import Levels
from tinylab.data.frames import RAW
from tinylab.data.run_store import Run
from tinylab.dsp.recipe import InputRecipe
from tinylab.errors import DataError, TinyLabError
from tinylab.evaluation.baseline_rows import BaselineRow
from tinylab.evaluation.fold_figures import FoldFigures
from tinylab.evaluation.intervals import AccuracyInterval
from tinylab.evaluation.metrics import Metrics
from tinylab.text import tr
from tinylab.workers import messages
from tinylab.workflow.training.runs import FLOAT32, INT8, Member, TrainedRun, TrainSettings, Validation


def outcome_json(run: TrainedRun) -> dict[str, Any]:
    """What is stored of it, beside settings, networks and evidence."""
    return {
        "recipe": run.recipe.to_json(),
        "frame": run.frame,
        "labels": list(run.labels),
        "sentence": run.sentence,
        "split_kind": run.split_kind,
        "test_subjects": run.test_subjects,
        "history": [_row(epoch) for epoch in run.history],
        "validation": _validation_json(run.validation),
        "best_epoch": run.best_epoch,
        "stopped": run.stopped,
        "parameters": run.parameters,
        FLOAT32: run.float32.to_json(),
        INT8: run.int8.to_json(),
        "litert_identical": run.litert_identical,
        "members": [[m.take_id, m.side, m.label, m.subject, m.pieces] for m in run.members],
        "seconds": run.seconds,
        "skipped": list(run.skipped),
        "notes": list(run.notes),
        "cautions": list(run.cautions),
        "baselines": [row.to_json() for row in run.baselines],
        "untested": list(run.untested),
        "as_scikit_learn": run.as_scikit_learn,
        "name": run.name,
        "opened": run.opened,
        "folds": run.folds and run.folds.to_json(),
        "levels": run.levels.to_json(),
    }


def restore(stored: Run) -> TrainedRun:
    """A stored run; raises DataError where it cannot be one. Keys that this TinyLab does not know are left alone."""
    outcome = stored.outcome
    try:
        return TrainedRun(
            number=stored.id,
            settings=TrainSettings.from_json(stored.settings),
            recipe=InputRecipe.from_json(outcome["recipe"]),
            frame=str(outcome.get("frame", RAW)),
            labels=tuple(map(str, outcome["labels"])),
            sentence=str(outcome["sentence"]),
            split_kind=str(outcome["split_kind"]),
            test_subjects=int(outcome["test_subjects"]),
            history=tuple(_epoch(row) for row in outcome["history"]),
            validation=_validation(outcome.get("validation"), len(outcome["labels"])),
            best_epoch=int(outcome["best_epoch"]),
            stopped=bool(outcome["stopped"]),
            parameters=int(outcome["parameters"]),
            float32=_metrics(outcome[FLOAT32], len(outcome["labels"])),
            int8=_metrics(outcome[INT8], len(outcome["labels"])),
            keras_bytes=stored.keras_bytes,
            tflite=stored.tflite,
            members=tuple(Member(int(m[0]), *map(str, m[1:5])) for m in outcome.get("members", [])),
            seconds={str(name): float(value) for name, value in outcome["seconds"].items()},
            **_beside_the_figures(outcome),
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        raise DataError(
            tr("run {id} cannot be read: {name} {error}.", id=stored.id, name=type(error).__name__, error=error)
        ) from error
    except TinyLabError as error:
        raise DataError(tr("run {id} cannot be read: {value}", id=stored.id, value=error.message)) from error


def _beside_the_figures(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """What an older TinyLab may not have stored of a run."""
    same, folds = outcome.get("as_scikit_learn"), outcome.get("folds")
    return {
        "litert_identical": int(outcome["litert_identical"]),
        "as_scikit_learn": None if same is None else int(same),
        "skipped": tuple(map(str, outcome.get("skipped", []))),
        "notes": tuple(map(str, outcome.get("notes", []))),
        "cautions": tuple(map(str, outcome.get("cautions", []))),
        "baselines": tuple(map(BaselineRow.from_json, outcome.get("baselines", []))),
        "untested": tuple(map(str, outcome.get("untested", []))),
        "name": str(outcome.get("name", "")),
        "opened": int(outcome.get("opened", 1)),  # an older TinyLab showed every test at once
        "folds": FoldFigures.from_json(folds) if folds else None,
        "levels": Levels.from_json(outcome["levels"]) if "levels" in outcome else Levels(),
        "answers": tuple(map(int, outcome.get("answers", []))),
        "test_ids": tuple(map(int, outcome.get("test_ids", []))),
    }


def restore_all(stored: Iterable[Run]) -> tuple[list[TrainedRun], list[str]]:
    """(runs that can be read, sentences about those that cannot)."""
    runs, bad = [], []
    for each in stored:
        try:
            runs.append(restore(each))
        except DataError as error:
            bad.append(error.message)
    return runs, bad


def _metrics(plain: Any, classes: int) -> Metrics:
    metrics = Metrics.from_json(plain)
    rows = metrics.confusion
    if len(rows) != classes or any(len(row) != classes for row in rows) or len(metrics.classes) != classes:
        raise ValueError(tr("its confusion matrix does not fit its labels"))
    return metrics


def _row(epoch: messages.Epoch) -> list[float | bool | None]:
    """An epoch as JSON, which knows no NaN."""
    figures = (epoch.loss, epoch.accuracy, epoch.validation_loss, epoch.validation_accuracy)
    return [epoch.number, *(None if math.isnan(each) else each for each in figures), epoch.final]


def _epoch(row: Sequence[Any]) -> messages.Epoch:
    figures = [math.nan if each is None else float(each) for each in row[1:5]]
    final = len(row) > 5 and bool(row[5])
    return messages.Epoch(int(row[0]), figures[0], figures[1], figures[2], figures[3], final)


def _validation_json(validation: Validation | None) -> dict[str, Any] | None:
    if validation is None:
        return None
    interval = None if validation.interval is None else asdict(validation.interval)
    return {"metrics": validation.metrics.to_json(), "interval": interval}


def _validation(plain: Any, classes: int) -> Validation | None:
    if plain is None:
        return None
    interval = plain["interval"]
    return Validation(_metrics(plain["metrics"], classes), None if interval is None else AccuracyInterval(**interval))
