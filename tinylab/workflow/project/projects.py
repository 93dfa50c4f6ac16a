"""Opening, making and changing between projects: either all of the new one is shown, or all of the old one stays."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from tinylab.data.project import SUFFIX, Project
from tinylab.errors import DataError
from tinylab.text import tr
from tinylab.workflow.capture.recorder import Recorder
from tinylab.workflow.deployment.deployer import Deployer
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.notices import NoticeAction, Notices, Tone
from tinylab.workflow.project.document import Document
from tinylab.workflow.project.opening import Loaded, example_path, load_or_make_example, load_project, make_project
from tinylab.workflow.project.recent import RecentProjects
from tinylab.workflow.task import Task, Tasks
from tinylab.workflow.training.trainer import Trainer

_LONGEST_NAME = 120
_LOG = logging.getLogger("tinylab")


class Projects:
    """Puts another project in place of the one that is open."""

    def __init__(
        self,
        inbox: Inbox,
        tasks: Tasks,
        document: Document,
        recorder: Recorder,
        trainer: Trainer,
        deployer: Deployer,
        notices: Notices,
        recent: RecentProjects,
    ) -> None:
        self.recent = recent
        self._inbox, self._tasks, self._document = inbox, tasks, document
        self._recorder, self._trainer, self._deployer, self._notices = recorder, trainer, deployer, notices
        self._closed = False

    def open(self, path: Path, *, read_only: bool = False) -> Task[None]:
        """Open a project in place of the one that is open; where the task fails nothing has changed."""
        if self._document.project is not None and path.exists() and path.samefile(self._document.project.path):
            return self._done()
        return self._open(tr("Opening {name}", name=path.name), lambda: load_project(path, read_only=read_only))

    def new(self, path: Path) -> Task[None]:
        """Make an empty project; where the task fails nothing has changed."""
        return self._open(tr("Making {name}", name=path.name), lambda: make_project(path))

    def open_example(self, path: Path | None = None) -> Task[None]:
        """Open the example project; makes it from the real recordings where it is not there yet."""
        chosen = path or example_path()
        if self._document.project is not None and chosen.exists() and chosen.samefile(self._document.project.path):
            return self._done()
        return self._open(tr("Opening the example"), lambda: load_or_make_example(chosen))

    def _open(self, title: str, load: Callable[[], Loaded]) -> Task[None]:
        task: Task[None] = Task(title, self._inbox)
        busy = self._busy()
        if busy is not None:
            task.fail(busy)
            return task
        job = self._tasks.start(title, lambda _: load())

        def opened(loaded: Loaded) -> None:
            if self._closed or self._trainer.busy or self._deployer.busy:
                loaded.contents.project.close()
                task.fail(
                    DataError(
                        tr("A task began in this project meanwhile."), hint=tr("Wait for it, then open the other one.")
                    )
                )
                return
            self._show(loaded)
            task.finish(None)

        job.then(opened, task.fail)
        return task

    def _busy(self) -> DataError | None:
        """Why the project that is open cannot be let go now."""
        if not (self._trainer.busy or self._deployer.busy):
            return None
        return DataError(tr("A task still runs in this project."), hint=tr("Cancel it or wait, then try again."))

    def _done(self) -> Task[None]:
        """What is to be opened is open."""
        task: Task[None] = Task(tr("Opening"), self._inbox)
        task.finish(None)
        return task

    def _show(self, loaded: Loaded) -> None:
        self._let_go()
        self._document.attach(loaded.contents)
        self._trainer.attach(loaded.runs)
        self._recorder.choose_first()
        self._note(is_open=True)
        self._say_what_is_odd(loaded)
        _LOG.info("project opened: %d takes, %d runs", len(self._document.takes), len(loaded.runs))

    def _let_go(self) -> None:
        """Nothing of the project that was open is shown any more."""
        self._note(is_open=False)
        self._notices.clear()
        self._recorder.forget_project()
        self._deployer.forget_project()

    def _note(self, *, is_open: bool) -> None:
        project = self._document.project
        if project is not None and not project.missing():
            self.recent.note(project.path, len(self._document.takes), self._document.labels, is_open=is_open)

    def close_project(self) -> bool:
        """Let the open project go and show none; a notice says why where that cannot be."""
        busy = self._busy()
        if busy is not None:
            self._notices.error(busy)
            return False
        self._let_go()
        self._document.detach()
        self._trainer.attach([])
        return True

    def rename(self, name: str) -> Task[None]:
        """Give the open project another name in its folder; the old file goes only when the new one is open."""
        old = self._document.open_project().path
        wrong = _wrong_name(name)
        if wrong is not None or self._document.read_only:
            task: Task[None] = Task(tr("Renaming"), self._inbox)
            read_only = DataError(tr("This project is open for reading only."), hint=tr("Save a copy of it."))
            task.fail(wrong or read_only)
            return task
        target = old.with_name(name.strip().removesuffix(SUFFIX) + SUFFIX)
        if target == old:
            return self._done()
        self._recorder.stop()
        return self._open(tr("Renaming {name}", name=old.name), lambda: self._renamed(target)).then(
            lambda _: self._remove_old(old)
        )

    def _renamed(self, target: Path) -> Loaded:
        self._document.open_project().save_copy(target)
        return load_project(target)

    def _remove_old(self, old: Path) -> None:
        self.recent.forget(old)
        try:
            old.unlink()
        except OSError as error:
            reason = error.strerror or str(error)
            self._notices.show(
                Tone.CAUTION, tr("“{name}” could not be removed: {reason}.", name=old.name, reason=reason)
            )

    def delete(self, remove: Callable[[Path], None]) -> bool:
        """Let the open project go and remove its file; `remove` raises OSError where it cannot. A notice says so."""
        path = self._document.open_project().path
        if not self.close_project():
            return False
        try:
            remove(path)
        except OSError as error:
            reason = error.strerror or str(error)
            self._notices.show(
                Tone.ERROR, tr("“{name}” could not be removed: {reason}.", name=path.name, reason=reason)
            )
            return False
        self.recent.forget(path)
        self._say(tr("“{name}” is removed.", name=path.name))
        return True

    def _say_what_is_odd(self, loaded: Loaded) -> None:
        project = loaded.contents.project
        if project.read_only:
            self._say_read_only(project)
        if project.copy_of_old is not None:
            self._notices.show(
                Tone.INFO,
                tr("This project was made by an older TinyLab and has been brought to this one."),
                tr("As it was, it is kept as “{name}”.", name=project.copy_of_old.name),
            )
        problems = loaded.contents.problems
        if problems:
            more = tr(" And {count} more.", count=len(problems) - 1) if len(problems) > 1 else ""
            way_out = tr("“Export takes” in the project's menu saves what can be read.")
            self._notices.show(
                Tone.CAUTION, tr("Not all of this project can be read."), f"{problems[0]}{more} {way_out}"
            )

    def _say_read_only(self, project: Project) -> None:
        hint = tr("It is shown, but nothing can be changed.")
        if not project.held_elsewhere:
            self._notices.show(Tone.CAUTION, project.read_only_because, hint)
            return
        self._notices.show(
            Tone.CAUTION,
            project.read_only_because,
            hint + " " + tr("If that computer is off or has closed it, take it over."),
            NoticeAction(tr("Take over"), lambda: self._take_over(project.path)),
        )

    def _take_over(self, path: Path) -> None:
        title = tr("Opening {name}", name=path.name)
        self._open(title, lambda: load_project(path, take_over=True)).then(failed=self._notices.show_error)

    def save_copy(self, target: Path) -> Task[Path]:
        """Write the open project into another file, which must not exist; a notice says so either way."""
        project = self._document.open_project()
        chosen = target if target.suffix else target.with_suffix(SUFFIX)

        def work(_: Task[Path]) -> Path:
            project.save_copy(chosen)
            return chosen

        task = self._tasks.start(tr("Saving {name}", name=chosen.name), work)
        said = tr("A copy is saved as “{name}”.", name=chosen.name)
        return task.then(lambda _: self._say(said), self._notices.show_error)

    def _say(self, message: str) -> None:
        self._notices.show(Tone.GOOD, message)

    def close(self) -> None:
        """Nothing that is still being read is shown any more; the project that is open is opened again next time."""
        if not self._closed:
            self._closed = True
            self._note(is_open=True)


def _wrong_name(name: str) -> DataError | None:
    """Why a name cannot be one of a file, on any of the systems that a stick may be carried to."""
    bare = name.strip().removesuffix(SUFFIX)
    if not bare or bare.startswith(".") or len(bare) > _LONGEST_NAME:
        return DataError(tr("A project needs a name."), hint=tr("Type one of up to {n} characters.", n=_LONGEST_NAME))
    bad = sorted({each for each in bare if each in '<>:"/\\|?*' or ord(each) < 32})
    if bad:
        return DataError(
            tr("A file's name cannot contain {characters}.", characters=" ".join(bad)), hint=tr("Type another name.")
        )
    return None
