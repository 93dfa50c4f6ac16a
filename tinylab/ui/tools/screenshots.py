"""`tinylab screenshots`: drives the real window through a project and writes a picture of every page and state."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from tinylab.boards.discovery import BoardPort
from tinylab.data.editing.take_edits import Relabel
from tinylab.errors import TinyLabError
from tinylab.temporary import TemporaryFolder
from tinylab.ui.pages.collect.trash import TrashDialog
from tinylab.ui.shell.application import make_application, without_screen
from tinylab.ui.shell.keys import KeysDialog
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.tools.camera import SIZE, SMALL, Camera
from tinylab.ui.tools.collect_scenes import collect_busy, collect_dialogs, collect_error
from tinylab.ui.tools.explore_scenes import explore_busy, explore_error, explore_layouts, explore_views, explored
from tinylab.workflow.board.opened_board import Sampling
from tinylab.workflow.session import Session
from tinylab.workflow.training.run_states import RunState

_PATIENCE_S = 240.0


def take_screenshots(out: Path) -> int:
    """Write the pictures into `out`; returns the exit code."""
    without_screen()
    out.mkdir(parents=True, exist_ok=True)
    make_application("light")
    with TemporaryFolder("pictures") as folder:
        session = Session()
        window = MainWindow(session)
        window.resize(*SIZE)  # whatever the screen has room for
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
        self._session, self._window, self._folder = session, window, folder
        self._camera = Camera(session, window, out)

    def walk(self) -> None:
        """Take all pictures."""
        session, camera = self._session, self._camera
        camera.picture("start-empty")
        session.projects.new(self._folder / "Empty.tinylab").result()
        self._all_pages("empty")
        self._small("empty", ("Collect", "Explore"))
        self._errors()
        self._fill()
        collect_busy(camera)
        explore_busy(camera)
        explore_error(camera)
        self._train()
        explore_layouts(camera)
        self._deploy()
        self._all_pages("full")
        self._small("", tuple(page.name for page in self._window.pages))
        explore_views(camera)
        collect_dialogs(camera, self._folder)
        camera.dialog("keys", KeysDialog(len(self._window.pages), self._window))
        self._stale()
        self._window.resize(*SMALL)
        session.projects.close_project()
        camera.picture("start-small")

    def _errors(self) -> None:
        """What a user sees who has no board, a wrong port, and one label."""
        session, camera = self._session, self._camera
        collect_error(camera)
        self._window.show_page("Board")
        session.connection.connect(BoardPort("micro:bit V2", str(self._folder / "ttyACM9"), "serial"))
        session.inbox.wait(lambda: bool(session.notices.shown), _PATIENCE_S)
        camera.picture("board-error")
        session.notices.clear()
        session.recorder.add_label("wave")
        self._window.show_page("Train")
        session.trainer.train()
        session.inbox.wait(lambda: not session.trainer.busy, _PATIENCE_S)
        camera.picture("train-error")
        session.notices.clear()

    def _fill(self) -> None:
        session = self._session
        session.projects.new(self._folder / "Shoulder exercises.tinylab").result()
        session.importer.load_example().result()
        session.sampling.choose(Sampling(50, 8))
        session.recorder.choose_first()
        session.boards.connect_virtual()
        self._camera.until(lambda: session.connection.connected and session.connection.stream.rate_hz > 0)

    def _train(self) -> None:
        session, camera = self._session, self._camera
        settings = session.trainer.settings
        session.trainer.set_settings(replace(settings, network=replace(settings.network, epochs=24)))
        self._window.show_page("Train")
        session.trainer.train()
        camera.until(lambda: len(session.trainer.history) >= 14 or not session.trainer.busy)
        camera.picture("train-busy", settle=False)
        camera.until(lambda: not session.trainer.busy)
        if session.trainer.state is RunState.FAILED:
            raise TinyLabError(session.trainer.reason)
        session.notices.clear()

    def _deploy(self) -> None:
        session, camera = self._session, self._camera
        self._window.show_page("Deploy")
        self._power_cut()
        session.deployer.flash()
        camera.until(lambda: len(session.deployer.parity) >= 20 or not session.deployer.busy)
        camera.picture("deploy-busy", settle=False)
        camera.until(lambda: not session.deployer.busy)
        if session.deployer.reason:
            raise TinyLabError(session.deployer.reason)
        session.notices.clear()
        self._window.show_page("Live")
        session.motion.play_label(session.document.labels[0], loop=True)
        camera.until(lambda: session.live.count >= 12)

    def _power_cut(self) -> None:
        """A deployment that fails: the power goes while the board is programmed."""
        session, process = self._session, self._session.virtual_board.process
        assert process is not None
        process.control.power_cut_next_flash()
        session.deployer.flash()
        session.inbox.wait(lambda: not session.deployer.busy, _PATIENCE_S)
        self._camera.picture("deploy-error")
        self._camera.until(lambda: not session.tasks.running, heed_errors=False)
        session.notices.clear()
        session.boards.connect_virtual()  # a fresh board, for this one's image is damaged
        self._camera.until(lambda: session.connection.connected)

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
            self._camera.picture(f"{name.lower()}-stale")
        self._camera.dialog("trash", TrashDialog(session.document, self._window))

    def _all_pages(self, state: str) -> None:
        for page in self._window.pages:
            self._page(page.name, f"{page.name.lower()}-{state}")

    def _small(self, state: str, names: tuple[str, ...]) -> None:
        """Pages in the smallest window."""
        self._window.resize(*SMALL)
        for name in names:
            self._page(name, "-".join(filter(None, (name.lower(), state, "small"))))
        self._window.resize(*SIZE)

    def _page(self, name: str, picture: str) -> None:
        self._window.show_page(name)
        self._camera.until(lambda: explored(self._camera), heed_errors=False)
        self._camera.picture(picture)
