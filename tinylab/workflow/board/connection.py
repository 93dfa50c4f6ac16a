"""The board at the other end: found, connected, streaming, lost, found again."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from tinylab.boards.catalog import Board, board_by_id
from tinylab.boards.discovery import BoardPort, find_ports
from tinylab.errors import BoardError, CancelledError, LinkError, TinyLabError
from tinylab.events import Event
from tinylab.link.board import Identity, ask_hello, handshake, start_stream
from tinylab.link.link import Link
from tinylab.link.stream import StreamState
from tinylab.link.transports import SerialTransport
from tinylab.text import tr
from tinylab.workflow.board.link_states import TABLE, LinkEvent, LinkState
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.notices import Notices, Tone, Topic
from tinylab.workflow.state_table import StateTable
from tinylab.workflow.task import Task, Tasks

_LOOK_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the board is asked to measure."""

    rate_hz: int = 100
    range_g: int = 4


@dataclass(frozen=True, slots=True)
class Linked:
    """An open link to a board that has said who it is."""

    port: BoardPort
    link: Link
    identity: Identity
    board: Board

    @property
    def g_per_count(self) -> float:
        """g one raw count stands for at the range that streams now."""
        return self.board.sensor.g_per_count.get(self.identity.hello.range_g, self.identity.hello.g_per_count)


def open_board(port: BoardPort, cancelled: Callable[[], bool] = lambda: False, tries: int = 8) -> Linked:
    """Open the port and shake hands; may be called from any thread. Nothing stays open where it fails."""
    link = Link(SerialTransport(port.device))
    try:
        for attempt in range(tries):
            try:
                identity = handshake(link, timeout_s=0.5, tries=1)
                break
            except LinkError as error:
                if link.error is not None:
                    raise
                if attempt == tries - 1 or cancelled():
                    raise BoardError(
                        tr("{name} is there, but no TinyLab firmware answers.", name=port.name),
                        hint=tr("Flash TinyLab's firmware onto it from the page Board."),
                    ) from error
        return Linked(port, link, identity, board_by_id(identity.hello.board_id))
    except BaseException:
        link.close()
        raise


