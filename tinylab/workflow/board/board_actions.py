"""What the user does with boards: use the virtual one, put the firmware that records onto a real one."""

from __future__ import annotations

from tinylab.boards.discovery import BoardPort
from tinylab.boards.flash.drive import flash_drive
from tinylab.errors import BoardError, CancelledError, TinyLabError
from tinylab.text import tr
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.board.opened_board import Linked
from tinylab.workflow.board.virtual import OwnVirtualBoard, base_image
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.notices import Notices, Topic
from tinylab.workflow.project.target import TargetBoard
from tinylab.workflow.task import Task, Tasks


class BoardActions:
    """Gets a board ready and connects it."""

    def __init__(
        self,
        inbox: Inbox,
        tasks: Tasks,
        connection: Connection,
        virtual_board: OwnVirtualBoard,
        target: TargetBoard,
        notices: Notices,
    ) -> None:
        self._inbox, self._tasks, self._connection = inbox, tasks, connection
        self._virtual_board, self._target, self._notices = virtual_board, target, notices

    def connect_virtual(self) -> Task[Linked]:
        """Connect the virtual board, started first if need be."""
        task: Task[Linked] = Task(tr("Starting the virtual board"), self._inbox)
        job = self._tasks.start(tr("Starting the virtual board"), lambda job: self._virtual_board.start(job.cancelled))

        def failed(error: TinyLabError) -> None:
            if not isinstance(error, CancelledError):
                self._notices.error(error, about=Topic.BOARD)
            task.fail(error)

        job.then(lambda port: self._connect_for(port, task), failed)
        return task

    def flash_capture_firmware(self, port: BoardPort) -> Task[Linked]:
        """Put the firmware that records onto a board, then connect it."""
        self._connection.disconnect()
        task: Task[Linked] = Task(tr("Flashing {name}", name=port.name), self._inbox)

        def work(job: Task[BoardPort]) -> BoardPort:
            drive = port.drive
            if drive is None:
                raise BoardError(
                    tr("{name} shows no drive to copy the image to.", name=port.name),
                    hint=tr("Unplug it and plug it in again."),
                )
            job.report(tr("building"))
            image = base_image(self._target.board, job.cancelled)
            flash_drive(drive, image, lambda share: job.report(tr("copying"), share), job.cancelled)
            return port

        def failed(error: TinyLabError) -> None:
            self._notices.error(error, about=Topic.BOARD)
            task.fail(error)

        job = self._tasks.start(tr("Flashing {name}", name=port.name), work)
        job.then(lambda _: self._connect_for(port, task), failed)
        return task

    def _connect_for(self, port: BoardPort, task: Task[Linked]) -> None:
        """Connect, and let that be the end of a task."""
        self._connection.connect(port).then(task.finish, task.fail)
