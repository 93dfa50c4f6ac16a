"""What the worker does for the feature map: t-SNE that can be ended, and a network's last hidden layer."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from test_real_worker import request

from tinylab.dsp.recipe import InputRecipe
from tinylab.errors import TrainingError
from tinylab.learning.plan import NetworkPlan
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient
from tinylab.workflow.explore.picture import Layout
from tinylab.workflow.explore.teachers import NetworkTeacher
from tinylab.workflow.session import Session


def clouds(each: int = 20) -> messages.Embed:
    """Two clouds far from each other."""
    random = np.random.default_rng(1)
    numbers = random.normal(0, 1, (2 * each, 6))
    numbers[each:] += 12
    return messages.Embed(numbers.astype(np.float32))


def test_t_sne_says_how_far_it_is_and_keeps_clouds_apart(worker: WorkerClient) -> None:
    shares: list[float] = []
    points = worker.ask(clouds(), messages.Embedded, on_progress=shares.append).points
    assert points.shape == (40, 2)
    assert shares == sorted(shares) and len(shares) > 5 and shares[-1] == 1.0
    first, second = points[:20], points[20:]
    apart = np.linalg.norm(first.mean(axis=0) - second.mean(axis=0))
    assert apart > 2 * max(np.linalg.norm(each - each.mean(axis=0), axis=1).mean() for each in (first, second))


def test_t_sne_ends_when_it_is_told_to_and_the_worker_goes_on(worker: WorkerClient) -> None:
    pid = worker.process_id
    with pytest.raises(TrainingError, match="Cancelled"):
        worker.ask(clouds(300), messages.Embedded, on_progress=lambda _: worker.stop_training())
    assert worker.ask(clouds(), messages.Embedded).points.shape == (40, 2)
    assert worker.process_id == pid


@pytest.mark.parametrize("windows", [0, 1, 3])
def test_with_hardly_any_windows_there_is_still_an_answer(worker: WorkerClient, windows: int) -> None:
    assert worker.ask(messages.Embed(np.zeros((windows, 4), np.float32)), messages.Embedded).points.shape == (
        windows,
        2,
    )


def test_the_last_hidden_layer_tells_the_classes_apart(worker: WorkerClient) -> None:
    asked = request(NetworkPlan("cnn", width=4, epochs=5, learning_rate=0.02))
    keras = worker.ask(asked, messages.Trained).keras
    (inputs,) = InputRecipe.from_json(asked.recipe).float_inputs(asked.train_windows)
    values = worker.ask(messages.LastLayer(keras, [inputs]), messages.Activations).values
    assert values.shape[0] == 64 and values.shape[1] > 2
    means = [values[asked.train_classes == number].mean(axis=0) for number in (0, 1)]
    assert np.linalg.norm(means[0] - means[1]) > 0.5
    one = worker.ask(messages.LastLayer(keras, [inputs[:1]]), messages.Activations).values
    assert one == pytest.approx(values[:1], abs=1e-4)


def test_the_map_of_a_runs_last_layer_and_the_live_window_in_it(
    worker: WorkerClient, trained_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "trained.tinylab"
    shutil.copy(trained_project, path)
    session = Session()
    try:
        session.projects.open(path).result()
        monkeypatch.setattr(session.worker, "ask", worker.ask)
        shown = session.explore.feature_map
        shown.set_layout(Layout.LAYER)
        shown.start()
        assert session.inbox.wait(lambda: shown.task is None, 60.0)
        assert shown.picture is not None, shown.reason
        assert shown.picture.run == session.trainer.runs[-1].number
        assert shown.picture.points.shape == (len(shown.picture.windows), 2) and np.ptp(shown.picture.points) > 0
        live = session.document.recording(session.document.takes[0].id)
        assert shown.live_point(live.in_g, live.header.rate_hz) is None  # asked, not answered yet
        assert session.inbox.wait(lambda: shown.live_point(live.in_g, live.header.rate_hz) is not None, 60.0)
        answers_alike(session)
    finally:
        session.close()


def answers_alike(session: Session) -> None:
    """The run's network as a teacher says of a tested take what its evidence says."""
    run, evidence = session.trainer.runs[-1], session.trainer.evidence
    assert evidence is not None
    take_id = int(evidence.take_ids[0])
    live = session.document.recording(take_id)
    said = NetworkTeacher(run)(take_id, live.in_g, live.header.rate_hz)
    assert said.probabilities.shape == (len(said.starts_s), len(run.labels))
    assert said.probabilities[0] == pytest.approx(evidence.probabilities["int8"][0], abs=0.05)
    assert len(NetworkTeacher(run)(take_id, live.in_g[:3], live.header.rate_hz).probabilities) == 0
