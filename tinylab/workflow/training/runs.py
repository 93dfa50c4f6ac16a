"""A trained network with all that is known of it, its way into the project and back, and what has changed since."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from tinylab.boards.ranges import Levels
from tinylab.data.frames import RAW
from tinylab.data.recording import Header
from tinylab.data.run_store import Evidence, Run
from tinylab.dsp.recipe import InputRecipe
from tinylab.errors import DataError, TinyLabError
from tinylab.evaluation.baseline_rows import BaselineRow, simple_sentence, simpler_than
from tinylab.evaluation.figures import RunFigures
from tinylab.evaluation.intervals import AccuracyInterval, accuracy_interval, certainty
from tinylab.evaluation.metrics import Metrics
from tinylab.learning.menu import baseline_of
from tinylab.learning.plan import NetworkPlan
from tinylab.text import tr
from tinylab.workers import messages
from tinylab.workflow.training.dataset import Dataset
from tinylab.workflow.training.window_plan import WindowPlan

FLOAT32, INT8 = "float32", "int8"  # variants of a network


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """Everything the page Train lets one choose."""

    network: NetworkPlan = field(default_factory=NetworkPlan)
    windows: WindowPlan = field(default_factory=WindowPlan)

    def to_json(self) -> dict[str, Any]:
        """Plain values for the project file."""
        return {"network": asdict(self.network), "windows": asdict(self.windows)}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> TrainSettings:
        """The settings that `to_json` was called on; what a newer TinyLab added is left aside."""
        known = {name: value for name, value in plain["windows"].items() if name in WindowPlan.__dataclass_fields__}
        return cls(NetworkPlan.from_json(plain["network"]), WindowPlan(**known))


@dataclass(frozen=True, slots=True)
class Member:
    """A take as it was when a run learned from it or was tested on it."""

    take_id: int
    side: str  # "train", "validation" or "test"
    label: str
    subject: str
    pieces: str  # what it consisted of; changes when the take is cut

    @classmethod
    def of(cls, take: Header, side: str, pieces: str) -> Member:
        """A take as it is now."""
        return cls(take.id, side, take.label, take.subject, pieces)


@dataclass(frozen=True, slots=True)
class Validation:
    """What a network of the same kind was worth on those who were held back from its learning."""

    metrics: Metrics
    interval: AccuracyInterval | None


@dataclass(frozen=True, slots=True, eq=False)
class TrainedRun:
    """A network with all that is known of it. Its evidence is read from the project when it is looked at."""

    number: int  # in the project, from 1
    settings: TrainSettings
    recipe: InputRecipe
    frame: str  # the axes it decides in
    labels: tuple[str, ...]
    sentence: str  # who learned, who checked, who stayed unseen
    split_kind: str
    test_subjects: int
    history: tuple[messages.Epoch, ...]
    best_epoch: int
    stopped: bool
    parameters: int
    float32: Metrics
    int8: Metrics
    litert_identical: int  # test windows on which LiteRT's default interpreter gives the reference's very bits
    keras_bytes: int  # size of the float network's file
    tflite: bytes
    members: tuple[Member, ...]
    seconds: dict[str, float]
    skipped: tuple[str, ...] = ()  # takes too short for one window, in words
    levels: Levels = field(default_factory=Levels)  # of its takes; empty of a run of before
    answers: tuple[int, ...] = ()  # of a run without stored evidence: the int8 class of each test window
    test_ids: tuple[int, ...] = ()  # of a run without stored evidence: its tested takes
    intervals: Mapping[str, AccuracyInterval] = field(default_factory=dict)  # variant → how sure; from the evidence
    validation: Validation | None = None  # None where nobody was held back, or of a run of before
    notes: tuple[str, ...] = ()  # what was done to the takes before, in sentences
    cautions: tuple[str, ...] = ()  # why its figure may flatter, in sentences
    baselines: tuple[BaselineRow, ...] = ()  # on the same split, the simplest first
    untested: tuple[str, ...] = ()  # labels that it learned and was not tested on
    as_scikit_learn: int | None = None  # instead of LiteRT: `LearnedSimply.as_scikit_learn`; None of networks

    @property
    def test_takes(self) -> int:
        """How many takes it was tested on; 0 where an older TinyLab did not note it."""
        if INT8 in self.intervals:
            return self.intervals[INT8].takes
        return len(set(self.test_ids)) or sum(member.side == "test" for member in self.members)

    @property
    def certainty(self) -> str:
        """How sure the int8 network's accuracy is, in a sentence or two."""
        return certainty(self.intervals.get(INT8), self.test_takes)

    @property
    def said_first(self) -> tuple[str, ...]:
        """What must be read before its accuracy: what is simpler and as good, and why its figure may flatter."""
        simple = simple_sentence(self.simpler, self.int8.accuracy, self.intervals.get(INT8))
        return (simple, *self.cautions) if simple else self.cautions

    @property
    def simpler(self) -> tuple[BaselineRow, ...]:
        """The baselines that are simpler than what was trained: all of them, unless it is one of them itself."""
        return simpler_than(baseline_of(self.settings.network.family), self.baselines)

    def figures(self, since: tuple[str, ...] = ()) -> RunFigures:
        """The figures of the run; `since`: what has changed, in sentences."""
        return RunFigures(
            run=self.number,
            family=self.settings.network.family,
            split=self.split_kind,
            sentence=self.sentence,
            labels=self.labels,
            window_s=self.recipe.window_s,
            rate_hz=self.recipe.rate_hz,
            frame=self.frame,
            epochs=max((epoch.number for epoch in self.history), default=0),
            validation=self.validation.metrics if self.validation else None,
            best_epoch=self.best_epoch,
            parameters=self.parameters,
            tflite_bytes=len(self.tflite),
            test_subjects=self.test_subjects,
            float32=self.float32,
            int8=self.int8,
            litert_identical=self.litert_identical,
            seconds=self.seconds,
            test_takes=self.test_takes,
            intervals=self.intervals,
            skipped=self.skipped,
            notes=self.notes,
            cautions=self.said_first,
            baselines=self.baselines,
            untested=self.untested,
            as_scikit_learn=self.as_scikit_learn,
            since=since,
        )

    def outcome_json(self) -> dict[str, Any]:
        """What is stored of it, beside settings, networks and evidence."""
        return {
            "recipe": self.recipe.to_json(),
            "frame": self.frame,
            "labels": list(self.labels),
            "sentence": self.sentence,
            "split_kind": self.split_kind,
            "test_subjects": self.test_subjects,
            "history": [_row(epoch) for epoch in self.history],
            "validation": _validation_json(self.validation),
            "best_epoch": self.best_epoch,
            "stopped": self.stopped,
            "parameters": self.parameters,
            FLOAT32: self.float32.to_json(),
            INT8: self.int8.to_json(),
            "litert_identical": self.litert_identical,
            "members": [[m.take_id, m.side, m.label, m.subject, m.pieces] for m in self.members],
            "seconds": self.seconds,
            "skipped": list(self.skipped),
            "notes": list(self.notes),
            "cautions": list(self.cautions),
            "baselines": [row.to_json() for row in self.baselines],
            "untested": list(self.untested),
            "as_scikit_learn": self.as_scikit_learn,
            "levels": self.levels.to_json(),
        }


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
            **_compared(outcome),
            keras_bytes=stored.keras_bytes,
            tflite=stored.tflite,
            members=tuple(Member(int(m[0]), *map(str, m[1:5])) for m in outcome.get("members", [])),
            seconds={str(name): float(value) for name, value in outcome["seconds"].items()},
            skipped=tuple(map(str, outcome.get("skipped", []))),
            notes=tuple(map(str, outcome.get("notes", []))),
            cautions=tuple(map(str, outcome.get("cautions", []))),
            baselines=tuple(map(BaselineRow.from_json, outcome.get("baselines", []))),
            untested=tuple(map(str, outcome.get("untested", []))),
            levels=Levels.from_json(outcome["levels"]) if "levels" in outcome else Levels(),
            answers=tuple(map(int, outcome.get("answers", []))),
            test_ids=tuple(map(int, outcome.get("test_ids", []))),
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        raise DataError(
            tr("run {id} cannot be read: {name} {error}.", id=stored.id, name=type(error).__name__, error=error)
        ) from error
    except TinyLabError as error:
        raise DataError(tr("run {id} cannot be read: {value}", id=stored.id, value=error.message)) from error


def _compared(outcome: Mapping[str, Any]) -> dict[str, Any]:
    same = outcome.get("as_scikit_learn")
    return {
        "litert_identical": int(outcome["litert_identical"]), "as_scikit_learn": None if same is None else int(same)
    }  # fmt: skip


def with_intervals(run: TrainedRun, evidence: Evidence) -> TrainedRun:
    """The run with the interval of each variant's accuracy; its evidence may be without windows."""
    people = {member.take_id: member.subject for member in run.members}
    found = {name: interval_of(evidence.answers(name), evidence, people) for name in evidence.probabilities}
    return replace(run, intervals={name: interval for name, interval in found.items() if interval is not None})


def interval_of(answers: Any, evidence: Evidence, people: Mapping[int, str]) -> AccuracyInterval | None:
    """The interval of answers to the test windows, shape (windows,), as class numbers."""
    return accuracy_interval(answers == evidence.truth, evidence.take_ids, people)


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


def evidence_of(dataset: Dataset, probabilities: dict[str, Any]) -> Evidence:
    """What is kept of a run's test: its windows, the truth, and every variant's probabilities."""
    test = dataset.test
    return Evidence(test.take_ids, test.starts, test.classes, test.windows, probabilities)
