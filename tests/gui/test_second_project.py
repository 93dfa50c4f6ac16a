"""Nothing of a project is left when another one is opened: the window is the same as one that opened it first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.explorer import settle
from fakes.projects import take
from fakes.windows import remove, walk
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.recording import Recording
from tinylab.ui.pages.explore.page import ExplorePage
from tinylab.ui.plots.plot import Plot
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.widgets.number_field import NumberField
from tinylab.workflow.notices import Tone
from tinylab.workflow.session import Session


@pytest.fixture
def second(session: Session, tmp_path: Path) -> Path:
    """Another project with takes of its own, whose ids are those of the first one's."""
    path = tmp_path / "Second.tinylab"
    session.projects.new(path).result()
    made = tuple(take("second", 60, subject="bert") for _ in range(3))
    session.document.apply(AddTakes(made, "fill"))
    return path


@pytest.fixture
def other(qtbot: QtBot, second: Path) -> Iterator[MainWindow]:
    """A window that has never seen another project."""
    session = Session(fast_virtual_board=True)
    session.projects.open(second, read_only=True).result()
    session.notices.clear()
    made = MainWindow(session)
    made.show()
    qtbot.waitExposed(made)
    yield made
    remove(made)


def shown(window: MainWindow) -> dict[str, list[str]]:
    """Everything a page says and every value in its fields, page by page."""
    found: dict[str, list[str]] = {}
    for name, page in walk(window):
        settle(window.session)
        said = [text for widget in page.findChildren(QWidget) for text in _says(widget)]
        found[name] = [re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "the minute it began", text) for text in said]
    return found


def _says(widget: QWidget) -> Iterator[str]:
    if not widget.isVisible():
        return
    if isinstance(widget, QLabel | QPushButton | QLineEdit):
        yield widget.text()
    elif isinstance(widget, QComboBox):
        yield widget.currentText()
    elif isinstance(widget, QAbstractSpinBox):
        yield widget.text()
    elif isinstance(widget, QSlider):
        yield str(widget.value())
    if isinstance(widget, NumberField):
        yield widget.remark
    if isinstance(widget, Plot):
        ranges = widget.getViewBox().viewRange()
        shown = [[round(float(edge), 3) for edge in pair] for pair in ranges]
        yield f"{widget.accessibleName()}: {shown} {widget.zoomed}"


def use_everything(window: MainWindow, session: Session) -> None:
    """Leave a trace everywhere."""
    session.recorder.choose_label(session.document.labels[1])
    session.recorder.set_next(replace(session.recorder.next, subject="anna", seconds=9.5, countdown_s=7.0))
    settings = session.trainer.settings
    windows = replace(settings.windows, window_s=1.25, stride_s=0.25)
    session.trainer.set_settings(replace(settings, windows=windows, network=replace(settings.network, epochs=77)))
    session.trainer.reason = "It failed."
    session.deployer.reason = "It failed, too."
    session.notices.show(Tone.ERROR, "Something of the first project.")
    for _, page in walk(window):
        for plot in page.findChildren(Plot):
            plot.zoom(0.25)
        settle(session)
    explore = window.page("Explore")
    assert isinstance(explore, ExplorePage)
    explore.map.choose(3)
    explore.map.catch([1, 2])
    explore.map.colours.setCurrentIndex(2)
    explore.takes.axis.show_choice(0)
    explore.takes.show_kind(2)
    explore.split.by.show_choice(1)
    window.page("Evaluate").matrix.chosen.emit(0, 1)  # type: ignore[attr-defined]
    length = window.page("Collect").next_take.how.length  # type: ignore[attr-defined]
    length.lineEdit().setText("9999")
    length._judge()


def test_nothing_of_the_first_project_is_left(
    window: MainWindow, session: Session, trained: Session, second: Path, other: MainWindow, tmp_path: Path
) -> None:
    session.projects.open(tmp_path / "trained.tinylab").result()
    use_everything(window, session)
    session.projects.open(second).result()
    session.notices.clear()
    mine, theirs = shown(window), shown(other)
    for name, texts in theirs.items():
        assert mine[name] == texts, name
    assert session.notices.history == ()


def test_the_pictures_of_takes_are_those_of_the_project_that_is_shown(
    window: MainWindow, takes: list[Recording], session: Session, second: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    session.projects.open(tmp_path / "Lab.tinylab").result()
    window.show_page("Collect")
    grid = window.page("Collect").takes  # type: ignore[attr-defined]
    for take_header in session.document.takes:
        grid.pictures.icon(take_header)
    qtbot.waitUntil(lambda: grid.pictures.waiting == 0)
    before = grid.pictures.icon(session.document.takes[0])
    session.projects.open(second).result()
    grid.pictures.icon(session.document.takes[0])
    assert session.document.takes[0].id == 1
    qtbot.waitUntil(lambda: grid.pictures.waiting == 0)
    after = grid.pictures.icon(session.document.takes[0])
    size = before.availableSizes()[0]
    assert before.pixmap(size).toImage() != after.pixmap(size).toImage()


def test_a_take_is_never_recorded_under_a_label_that_is_not_on_the_screen(
    window: MainWindow, takes: list[Recording], session: Session, second: Path, tmp_path: Path
) -> None:
    session.projects.open(tmp_path / "Lab.tinylab").result()
    session.recorder.choose_label(session.document.labels[2])
    session.projects.open(second).result()
    assert session.recorder.next.label in session.document.labels
    assert session.recorder.next.subject in ("", *session.document.subjects)
    session.projects.new(tmp_path / "Third.tinylab").result()
    assert session.recorder.next.label == ""
    assert session.recorder.why_not() != ""
