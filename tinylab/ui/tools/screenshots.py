"""`tinylab screenshots`: drives the real window through a project and writes a picture of every page and state."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication, QDialog

from tinylab.boards.discovery import BoardPort
from tinylab.data.editing.take_edits import Relabel
from tinylab.errors import TinyLabError
from tinylab.temporary import TemporaryFolder
from tinylab.ui.pages.collect.take_view import TakeView
from tinylab.ui.pages.collect.trash import TrashDialog
from tinylab.ui.pages.explore.page import VIEWS, ExplorePage
from tinylab.ui.shell.application import make_application, without_screen
from tinylab.ui.shell.keys import KeysDialog
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.theme import theme
from tinylab.workflow.board.opened_board import Sampling
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.explore.picture import Layout
from tinylab.workflow.notices import Tone
from tinylab.workflow.session import Session
from tinylab.workflow.training.run_states import RunState

_PATIENCE_S = 240.0
_SETTLE_FRAMES = 6
_SIZE = (1280, 800)


def take_screenshots(out: Path) -> int:
    """Write the pictures into `out`; returns the exit code."""
    without_screen()
    out.mkdir(parents=True, exist_ok=True)
    make_application("light")
    with TemporaryFolder("pictures") as folder:
        session = Session()
        window = MainWindow(session)
        window.resize(*_SIZE)  # whatever the screen has room for
        window.show()
        try:
            _Tour(session, window, out, folder).walk()
        except TinyLabError as error:
            print(f"tinylab: {error}", file=sys.stderr)  # noqa: T201 - this is a command
            return 1
        finally:
            window.close()
    return 0


class _Tour:
    """One walk through all pages: empty, busy, in error, and full."""

    def __init__(self, session: Session, window: MainWindow, out: Path, folder: Path) -> None:
        self._session, self._window, self._out, self._folder = session, window, out, folder

    def walk(self) -> None:
        """Take all pictures."""
        session = self._session
        self._picture("start-empty")
        session.projects.new(self._folder / "Empty.tinylab").result()
        self._all_pages("empty")
        self._errors()
        self._fill()
        self._record()
        self._explore_busy()
        self._train()
        self._explore()
        self._deploy()
        self._all_pages("full")
        self._dialogs()
        self._stale()
        self._small()
        session.projects.close_project()
        self._picture("start-small")

    def _errors(self) -> None:
        """What a user sees who has no board, a wrong port, and one label."""
        session = self._session
        self._window.show_page("Collect")
        session.recorder.record()
        self._picture("collect-error")
        session.notices.clear()
        self._window.show_page("Board")
        session.connection.connect(BoardPort("micro:bit V2", str(self._folder / "ttyACM9"), "serial"))
        self._session.inbox.wait(lambda: bool(session.notices.shown), _PATIENCE_S)
        self._picture("board-error")
        session.notices.clear()
        session.recorder.add_label("wave")
        self._window.show_page("Train")
        session.trainer.train()
        self._session.inbox.wait(lambda: not session.trainer.busy, _PATIENCE_S)
        self._picture("train-error")
        session.notices.clear()

    def _fill(self) -> None:
        session = self._session
        session.projects.new(self._folder / "Shoulder exercises.tinylab").result()
        session.importer.load_example().result()
        session.sampling.choose(Sampling(50, 8))
        session.recorder.choose_first()
        session.boards.connect_virtual()
        self._until(lambda: session.connection.connected and session.connection.stream.rate_hz > 0)

    def _record(self) -> None:
        session = self._session
        self._window.show_page("Collect")
        session.recorder.set_next(replace(session.recorder.next, seconds=4.0, countdown_s=1.0))
        session.recorder.record()
        self._picture("collect-countdown", settle=False)
        self._until(lambda: session.recorder.state is CaptureState.RECORDING and session.recorder.share > 0.6)
        self._picture("collect-recording", settle=False)
        self._until(lambda: session.recorder.state is CaptureState.IDLE)

    def _explore_busy(self) -> None:
        """The map while t-SNE works on it, in the worker."""
        feature_map = self._session.explore.feature_map
        page = self._explore_page()
        feature_map.set_layout(Layout.TSNE)
        self._until(lambda: feature_map.task is None or feature_map.task.detail.startswith("arranging"))
        self._picture("explore-busy", settle=False)
        page.map.cancel.click()
        self._until(self._explored)

    def _explore(self) -> None:
        """Its four views, by what the last layer of the trained network sees and by features."""
        page, feature_map = self._explore_page(), self._session.explore.feature_map
        feature_map.set_layout(Layout.LAYER)
        self._until(self._explored)
        self._picture("explore-layer")
        feature_map.set_layout(Layout.PCA)
        self._until(self._explored)
        points = page.map.plot.points
        page.map.choose(int(points[:, 0].argmax()))
        page.map.catch(np.argsort(points[:, 1])[-24:].tolist())
        self._picture("explore-lasso")
        page.map.catch([])
        self._explore_views("full")

    def _explore_views(self, state: str) -> None:
        page = self._explore_page()
        for number, name in enumerate(VIEWS):
            page.show_view(number)
            self._until(self._explored)
            self._picture(f"explore-{name}-{state}")
            if name == "takes":
                for kind, shown in ((1, "fingerprint"), (2, "numbers"), (0, "")):
                    page.takes.show_kind(kind)
                    if shown:
                        self._picture(f"explore-{shown}-{state}")
        page.show_view(0)

    def _explore_page(self) -> ExplorePage:
        """The page, when nothing is looked at in a thread."""
        self._window.show_page("Explore")
        self._until(self._explored)
        page = self._window.page("Explore")
        assert isinstance(page, ExplorePage)
        return page

    def _explored(self) -> bool:
        explore = self._session.explore
        working = (explore.feature_map.task, explore.proposals.task)
        return not any((explore.checks.busy, explore.take_views.busy, *working))

    def _train(self) -> None:
        session = self._session
        settings = session.trainer.settings
        session.trainer.set_settings(replace(settings, network=replace(settings.network, epochs=24)))
        self._window.show_page("Train")
        session.trainer.train()
        self._until(lambda: len(session.trainer.history) >= 14 or not session.trainer.busy)
        self._picture("train-busy", settle=False)
        self._until(lambda: not session.trainer.busy)
        if session.trainer.state is RunState.FAILED:
            raise TinyLabError(session.trainer.reason)
        session.notices.clear()

    def _deploy(self) -> None:
        session = self._session
        self._window.show_page("Deploy")
        self._power_cut()
        session.deployer.flash()
        self._until(lambda: len(session.deployer.parity) >= 20 or not session.deployer.busy)
        self._picture("deploy-busy", settle=False)
        self._until(lambda: not session.deployer.busy)
        if session.deployer.reason:
            raise TinyLabError(session.deployer.reason)
        session.notices.clear()
        self._window.show_page("Live")
        session.motion.play_label(session.document.labels[0], loop=True)
        self._until(lambda: session.live.count >= 12)

    def _stale(self) -> None:
        """What a run's pages say after its takes were changed, and what lies in the trash."""
        session = self._session
        run = session.trainer.current
        assert run is not None
        tested = [member.take_id for member in run.members if member.side == "test"]
        session.document.do(Relabel(tuple(tested[:2]), session.document.labels[0]))
        session.document.trash(tested[2:5])
        for name in ("Train", "Evaluate", "Deploy", "Collect"):
            self._window.show_page(name)
            self._picture(f"{name.lower()}-stale")
        self._dialog("trash", TrashDialog(session.document, self._window))

    def _dialogs(self) -> None:
        """What opens beside the window."""
        document = self._session.document
        self._dialog("take", TakeView(self._session, document.takes[0].id, self._window))
        self._dialog("keys", KeysDialog(len(self._window.pages), self._window))

    def _dialog(self, name: str, dialog: QDialog) -> None:
        dialog.show()
        for choice in ("light", "dark"):
            theme.choose(choice)
            self._frames(_SETTLE_FRAMES)
            dialog.grab().save(str(self._out / f"{name}-{choice}.png"))
        theme.choose("light")
        dialog.close()

    def _small(self) -> None:
        """The smallest window."""
        self._window.resize(1024, 700)
        self._all_pages("small")
        self._explore_views("small")

    def _power_cut(self) -> None:
        """A deployment that fails: the power goes while the board is programmed."""
        session, process = self._session, self._session.virtual_board.process
        assert process is not None
        process.control.power_cut_next_flash()
        session.deployer.flash()
        session.inbox.wait(lambda: not session.deployer.busy, _PATIENCE_S)
        self._picture("deploy-error")
        self._until(lambda: not session.tasks.running, heed_errors=False)
        session.notices.clear()
        session.boards.connect_virtual()  # a fresh board, for this one's image is damaged
        self._until(lambda: session.connection.connected)

    def _all_pages(self, state: str) -> None:
        for page in self._window.pages:
            self._window.show_page(page.name)
            self._until(self._explored, heed_errors=False)
            self._picture(f"{page.name.lower()}-{state}")

    def _picture(self, name: str, *, settle: bool = True) -> None:
        """One picture in each theme."""
        for choice in ("light", "dark"):
            theme.choose(choice)
            self._frames(_SETTLE_FRAMES if settle else 2)
            self._window.grab().save(str(self._out / f"{name}-{choice}.png"))
        theme.choose("light")

    def _frames(self, count: int) -> None:
        for _ in range(count):
            self._session.inbox.wait(lambda: False, 0.03)
            QApplication.processEvents()
            self._window.draw_frame()

    def _until(self, done: Callable[[], bool], *, heed_errors: bool = True) -> None:
        def ready() -> bool:
            QApplication.processEvents()
            return done() or (heed_errors and any(n.tone is Tone.ERROR for n in self._session.notices.shown))

        if not self._session.inbox.wait(ready, _PATIENCE_S):
            raise TinyLabError("The tour waited too long for the window.", hint="Try again on a quieter machine.")
        for notice in self._session.notices.shown if heed_errors else ():
            if notice.tone is Tone.ERROR:
                raise TinyLabError(notice.message, notice.hint)
