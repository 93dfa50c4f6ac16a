"""Closing the window: it is gone from the screen before anything is waited for."""

from __future__ import annotations

import pytest

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
