"""The page Explore in one window for all tests of a module."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes.explorer import explore_of, made_takes, settle
from fakes.made_projects import add
from fakes.windows import remove

from tinylab.ui.pages.explore.page import ExplorePage
from tinylab.ui.shell.application import make_application
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.session import Session

_numbers = itertools.count()


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    """One window for all tests of a module; each opens a project of its own by `session`."""
    make_application("light")
    session = Session()
    session.projects.new(tmp_path_factory.mktemp("explore") / "first.tinylab").result()
    made = MainWindow(session)
    made.resize(1024, 700)
    made.show()
    yield made
    remove(made)


@pytest.fixture
def session(window: MainWindow, tmp_path: Path) -> Session:
    """Its session, with a new project that is empty."""
    found = window.session
    found.projects.new(tmp_path / f"explore {next(_numbers)}.tinylab").result()
    found.notices.clear()
    return found


@pytest.fixture
def page(window: MainWindow, session: Session) -> ExplorePage:
    """Explore with twelve takes, when everything is drawn."""
    add(session.document, *made_takes())
    found = explore_of(window)
    settle(session)
    return found
