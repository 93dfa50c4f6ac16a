"""A project of many takes costs the page Collect no more than one of few: what is touched is counted, not timed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.projects import take
from fakes.windows import remove
from pytestqt.qtbot import QtBot

from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.project import Project
from tinylab.ui.pages.collect.page import CollectPage
from tinylab.ui.shell.application import make_application
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.widgets.take_grid import TakeGrid
from tinylab.workflow.session import Session

LABELS = ("wave", "shake", "nothing")
FEW, MANY = 60, 600


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    made = {}
    for count in (FEW, MANY):
        path = tmp_path_factory.mktemp("many") / f"{count}.tinylab"
        project = Project.create(path)
        project.do(AddTakes(tuple(take(LABELS[n % 3], 20) for n in range(count)), "fill"))
        project.close()
        made[count] = path
    return made


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    make_application("light")
    made = MainWindow(Session())
    made.session.explore.checks.pause_s = 0.0
    made.resize(1280, 800)
    made.show()
    yield made
    remove(made)


def collect(window: MainWindow, project: Path, qtbot: QtBot) -> CollectPage:
    """The page with a project, all its pictures drawn."""
    session = window.session
    session.projects.open(project).result()
    window.show_page("Collect")
    page = window.page("Collect")
    assert isinstance(page, CollectPage)
    qtbot.waitUntil(lambda: not page.takes.pictures.waiting and not session.explore.checks.busy, timeout=60_000)
    return page


def scrolled(grid: TakeGrid, qtbot: QtBot) -> int:
    """Pictures that a scroll step in one label's row asks for."""
    asked: list[int] = []
    icon = grid.pictures.icon
    grid.pictures.icon = lambda each: (asked.append(each.id), icon(each))[1]  # type: ignore[method-assign,func-returns-value]
    strip = grid.rows["wave"].strip
    bar = strip.horizontalScrollBar()
    assert bar.maximum() > 0
    bar.setValue(min(bar.maximum(), strip.sizeHintForColumn(0)))
    qtbot.waitUntil(lambda: bool(asked))
    assert len(set(asked)) <= strip.fitting + 2
    return len(set(asked))


def test_a_scroll_step_draws_what_is_seen(projects: dict[int, Path], window: MainWindow, qtbot: QtBot) -> None:
    few = scrolled(collect(window, projects[FEW], qtbot).takes, qtbot)
    grid = collect(window, projects[MANY], qtbot).takes
    assert 0 < len(grid.pictures._pictures) <= sum(row.strip.fitting + 1 for row in grid.rows.values())
    assert scrolled(grid, qtbot) <= 1.3 * few


def test_drawing_the_page_looks_into_no_take(projects: dict[int, Path], window: MainWindow, qtbot: QtBot) -> None:
    page, session = collect(window, projects[MANY], qtbot), window.session
    drawn: list[int] = []
    refresh, known = page.refresh, session.document._known
    page.refresh = lambda: (drawn.append(1), refresh())[1]  # type: ignore[method-assign,func-returns-value]
    before, totals = known.looked_into, known.totals
    session.recorder.set_next(replace(session.recorder.next, seconds=3.5))
    assert len(drawn) == 1
    session.people.add("Zoe")
    assert known.looked_into == before
    assert known.totals is totals
    _verdicts_on_all_takes_draw_each_row_once(session, page.takes)


def _verdicts_on_all_takes_draw_each_row_once(session: Session, grid: TakeGrid) -> None:
    rows: list[tuple[int, int]] = []
    for row in grid.rows.values():
        row.model.dataChanged.connect(lambda first, last: rows.append((first.row(), last.row())))
    grid.judged_anew([*(each.id for each in session.document.takes), 99_999])
    assert rows == [(0, MANY // 3 - 1)] * 3
