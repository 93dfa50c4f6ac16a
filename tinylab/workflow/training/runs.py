"""A trained network with all that is known of it, its way into the project and back, and what has changed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Literal

from tinylab.boards.ranges import Levels
from tinylab.data.recording import Header
from tinylab.data.run_store import Evidence
from tinylab.dsp.recipe import InputRecipe
from tinylab.evaluation.baseline_rows import BaselineRow, simple_sentence, simpler_than
from tinylab.evaluation.figures import RunFigures
from tinylab.evaluation.fold_figures import FoldFigures
from tinylab.evaluation.intervals import AccuracyInterval, accuracy_interval, certainty
from tinylab.evaluation.metrics import Metrics
from tinylab.learning.menu import baseline_of
from tinylab.learning.plan import NetworkPlan
from tinylab.text import tr
from tinylab.workers import messages
from tinylab.workflow.training.int8_said import lost_by_int8
from tinylab.workflow.training.window_plan import WindowPlan

FLOAT32, INT8 = "float32", "int8"  # variants of a network
Judged = Literal["split", "subject", "recording"]  # by one test, or by leaving people or recordings out
BY_FOLDS: Final = "folds"  # the kind of a split in which everybody learns and is tested by folds
FEW_LOOKS: Final = 3  # at the same test, over all runs; more say so
JUDGED: Final[tuple[Judged, ...]] = ("split", "subject", "recording")


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """Everything the page Train lets one choose."""

    network: NetworkPlan = field(default_factory=NetworkPlan)
    windows: WindowPlan = field(default_factory=WindowPlan)
    judged: Judged = "split"
    folds: int | None = None  # how many, where it is judged by folds; None: as many as is usual

    def to_json(self) -> dict[str, Any]:
        """Plain values for the project file."""
        windows = asdict(self.windows)
        return {"network": asdict(self.network), "windows": windows, "judged": self.judged, "folds": self.folds}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> TrainSettings:
        """The settings that `to_json` was called on; what a newer TinyLab added is left aside."""
        known = {name: value for name, value in plain["windows"].items() if name in WindowPlan.__dataclass_fields__}
        judged = next((each for each in JUDGED if each == plain.get("judged")), JUDGED[0])
        folds = plain.get("folds")
        return cls(
            NetworkPlan.from_json(plain["network"]), WindowPlan(**known), judged, None if folds is None else int(folds)
        )


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
    as_scikit_learn: int | None = None  # of what is no network: test windows of the same class there, not LiteRT's
    name: str = ""  # given by the user
    opened: int = 0  # the how manieth look at its tested takes, over all runs; 0: its test is closed
    folds: FoldFigures | None = None  # where others like it were judged by leaving people or recordings out

    @property
    def tested(self) -> frozenset[int]:
        """The takes that were split off to test it."""
        return frozenset(member.take_id for member in self.members if member.side == "test")

    @property
    def test_takes(self) -> int:
        """How many takes it was tested on; 0 where an older TinyLab did not note it."""
        if INT8 in self.intervals:
            return self.intervals[INT8].takes
        return len(set(self.test_ids)) or len(self.tested)

    @property
    def certainty(self) -> str:
        """How sure the int8 network's accuracy is, in a sentence or two."""
        return certainty(self.intervals.get(INT8), self.test_takes)

    @property
    def is_open(self) -> bool:
        """Whether its test may be shown: it was opened, or it is that of the folds, which is there to choose by."""
        return self.opened > 0 or self.split_kind == BY_FOLDS

    @property
    def said_first(self) -> tuple[str, ...]:
        """What must be read before its accuracy: what is simpler and as good, what int8 loses, why it may flatter."""
        simple = simple_sentence(self.simpler, self.int8.accuracy, self.intervals.get(INT8)) if self.is_open else ""
        looks = ""
        if self.opened > FEW_LOOKS:
            looks = tr(
                "Chosen after {count} looks at the same tested takes: whatever is the best of many looks better than it"
                " is. Record somebody new to test it.",
                count=self.opened,
            )
        lost = lost_by_int8(self.float32, self.int8) if self.is_open else ""
        return tuple(filter(None, (simple, lost, looks, *self.cautions)))

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
            folds=self.folds,
            opened=self.opened,
            name=self.name,
            since=since,
        )


def with_intervals(run: TrainedRun, evidence: Evidence) -> TrainedRun:
    """The run with the interval of each variant's accuracy; its evidence may be without windows."""
    people = {member.take_id: member.subject for member in run.members}
    found = {name: interval_of(evidence.answers(name), evidence, people) for name in evidence.probabilities}
    return replace(run, intervals={name: interval for name, interval in found.items() if interval is not None})


def interval_of(answers: Any, evidence: Evidence, people: Mapping[int, str]) -> AccuracyInterval | None:
    """The interval of answers to the test windows, shape (windows,), as class numbers."""
    return accuracy_interval(answers == evidence.truth, evidence.take_ids, people)
