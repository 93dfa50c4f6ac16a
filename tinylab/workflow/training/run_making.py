"""From what a training came to, to the run that is kept: who tested it, what they say, and what is said beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tinylab.data.run_store import Evidence
from tinylab.dsp.recipe import InputRecipe
from tinylab.evaluation.baseline_rows import BaselineRow, compare
from tinylab.evaluation.intervals import accuracy_interval
from tinylab.evaluation.metrics import measure
from tinylab.text import tr
from tinylab.workers import messages
from tinylab.workflow.training.dataset import Dataset
from tinylab.workflow.training.folded_test import FoldedTest
from tinylab.workflow.training.int8_said import way_notes
from tinylab.workflow.training.learning_simply import LearnedSimply
from tinylab.workflow.training.quantizing import Quantized
from tinylab.workflow.training.runs import FLOAT32, INT8, TrainedRun, TrainSettings, Validation
from tinylab.workflow.training.sides import Side
from tinylab.workflow.training.train_request import rotation_notes


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """The network that is kept, what it sees of a window, whom it learned from, and what others said before."""

    trained: messages.Trained
    recipe: InputRecipe
    taught: Side
    validation: Validation | None
    folded: FoldedTest | None = None
    simply: LearnedSimply | None = None  # where it is no network


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """Who tested, what was answered, and what must be known beside the figure."""

    evidence: Evidence  # probabilities of both variants
    people: int
    sentence: str
    baselines: tuple[BaselineRow, ...]
    cautions: tuple[str, ...]
    untested: tuple[str, ...]


def judged_by_test(dataset: Dataset, learned: Learned, int8: Quantized) -> Judgement:
    """The takes that were split off before anything was learned, asked of the network that is kept."""
    test = dataset.test
    probabilities = {FLOAT32: learned.trained.probabilities, INT8: int8.probabilities}
    evidence = Evidence(test.take_ids, test.starts, test.classes, test.windows, probabilities)
    split = dataset.split
    baselines = _baselines(dataset, learned)
    return Judgement(evidence, dataset.test_subjects, split.sentence, baselines, dataset.cautions, split.untested)


def judged_by_folds(dataset: Dataset, folded: FoldedTest) -> Judgement:
    """Everybody, asked of the network of the fold that had not learned from them."""
    return Judgement(
        folded.evidence, len(folded.figures.people), f"{dataset.split.sentence} {folded.figures.sentence}",
        folded.baselines, folded.cautions, folded.untested,
    )  # fmt: skip


def side_of(evidence: Evidence) -> Side:
    """The windows of a test."""
    return Side(evidence.windows, evidence.truth, evidence.take_ids, evidence.starts)


def made_run(
    settings: TrainSettings, dataset: Dataset, learned: Learned, test: Judgement, int8: Quantized, same: int,
    history: Sequence[messages.Epoch],
) -> TrainedRun:  # fmt: skip
    """The run, without number, members and seconds; `same`: test windows on which LiteRT, or scikit-learn, agrees."""
    simply = learned.simply
    labels, majority, evidence, trained = dataset.labels, dataset.majority_class, test.evidence, learned.trained
    figures = {name: measure(evidence.truth, evidence.answers(name), labels, majority) for name in (FLOAT32, INT8)}
    return TrainedRun(
        number=0,
        settings=settings,
        recipe=learned.recipe,
        frame=dataset.frame,
        labels=labels,
        sentence=test.sentence,
        split_kind=dataset.split.kind,
        test_subjects=test.people,
        history=tuple(history),
        best_epoch=trained.best_epoch,
        stopped=trained.stopped,
        parameters=trained.parameters,
        float32=figures[FLOAT32],
        int8=figures[INT8],
        litert_identical=0 if simply else same,
        as_scikit_learn=same if simply else None,
        keras_bytes=len(trained.keras),
        tflite=int8.tflite,
        members=(),
        seconds={},
        skipped=dataset.skipped,
        levels=dataset.levels,
        validation=learned.validation,
        notes=(*dataset.notes, *_how(settings, dataset, learned, int8)),
        cautions=test.cautions,
        baselines=test.baselines,
        untested=test.untested,
        folds=learned.folded.figures if learned.folded else None,
    )


def _how(settings: TrainSettings, dataset: Dataset, learned: Learned, int8: Quantized) -> tuple[str, ...]:
    """How it was made, where that is worth a word."""
    if learned.simply:
        return (learned.simply.sentence,)
    turned = rotation_notes(settings.network, dataset, learned.taught)
    return (*turned, *speed_notes(fell_back=learned.trained.fell_back), *way_notes(int8.way))


def speed_notes(*, fell_back: bool) -> tuple[str, ...]:
    """That it took longer than it needs to, where it did."""
    if not fell_back:
        return ()
    return (tr("XLA cannot compile this network on this computer: it learned without, the same but more slowly."),)


def said_by_folds(folded: FoldedTest) -> Validation:
    """What networks of the same kind are worth on those who were left out."""
    return Validation(folded.metrics[INT8], folded.interval)


def answers_of(probabilities: npt.NDArray[np.float32], dataset: Dataset) -> Validation:
    """What was answered to the windows that were held back while the network was chosen."""
    side = dataset.validation
    answers = probabilities.argmax(axis=1)
    people = {take.id: take.subject for take in dataset.takes}
    return Validation(
        measure(side.classes, answers, dataset.labels, dataset.majority_class),
        accuracy_interval(answers == side.classes, side.take_ids, people),
    )


def _baselines(dataset: Dataset, learned: Learned) -> tuple[BaselineRow, ...]:
    """What is simpler than a network, on the same windows and the same split."""
    taught, test = learned.taught, dataset.test
    people = {take.id: take.subject for take in dataset.takes}
    return compare(
        taught.windows, taught.classes, test.windows, test.classes, test.take_ids, people, dataset.labels,
        learned.recipe.g_per_count, learned.recipe.rate_hz,
    )  # fmt: skip
