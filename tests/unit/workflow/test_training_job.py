"""What a job of training asks of the worker, and what is refused before the work and not after it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tinylab.errors import CancelledError, DataError
from tinylab.workers import messages
from tinylab.workflow.session import Session
from tinylab.workflow.task import Task
from tinylab.workflow.training.training_job import Listener, TrainingJob


def test_more_test_windows_than_a_project_keeps_are_refused_before_the_work(
    trained: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinylab.data.run_store._MAX_VALUES", 59)
    with pytest.raises(DataError, match="more than a project keeps of one run"):
        trained.trainer.train(trained.trainer.settings).result(60)
    assert not trained.worker.ready  # it was not even started
    assert len(trained.trainer.runs) == 1


class Listening:
    """A worker that answers the first training with nothing learned, and breaks off at the second."""

    ready = True

    def __init__(self) -> None:
        self.asked: list[messages.Train] = []

    def warm_up(self) -> None:
        """It is awake."""

    def ask(self, request: messages.Train, *_: object, **__: object) -> messages.Trained:
        self.asked.append(request)
        if len(self.asked) == 2:
            raise CancelledError("enough")
        even = np.full((len(request.asked_windows), request.classes), 1 / request.classes, np.float32)
        return messages.Trained(b"", request.plan["epochs"], False, 10, even)


def test_first_some_are_held_back_then_everyone_teaches_who_is_not_tested(trained: Session) -> None:
    worker = Listening()
    document, settings = trained.document, trained.trainer.settings
    settings = replace(settings, network=replace(settings.network, keep="last"))
    board = trained.target.board
    job = TrainingJob(
        document.open_project(),
        worker,
        settings,
        document.takes,
        document.labels,
        board,  # type: ignore[arg-type]
    )
    quiet = Listener(lambda _: None, lambda *_: None, lambda _: None, lambda: None, lambda _: None)
    with pytest.raises(CancelledError):
        job.run(Task("test", trained.inbox), quiet)
    checked, final = worker.asked
    assert len(checked.validation_windows) > 0
    assert len(checked.train_windows) + len(checked.validation_windows) == len(final.train_windows) == final.largest
    assert len(final.validation_windows) == 0
    held_back = {window.tobytes() for window in checked.validation_windows}
    tested = {window.tobytes() for window in final.asked_windows}
    assert not held_back & {window.tobytes() for window in checked.train_windows}
    assert held_back <= {window.tobytes() for window in final.train_windows}
    assert not tested & {window.tobytes() for window in final.train_windows}
