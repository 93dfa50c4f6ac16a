"""A real window on a real session, without a board and without a screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.windows import remove
from pytestqt.qtbot import QtBot

from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.recording import Recording
from tinylab.exchange.example import load_example
from tinylab.ui.plots.signal import SignalPlot
from tinylab.ui.shell.application import make_application
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.project.opening import load_project
from tinylab.workflow.session import Session
from tinylab.workflow.training.run_file import outcome_json


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A session with an empty project."""
    made = Session(fast_virtual_board=True)
    made.projects.new(tmp_path / "Lab.tinylab").result()
    yield made
    made.close()


@pytest.fixture
def window(session: Session, qtbot: QtBot) -> Iterator[MainWindow]:
    """The window that shows it."""
    make_application("light")
    made = MainWindow(session)
    made.show()
    qtbot.waitExposed(made)
    yield made
    remove(made)


def small_example(subjects: int = 4, labels: int = 3, seconds: float = 8.0) -> list[Recording]:
    """A few real recordings, cut short."""
    recordings = load_example()
    names = sorted({r.header.subject for r in recordings})[:subjects]
    kinds = sorted({r.header.label for r in recordings})[:labels]
    return [
        shortened(r, int(seconds * r.header.rate_hz))
        for r in recordings
        if r.header.subject in names and r.header.label in kinds and r.header.session == "right"
    ]


def shortened(recording: Recording, samples: int) -> Recording:
    """The first samples of a recording."""
    counts = recording.counts[:samples].copy()
    return Recording(recording.header.with_changes(samples=len(counts)), counts)


@pytest.fixture
def takes(session: Session) -> list[Recording]:
    """A project with a few real takes in it."""
    found = small_example()
    session.document.apply(AddTakes(tuple(found), "fill"))
    session.recorder.choose_first()
    return found


@pytest.fixture(scope="session")
def trained_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with takes and two runs, the second with another network; made once."""
    path = tmp_path_factory.mktemp("trained") / "trained.tinylab"
    path.write_bytes((Path(__file__).parents[1] / "fixtures" / "version1" / "trained.tinylab").read_bytes())
    loaded = load_project(path)
    project, (first,) = loaded.contents.project, loaded.runs
    settings = replace(first.settings, network=replace(first.settings.network, width=8))
    evidence = project.runs.evidence(first.number)
    assert evidence is not None
    project.runs.add(settings.to_json(), outcome_json(first), b"", first.tflite, evidence)
    project.close()
    return path


@pytest.fixture
def trained(session: Session, tmp_path: Path, trained_file: Path) -> Session:
    """A session with that project open."""
    path = tmp_path / "trained.tinylab"
    path.write_bytes(trained_file.read_bytes())
    session.projects.open(path).result()
    session.notices.clear()
    assert len(session.trainer.runs) == 2
    return session


@pytest.fixture
def signal_plot(qtbot: QtBot) -> SignalPlot:
    """A plot on its own, shown and empty."""
    make_application("light")
    made = SignalPlot()
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    return made