class Connection:
    """The session's board. `changed` fires when the state moves; the stream's figures are looked at, not announced."""

    def __init__(self, inbox: Inbox, tasks: Tasks, notices: Notices) -> None:
        self.table: StateTable[LinkState, LinkEvent] = StateTable(TABLE, LinkState.DISCONNECTED)
        self.changed: Event[None] = Event()
        self.lost: Event[None] = Event()
        self.sampling = Sampling()
        self.linked: Linked | None = None
        self.wanted: BoardPort | None = None  # what to reconnect to
        self._inbox, self._tasks, self._notices = inbox, tasks, notices
        self._task: Task[Linked] | None = None
        self._job: Task[Linked] | None = None
        self._next_look = 0.0
        self.table.changed.subscribe(lambda _: self.changed.emit(None))
        inbox.every_pump(self._look)

    @property
    def state(self) -> LinkState:
        """Where the connection stands."""
        return self.table.state

    @property
    def connected(self) -> bool:
        """Whether samples can come."""
        return self.state is LinkState.CONNECTED

    @property
    def stream(self) -> StreamState:
        """Counters and measured rate of what streams now."""
        return self.linked.link.stream.state() if self.linked else StreamState()

    def ports(self) -> list[BoardPort]:
        """What could be connected now."""
        return find_ports()

    def connect(self, port: BoardPort) -> Task[Linked]:
        """Open a board and let it stream; a notice says so where it fails. While one connects, its task is returned."""
        self._drop()
        self.table.fire(LinkEvent.DISCONNECT)
        if not self.table.fire(LinkEvent.CONNECT):
            if self._task is not None and self._task.running:
                return self._task
            return self._tasks.failed(
                tr("Connecting"), BoardError(tr("A deployment has the board."), hint=tr("Wait for its end."))
            )
        self.wanted = port
        task: Task[Linked] = Task(tr("Connecting {name}", name=port.name), self._inbox)
        self._task = task
        job = self._tasks.start(tr("Connecting {name}", name=port.name), lambda job: self._open(port, job))
        self._job = job

        def failed(error: TinyLabError) -> None:
            self._failed(error)
            task.fail(error)

        job.then(lambda linked: self._opened(linked, task), failed)
        return task

    def _opened(self, linked: Linked, task: Task[Linked]) -> None:
        self._ready(linked)
        if self.linked is not None:
            task.finish(self.linked)
        else:
            task.fail(CancelledError(tr("The board was let go meanwhile.")))

    def _open(self, port: BoardPort, job: Task[Linked]) -> Linked:
        linked = open_board(port, job.cancelled)
        try:
            return begin_stream(linked, self.sampling)
        except BaseException:
            linked.link.close()
            raise

    def _ready(self, linked: Linked) -> None:
        if self.wanted is None:  # the user has let go of it meanwhile
            linked.link.close()
            self.table.fire(LinkEvent.FAIL)
            return
        self.linked = linked
        linked.link.on_lost.append(lambda error: self._inbox.post(lambda: self._vanished(linked, error)))
        self.table.fire(LinkEvent.READY)
        self._notices.settled(Topic.BOARD)
        self.changed.emit(None)
        if linked.link.error is not None:
            self._vanished(linked, linked.link.error)

    def _failed(self, error: TinyLabError) -> None:
        self.table.fire(LinkEvent.FAIL)
        if self.wanted is not None:
            self.wanted = None
            self._notices.error(error, about=Topic.BOARD)

    def _vanished(self, linked: Linked, error: LinkError) -> None:
        if self.linked is None or self.linked.link is not linked.link:
            return  # a link that has been let go; after a change of rate the same link has another Linked
        self._drop()
        if self.table.fire(LinkEvent.VANISH):
            self.lost.emit(None)
            self._notices.error(error, about=Topic.BOARD)

    def _drop(self) -> None:
        if self.linked is not None:
            self.linked.link.close()
            self.linked = None

    def disconnect(self) -> None:
        """Let go of the board; while it connects, as soon as that can be ended."""
        self.wanted = None
        if self._job is not None:
            self._job.cancel()
        self._drop()
        self.table.fire(LinkEvent.DISCONNECT)

    def _look(self, now: float) -> None:
        """While the board is lost, look for its port; it connects by itself when it is back."""
        if self.state is not LinkState.LOST or self.wanted is None or now < self._next_look:
            return
        self._next_look = now + _LOOK_EVERY_S
        back = [port for port in self.ports() if _same_board(port, self.wanted)]
        if back:
            self.connect(back[0])

    def set_sampling(self, sampling: Sampling) -> None:
        """Stream at another rate or range from now on."""
        if sampling == self.sampling:
            return
        self.sampling = sampling
        linked = self.linked
        if linked is None or not self.connected:
            self.changed.emit(None)
            return
        text = tr("Setting {rate} Hz, ±{range} g", rate=sampling.rate_hz, range=sampling.range_g)
        task = self._tasks.start(text, lambda _: begin_stream(linked, sampling))
        task.then(self._restarted, self._notices.show_error)

    def _restarted(self, linked: Linked) -> None:
        if self.linked is not None and self.linked.link is linked.link:
            self.linked = linked
        self.changed.emit(None)

    # --- a deployment needs the board for itself --------------------------------------------------------

    def release(self) -> BoardPort | None:
        """Close the link but keep the port in mind; returns it, or None where there is no board."""
        if self.wanted is None or not self.table.fire(LinkEvent.RELEASE):
            return None
        self._drop()
        return self.wanted

    def adopt(self, linked: Linked) -> None:
        """Take over a link that a deployment has opened."""
        self._ready(linked)
        self._notices.show(
            Tone.GOOD,
            tr("{name} runs build {build_id}.", name=linked.board.name, build_id=linked.identity.build_id[:8]),
        )

    def give_up(self) -> None:
        """The deployment failed and left no link: connect again to whatever still runs on the board."""
        if self.state is not LinkState.RELEASED:
            return  # only something was built; the board was never released
        port = self.wanted
        if port is not None and not any(_same_board(found, port) for found in self.ports()):
            self.table.fire(LinkEvent.VANISH)  # it connects by itself when it is back
            return
        self.table.fire(LinkEvent.FAIL)
        if port is not None:
            self.connect(port)

    def close(self) -> None:
        """Leave nothing open."""
        with contextlib.suppress(TinyLabError):
            self.disconnect()


def _same_board(port: BoardPort, wanted: BoardPort) -> bool:
    """A virtual board comes back under another device name, a real one under its own."""
    if port.virtual is not None and wanted.virtual is not None:
        return port.virtual.pid == wanted.virtual.pid
    return port.device == wanted.device


def begin_stream(linked: Linked, sampling: Sampling) -> Linked:
    """Start (or restart) the stream and ask anew who the board is, for its range may have changed."""
    sensor = linked.board.sensor
    if sampling.rate_hz not in sensor.rates_hz or sampling.range_g not in sensor.g_per_count:
        sampling = Sampling(sensor.nearest_rate(sampling.rate_hz), sensor.range_for(sampling.range_g))
    hello = linked.identity.hello
    # A board refuses to decide at another rate or range than its network was trained for; recording goes on.
    decides = linked.identity.has_model and sampling == Sampling(hello.model_rate_hz, hello.model_range_g)
    start_stream(linked.link, sampling.rate_hz, sampling.range_g, predictions=decides)
    identity = Identity(ask_hello(linked.link), linked.identity.labels)
    return Linked(linked.port, linked.link, identity, linked.board)
