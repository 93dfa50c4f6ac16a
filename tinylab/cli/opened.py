"""Sessions for commands: a project opened, a board connected, everything closed on every road."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from tinylab.boards.discovery import BoardPort, find_ports
from tinylab.cli.output import Output
from tinylab.data.project import SUFFIX
from tinylab.errors import BoardError, DataError, TrainingError
from tinylab.text import tr
from tinylab.workflow.board.opened_board import Linked
from tinylab.workflow.session import Session
from tinylab.workflow.training.runs import TrainedRun

_CONNECT_S = 240.0


@contextlib.contextmanager
def opened_session(
    project: Path, *, create: bool = False, read_only: bool = False, to_write: bool = False, fast: bool = True
) -> Iterator[Session]:
    """A session with a project open. What fails leaves no new, empty project behind.

    `to_write`: refuse before the work what could not be stored after it.
    """
    session = Session(fast_virtual_board=fast)
    made: Path | None = None
    try:
        path = with_suffix(project)
        if create and not path.exists():
            session.projects.new(path).result()
            made = path
        else:
            session.projects.open(path, read_only=read_only).result()
        if to_write and session.document.read_only:
            hint = tr("Close it there, or copy the file to where you may write.")
            raise DataError(session.document.open_project().read_only_because, hint=hint)
        yield session
    except BaseException:
        empty = not session.document.takes
        session.close()
        if made is not None and empty:
            made.unlink(missing_ok=True)
        raise
    finally:
        session.close()


def with_suffix(project: Path) -> Path:
    """The path of a project as the user may write it."""
    return project if project.suffix else project.with_suffix(SUFFIX)


def connect_board(session: Session, where: str, output: Output) -> Linked:
    """Connect the board that `where` names: virtual, auto, or a port."""
    if where == "virtual":
        return session.boards.connect_virtual().result(_CONNECT_S)
    port = _find_port(where)
    output.report(tr("Connecting {name} on {device}", name=port.name, device=port.device))
    return session.connection.connect(port).result(_CONNECT_S)


def _find_port(where: str) -> BoardPort:
    ports = find_ports()
    if where == "auto":
        known = [port for port in ports if port.kind != "unknown"]
        if not known:
            raise BoardError(tr("No board was found."), hint=tr("Plug one in, or use --board virtual."))
        return known[0]
    for port in ports:
        if where in (port.device, port.name):
            return port
    return BoardPort(where, where, "unknown")  # opening it gives the reason, if it is not there


def current_run(session: Session) -> TrainedRun:
    """The run that the project holds last; raises TrainingError where there is none."""
    run = session.trainer.current
    if run is None:
        raise TrainingError(tr("There is no trained network in this project."), hint=tr("Run `tinylab train` first."))
    return run
