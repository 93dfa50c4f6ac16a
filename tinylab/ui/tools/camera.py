"""Takes pictures of the window, in both themes, while the session goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication, QDialog

from tinylab.errors import TinyLabError
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.theme import theme
from tinylab.workflow.notices import Tone
from tinylab.workflow.session import Session

SIZE: Final = (1280, 800)
SMALL: Final = (1024, 700)  # the smallest window that has to be usable
_PATIENCE_S: Final = 240.0
_SETTLE_FRAMES: Final = 6


class Camera:
    """Writes what the window shows into a folder, as `name-theme.png`, and waits for states of its session."""

    def __init__(self, session: Session, window: MainWindow, out: Path) -> None:
        self.session, self.window, self._out = session, window, out

    def picture(self, name: str, *, settle: bool = True) -> None:
        """One picture in each theme; `settle=False` where a state would be over before everything is drawn."""
        for choice in ("light", "dark"):
            theme.choose(choice)
            self.frames(_SETTLE_FRAMES if settle else 2)
            self.window.grab().save(str(self._out / f"{name}-{choice}.png"))
        theme.choose("light")

    def both_sizes(self, name: str, *, settle: bool = True) -> None:
        """One picture in each theme, and as `name-small` also in the smallest window."""
        self.picture(name, settle=settle)
        self.window.resize(*SMALL)
        self.picture(f"{name}-small", settle=settle)
        self.window.resize(*SIZE)
        self.frames(1)

    def dialog(self, name: str, dialog: QDialog) -> None:
        """What opens beside the window, in each theme; it is closed then."""
        dialog.show()
        for choice in ("light", "dark"):
            theme.choose(choice)
            self.frames(_SETTLE_FRAMES)
            dialog.grab().save(str(self._out / f"{name}-{choice}.png"))
        theme.choose("light")
        dialog.close()

    def frames(self, count: int) -> None:
        """Let the window draw itself some times."""
        for _ in range(count):
            self.session.inbox.wait(lambda: False, 0.03)
            QApplication.processEvents()
            self.window.draw_frame()

    def until(self, done: Callable[[], bool], *, heed_errors: bool = True) -> None:
        """Wait for a state. Raises TinyLabError where it does not come, and what a notice says in the meantime."""

        def ready() -> bool:
            QApplication.processEvents()
            return done() or (heed_errors and any(n.tone is Tone.ERROR for n in self.session.notices.shown))

        if not self.session.inbox.wait(ready, _PATIENCE_S):
            raise TinyLabError("The tour waited too long for the window.", hint="Try again on a quieter machine.")
        for notice in self.session.notices.shown if heed_errors else ():
            if notice.tone is Tone.ERROR:
                raise TinyLabError(notice.message, notice.hint)
