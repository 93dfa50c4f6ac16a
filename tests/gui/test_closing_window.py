"""Closing the window: it is gone from the screen before anything is waited for."""

from __future__ import annotations

import pytest

from tinylab.errors import DataError
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.session import Session


def test_the_window_is_gone_before_the_session_is_closed(
    window: MainWindow, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    close = session.close
    monkeypatch.setattr(session, "close", lambda: (seen.append(window.isVisible()), close()))
    assert window.isVisible()
    window.close()
    assert seen == [False]


def test_the_bottom_line_says_when_the_file_is_gone_and_nothing_could_be_saved(
    window: MainWindow, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise DataError("There is no room.")

    window.bottom.refresh()
    assert window.bottom.saved.text().startswith("Saved")
    monkeypatch.setattr("tinylab.workflow.project.file_watch.save_elsewhere", refuse)
    path = session.document.open_project().path
    path.unlink()
    session.document.look_after_file(1e9)
    window.bottom.refresh()
    assert "Not saved: the file is gone" in window.bottom.saved.text()
