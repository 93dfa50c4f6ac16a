"""What several packages' tests share: one worker for all, and networks and projects that it has trained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tinylab.boards.catalog import boards
from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.project import Project
from tinylab.data.recording import Recording
from tinylab.dsp.windows import to_counts
from tinylab.learning.plan import NetworkPlan
from tinylab.virtualboard.motion.gestures import RATE_HZ, gesture
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.notices import Notices, Tone
from tinylab.workflow.project.contents import Contents
from tinylab.workflow.project.document import Document
from tinylab.workflow.project.target import TargetBoard
from tinylab.workflow.task import Tasks
from tinylab.workflow.training.dataset import Dataset, make_dataset
from tinylab.workflow.training.runs import TrainSettings
from tinylab.workflow.training.trainer import Trainer
from tinylab.workflow.training.window_plan import WindowPlan

LABELS = ("wave", 'shake "100 %s"\n🦾')
SETTINGS = TrainSettings(NetworkPlan("cnn", width=4, epochs=6), WindowPlan(window_s=1.0, stride_s=0.1, suggested=False))


def performed(label: str, subject: int, repetition: int, source: str = "gestures") -> Recording:
    """Two seconds of a made-up gesture, as a micro:bit would have measured them at 100 Hz and ±4 g."""
    motion = gesture("wave" if label == LABELS[0] else "shake", subject, repetition)
    g_per_count = boards()[0].sensor.g_per_count[4]
    counts = to_counts(motion[:: int(RATE_HZ) // 100], g_per_count, 4)
    return Recording.of(
        counts,
        label=label,
        subject=f"subject {subject}",
        rate_hz=100.0,
        g_per_count=g_per_count,
        range_g=4.0,
        rate_asked_hz=100.0,
        board="virtual micro:bit V2",
        sensor="LSM303AGR",
        source=source,
    )


@pytest.fixture(scope="session")
def performances() -> tuple[Recording, ...]:
    """Two labels, five subjects, two takes each."""
    return tuple(performed(label, subject, number) for subject in range(5) for label in LABELS for number in range(2))


@pytest.fixture(scope="session")
def worker() -> Iterator[WorkerClient]:
    """The real worker process, started once: TensorFlow takes seconds to load.

    However much it has trained, it is not replaced in the middle of a test, which would then have started a thread.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tinylab.workers.client.TRAININGS", 1_000_000)
        client = WorkerClient()
        client.warm_up()
        yield client
        client.close()


@dataclass(frozen=True)
class TinyNetwork:
    """A network that was trained and quantized for the tests."""

    dataset: Dataset
    history: tuple[messages.Epoch, ...]
    trained: messages.Trained
    tflite: bytes


def train_tiny(worker: WorkerClient, dataset: Dataset, plan: NetworkPlan) -> TinyNetwork:
    """Train and quantize in the real worker."""
    history: list[messages.Epoch] = []
    train, validation = dataset.train, dataset.validation
    request = messages.Train(
        plan.to_json(), dataset.recipe.to_json(), len(dataset.labels), train.windows, train.classes,
        validation.windows, validation.classes, dataset.test.windows, len(train) + len(validation),
    )  # fmt: skip
    trained = worker.ask(request, messages.Trained, on_epoch=history.append)
    calibration = messages.Quantize(trained.keras, list(dataset.recipe.float_inputs(train.windows)))
    return TinyNetwork(dataset, tuple(history), trained, worker.ask(calibration, messages.Quantized).tflite)


@pytest.fixture(scope="session")
def tiny_cnn(worker: WorkerClient, performances: tuple[Recording, ...]) -> TinyNetwork:
    """A CNN on the raw signal."""
    dataset = make_dataset(performances, LABELS, boards()[0].sensor, SETTINGS.windows, SETTINGS.network)
    return train_tiny(worker, dataset, SETTINGS.network)


@pytest.fixture(scope="session")
def tiny_dense(worker: WorkerClient, performances: tuple[Recording, ...]) -> TinyNetwork:
    """A dense net on features."""
    network = NetworkPlan("dense", width=4, epochs=6)
    dataset = make_dataset(performances, LABELS, boards()[0].sensor, SETTINGS.windows, network)
    return train_tiny(worker, dataset, network)


@pytest.fixture(scope="session")
def trained_project(
    worker: WorkerClient, performances: tuple[Recording, ...], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A project file with recordings and one trained run. Copy it before opening it."""
    path = tmp_path_factory.mktemp("trained") / "trained.tinylab"
    inbox, notices = Inbox(), Notices()
    document, tasks = Document(notices), Tasks(inbox)
    project = Project.create(path)
    project.do(AddTakes(performances, "fill"))
    document.attach(Contents.of(project))
    trainer = Trainer(inbox, tasks, document, worker, TargetBoard(document), notices)
    trainer.train(SETTINGS).result(120)
    trainer.open_test()
    assert [notice.tone for notice in notices.shown] == [Tone.INFO], notices.shown  # 4 tested takes are few
    document.close()
    return path


@pytest.fixture
def random() -> np.random.Generator:
    """Numbers that are the same in every run."""
    return np.random.default_rng(7)
