"""All that training needs, without a session's boards, and the worker that misbehaves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tinylab.data.project import Project
from tinylab.workers.client import WorkerClient
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.notices import Notices
from tinylab.workflow.project.contents import Contents
from tinylab.workflow.project.document import Document
from tinylab.workflow.project.target import TargetBoard
from tinylab.workflow.task import Tasks
from tinylab.workflow.training.run_file import restore_all
from tinylab.workflow.training.trainer import Trainer

FAKE_WORKER = Path(__file__).with_name("fake_worker.py")


@dataclass
class Lab:
    """All that training needs, without a session's boards."""

    inbox: Inbox
    tasks: Tasks
    document: Document
    notices: Notices
    training: Trainer

    def end(self) -> None:
        """Wait for the end of the run."""
        assert self.inbox.wait(lambda: not self.training.busy, 60), self.training.state


def lab_of(project: Project, worker: WorkerClient) -> Lab:
    """A project that is open, with a worker of one's choice."""
    inbox, notices = Inbox(), Notices()
    document, tasks = Document(notices), Tasks(inbox)
    document.attach(Contents.of(project))
    training = Trainer(inbox, tasks, document, worker, TargetBoard(document), notices)
    training.attach(restore_all(project.runs.all()[0])[0])
    return Lab(inbox, tasks, document, notices, training)
