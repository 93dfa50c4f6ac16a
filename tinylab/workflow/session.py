"""What the user is doing: owns project, link, worker and runs; made once and handed on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from tinylab.boards.catalog import Sensor, default_board
from tinylab.boards.discovery import BoardPort
from tinylab.boards.flash.drive import flash_drive
from tinylab.data.project import SUFFIX, Project
from tinylab.data.recording import check_name
from tinylab.errors import BoardError, CancelledError, DataError, TinyLabError
from tinylab.events import Event
from tinylab.exchange.example import NAME as EXAMPLE_NAME
from tinylab.folders import projects_dir
from tinylab.workers.client import WorkerClient
from tinylab.workflow.connection import Connection, Sampling
from tinylab.workflow.deployer import Deployment
from tinylab.workflow.history import History
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.jobs import Job, Jobs
from tinylab.workflow.library import Library
from tinylab.workflow.live import Live
from tinylab.workflow.motion import Motion
from tinylab.workflow.notices import Notices, Tone
from tinylab.workflow.recorder import Capture, CaptureState
from tinylab.workflow.trainer import Training
from tinylab.workflow.virtual import OwnVirtualBoard, base_image

_SAMPLING_SETTING = "sampling"


class Session:
    """Everything but the screen. Belongs to the thread that made it, which must call `inbox.pump()` often."""

    def __init__(self, *, fast_virtual_board: bool = False) -> None:
        self.project_changed: Event[None] = Event()
        self.page_asked: Event[str] = Event()  # a page's name
        self.inbox = Inbox()
        self.notices = Notices()
        self.history = History()
        self.jobs = Jobs(self.inbox)
        self.worker = WorkerClient()
        self.virtual_board = OwnVirtualBoard(fast=fast_virtual_board)
        self.library = Library(self.history)
        self.connection = Connection(self.inbox, self.jobs, self.notices)
        self.capture = Capture(self.inbox, self.connection, self.library, self.notices)
        self.training = Training(self.inbox, self.jobs, self.library, self.worker, self.notices)
        self.deployment = Deployment(self.inbox, self.jobs, self.connection, self.training, self.notices)
        self.live = Live(self.connection)
        self.motion = Motion(self.connection, self.library, self.capture, self.notices)
        self._closed = False

    # --- projects ---------------------------------------------------------------------------------------

    @property
    def project(self) -> Project | None:
        """The open project."""
        return self.library.project

    def open_project(self, path: Path) -> None:
        """Open a project in place of the one that is open; raises DataError, and then nothing has changed."""
        if self.project is not None and path.exists() and path.samefile(self.project.path):
            return
        self._show(Project.open(path))

    def new_project(self, path: Path) -> None:
        """Make an empty project; raises DataError, and then nothing has changed."""
        self._show(Project.create(path if path.suffix else path.with_suffix(SUFFIX)))

    def open_example(self, path: Path | None = None) -> None:
        """Open the example project; makes it from the real recordings where it is not there yet."""
        path = path or projects_dir() / f"{EXAMPLE_NAME}{SUFFIX}"
        if path.exists():
            self.open_project(path)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        self.new_project(path)
        self.library.import_example()
        self.history.clear()
        self.set_sampling(Sampling(50, 8))

    def _show(self, project: Project) -> None:
        if self.training.busy or self.deployment.busy:
            project.close()
            raise DataError("A job still runs in this project.", hint="Cancel it or wait, then open the other one.")
        try:
            project.recordings()  # a damaged one is refused while the open one is still open
        except DataError:
            project.close()
            raise
        self.capture.cancel()
        if self.project is not None:
            self.project.close()
        self.library.attach(project)
        stored = project.setting(_SAMPLING_SETTING)
        self.connection.set_sampling(Sampling(**stored) if stored else Sampling())
        self.training.attach()
        self.deployment.attach()
        self.project_changed.emit(None)

    @property
    def sensor(self) -> Sensor:
        """The sensor of the connected board, or of the one that is assumed."""
        linked = self.connection.linked
        return linked.board.sensor if linked else default_board().sensor

    def set_sampling(self, sampling: Sampling) -> None:
        """Choose rate and range for what is recorded from now on; not while a take is recorded."""
        if self.capture.state is CaptureState.RECORDING:
            self.notices.show(
                Tone.CAUTION, "Rate and range stay as they are while a take is recorded.", "Wait for its end."
            )
            return
        sensor = self.sensor
        if sampling.rate_hz not in sensor.rates_hz or sampling.range_g not in sensor.g_per_count:
            raise DataError(
                f"{sensor.name} cannot measure at {sampling.rate_hz} Hz and ±{sampling.range_g} g.",
                hint=f"It has {_list(sensor.rates_hz)} Hz and ±{_list(sensor.g_per_count)} g.",
            )
        if self.project is not None:
            self.project.set_setting(_SAMPLING_SETTING, {"rate_hz": sampling.rate_hz, "range_g": sampling.range_g})
        self.connection.set_sampling(sampling)

    def import_folder(self, folder: Path) -> None:
        """Add a folder of CSV files; tells a notice either way."""
        try:
            count = self.library.import_folder(folder)
        except DataError as error:
            self.notices.error(error)
            return
        self.notices.show(Tone.GOOD, f"{count} recordings imported from {folder.name}.", "Undo takes them back out.")

    def show_page(self, name: str) -> None:
        """Ask whoever shows this session for a page."""
        self.page_asked.emit(name)

    def choose_first_label(self) -> None:
        """Fill in the next take where nothing was chosen yet, so that Record works at once."""
        labels, subjects = self.library.labels, self.library.subjects
        wanted = self.capture.next
        label = wanted.label if wanted.label in labels else next(iter(labels), "")
        subject = wanted.subject or next(iter(subjects), "")
        self.capture.set_next(replace(wanted, label=label, subject=subject))

    def save_build(self, folder: Path) -> None:
        """Write image, network and generated C into a folder; tells a notice either way."""
        try:
            written = self.deployment.save_as(folder)
        except OSError as error:
            self.notices.show(Tone.ERROR, f"{folder} could not be written: {error.strerror}.", "Choose another folder.")
            return
        self.notices.show(Tone.GOOD, f"{len(written)} files written.", str(folder))

    def add_label(self, label: str) -> None:
        """Offer a label that has no take yet and choose it for the next take; tells a notice where it cannot be one."""
        try:
            check_name("label", label)
        except DataError as error:
            self.notices.error(error)
            return
        self.library.add_label(label)
        self.capture.set_next(replace(self.capture.next, label=label))

    def load_example_here(self) -> None:
        """Add the example's recordings to the open project; Undo takes them back out."""
        try:
            count = self.library.import_example()
        except DataError as error:
            self.notices.error(error)
            return
        self.notices.show(Tone.GOOD, f"{count} real recordings of seven shoulder exercises loaded.", "Train is next.")

    # --- boards -----------------------------------------------------------------------------------------

    def connect_virtual(self) -> None:
        """Connect the session's own virtual board, started first if need be."""

        def failed(error: TinyLabError) -> None:
            if not isinstance(error, CancelledError):
                self.notices.error(error)

        self.jobs.start(
            "Starting the virtual board",
            lambda job: self.virtual_board.start(job.cancelled),
            self.connection.connect,
            failed,
        )

    def flash_capture_firmware(self, port: BoardPort) -> None:
        """Put the firmware that records onto a board, then connect it."""
        self.connection.disconnect()

        def work(job: Job) -> BoardPort:
            drive = port.drive
            if drive is None:
                raise BoardError(f"{port.name} shows no drive to copy the image to.", hint="Plug it out and in again.")
            job.report("building")
            image = base_image(job.cancelled)
            flash_drive(drive, image, lambda share: job.report("copying", share), job.cancelled)
            return port

        self.jobs.start(f"Flashing {port.name}", work, self.connection.connect, self.notices.show_error)

    def connect(self, port: BoardPort) -> None:
        """Connect a port."""
        self.connection.connect(port)

    def warm_up(self) -> None:
        """Let the worker load TensorFlow while the user is still looking around; a failure is told at training."""
        self.jobs.start("The training worker wakes up", lambda _: self.worker.warm_up(), lambda _: None, lambda _: None)

    # --- the end ----------------------------------------------------------------------------------------

    def close(self) -> None:
        """Leave no thread, process, port or half-written file; may be called twice and in any state."""
        if self._closed:
            return
        self._closed = True
        self.capture.close()
        for job in self.jobs.running:
            job.cancel()
        self.worker.close()
        self.jobs.close()
        self.connection.close()
        self.virtual_board.close()
        self.deployment.close()
        if self.project is not None:
            with contextlib.suppress(DataError):
                self.project.close()


def _list(values: Iterable[int]) -> str:
    return ", ".join(map(str, values))
