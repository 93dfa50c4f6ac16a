"""Makes the parts of the workflow once and hands them on; closes them in the right order."""

from __future__ import annotations

from datetime import datetime

from tinylab.evaluation.advice import Show
from tinylab.events import Event
from tinylab.text import tr
from tinylab.workers.client import WorkerClient
from tinylab.workflow.board.board_actions import BoardActions
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.board.deciding import Deciding
from tinylab.workflow.board.live import Live
from tinylab.workflow.board.motion import Motion
from tinylab.workflow.board.virtual import OwnVirtualBoard
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.habits import Habits
from tinylab.workflow.capture.marking import Marking
from tinylab.workflow.capture.people import People, Sitting
from tinylab.workflow.capture.player import Player
from tinylab.workflow.capture.recorder import Recorder
from tinylab.workflow.capture.sampling import SamplingChoice
from tinylab.workflow.capture.take_actions import TakeActions
from tinylab.workflow.capture.take_row import TakeRow
from tinylab.workflow.deployment.deployer import Deployer
from tinylab.workflow.explore.exploring import Exploring
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.notices import Notices
from tinylab.workflow.project.document import Document
from tinylab.workflow.project.exporter import Exporter
from tinylab.workflow.project.importer import Importer
from tinylab.workflow.project.projects import Projects
from tinylab.workflow.project.recent import RecentProjects
from tinylab.workflow.project.target import TargetBoard
from tinylab.workflow.task import Task, Tasks
from tinylab.workflow.training.comparer import Comparer
from tinylab.workflow.training.run_beside import RunBeside
from tinylab.workflow.training.sizing import Sizing
from tinylab.workflow.training.trainer import Trainer
from tinylab.workflow.training.varied_windows import VariedWindows


class Session:
    """Everything but the screen. Belongs to the thread that made it, which must call `inbox.pump()` often.

    Pages and commands are given the parts they need; nobody reaches through the session at run time.
    """

    def __init__(
        self,
        *,
        fast_virtual_board: bool = False,
        recent: RecentProjects | None = None,
        habits: Habits | None = None,
    ) -> None:
        self.inbox = inbox = Inbox()
        self.notices = notices = Notices()
        self.page_asked = notices.page_asked
        self.show_asked: Event[Show] = Event()
        inbox.every_pump(notices.tick)
        self.tasks = tasks = Tasks(inbox)
        self.worker = WorkerClient()
        self.virtual_board = OwnVirtualBoard(fast=fast_virtual_board)
        self.document = document = Document(notices)
        self.target = TargetBoard(document)
        self.connection = Connection(inbox, tasks, notices)
        self.boards = BoardActions(inbox, tasks, self.connection, self.virtual_board, self.target, notices)
        self._make_capture(habits or Habits())
        self.importer = Importer(inbox, tasks, document, notices)
        self.exporter = Exporter(tasks, document, notices)
        self._make_training()
        self.deployer = Deployer(inbox, tasks, self.connection, self.trainer, self.target, notices, document)
        self.projects = Projects(
            inbox, tasks, document, self.recorder, self.trainer, self.deployer, notices, recent or RecentProjects()
        )
        self.marking.window_s = lambda: self.trainer.settings.windows.window_s
        deciding = Deciding(self.connection, tasks, notices, self.deployer.settings)
        document.held = lambda: bool(tasks.running) or self.recorder.state is CaptureState.RECORDING
        inbox.every_pump(document.look_after_file)
        self.explore = Exploring(inbox, document, self.trainer, self.worker)
        self.explore.checks.held = lambda: self.row.running
        self.row.changed.subscribe(lambda _: self.explore.checks.catch_up())
        self.live = Live(self.connection, deciding)
        self.motion = Motion(self.connection, document, self.recorder, notices, inbox)
        self.player = Player(self.motion, inbox)
        self._closed = False

    def _make_capture(self, habits: Habits) -> None:
        """What records takes and works on them."""
        document, notices = self.document, self.notices
        self.recorder = Recorder(self.inbox, self.tasks, self.connection, document, notices, habits)
        self.row = TakeRow(self.recorder, document, notices)
        self.marking = Marking(self.recorder, notices)
        self.people = People(document, notices)
        self.sitting = sitting = Sitting(document)
        self.recorder.session_name = lambda: sitting.name(datetime.now().astimezone())
        self.sampling = SamplingChoice(document, self.connection, self.recorder, self.target, notices)
        self.take_actions = TakeActions(document, notices)

    def _make_training(self) -> None:
        """What trains networks, compares them, and says what one would cost."""
        document, notices, inbox = self.document, self.notices, self.inbox
        self.trainer = trainer = Trainer(inbox, self.tasks, document, self.worker, self.target, notices)
        self.comparer = comparer = Comparer(self.tasks, document, trainer, self.worker, self.target, notices)
        self.sizing = Sizing(
            inbox, document, trainer, self.worker, self.target, held=lambda: trainer.busy or comparer.busy
        )
        self.beside = RunBeside(document, trainer)
        self.varied = VariedWindows(document, trainer, self.target)

    def show_page(self, name: str) -> None:
        """Ask whoever shows this session for a page."""
        self.page_asked.emit(name)

    def bring_up(self, show: Show) -> None:
        """Ask for a page, and there for takes or a label."""
        self.page_asked.emit(show.page)
        self.show_asked.emit(show)

    def warm_up(self) -> Task[None]:
        """Let the worker load TensorFlow while the user is still looking around; training says what fails."""
        return self.tasks.start(tr("The training worker wakes up"), lambda _: self.worker.warm_up())

    def close(self) -> None:
        """Leave no thread, process, port or half-written file; may be called twice and in any state."""
        if self._closed:
            return
        self._closed = True
        self.projects.close()
        self.recorder.close()
        for task in self.tasks.running:
            task.cancel()
        self.motion.close()
        self.worker.close()
        self.sizing.close()
        self.explore.close()
        self.tasks.close()
        self.connection.close()
        self.virtual_board.close()
        self.deployer.close()
        self.document.close()
