"""The board at the other end: found, connected, streaming, lost, found again."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from tinylab.boards.discovery import BoardPort, find_ports
from tinylab.errors import BoardError, CancelledError, LinkError, TinyLabError
from tinylab.events import Event
from tinylab.link.asking import HANDSHAKE_S, SYSTEM_CLOCK, Clock, Deadline
from tinylab.link.link import Link
from tinylab.link.stream import StreamState
from tinylab.text import tr
from tinylab.workflow.board.link_states import TABLE, LinkEvent, LinkState
from tinylab.workflow.board.opened_board import Linked, Sampling, begin_stream, open_board, open_link
from tinylab.workflow.board.silence import LOST_AFTER_S, SHOWN_AFTER_S, SilenceWatch, fell_silent
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.notices import Notices, Tone, Topic
from tinylab.workflow.state_table import StateTable
from tinylab.workflow.task import Task, Tasks

_LOOK_EVERY_S = 0.5
MOST_ATTEMPTS = 5  # to connect again by itself, a port that is there; then the user is asked
_WAIT_S = 1.0  # before the second attempt, twice as long before each following one


class Connection:
    """The session's board. `changed` fires when the state moves; the stream's figures are looked at, not announced.

    A board that vanishes or falls silent is LOST: `lost` says why, and it is connected again by itself.
    """

    def __init__(self, inbox: Inbox, tasks: Tasks, notices: Notices) -> None:
        self.table: StateTable[LinkState, LinkEvent] = StateTable(TABLE, LinkState.DISCONNECTED)
        self.changed: Event[None] = Event()
        self.lost: Event[LinkError] = Event()
        self.sampling = Sampling()
        self.linked: Linked | None = None
        self.wanted: BoardPort | None = None  # what to reconnect to
        self.attempts = 0  # to connect again by itself since samples came last
        self.open_link: Callable[[BoardPort], Link] = open_link
        self.clock: Clock = SYSTEM_CLOCK
        self._inbox, self._tasks, self._notices = inbox, tasks, notices
        self._task: Task[Linked] | None = None
        self._job: Task[Linked] | None = None
        self._silence = SilenceWatch()
        self._next_look = 0.0
        self.table.changed.subscribe(lambda _: self.changed.emit(None))
        inbox.every_pump(self._tick)

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

    @property
    def silent_s(self) -> float:
        """For how long the connected board has sent no sample; 0 where that is nothing to speak of."""
        seconds = self._silence.seconds
        return seconds if self.connected and seconds >= SHOWN_AFTER_S else 0.0

    def ports(self) -> list[BoardPort]:
        """What could be connected now."""
        return find_ports()

    def connect(self, port: BoardPort) -> Task[Linked]:
        """Open a board and let it stream; a notice says so where it fails. While one connects, its task is returned."""
        self._drop()
        self.table.fire(LinkEvent.DISCONNECT)
        self.attempts = 0
        return self._connect(port)

    def _connect(self, port: BoardPort) -> Task[Linked]:
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
        deadline = self._deadline(job)
        linked = open_board(port, deadline, self.open_link)
        try:
            return begin_stream(linked, self.sampling, deadline)
        except BaseException:
            linked.link.close()
            raise

    def _deadline(self, job: Task[Linked]) -> Deadline:
        return Deadline(HANDSHAKE_S, job.cancelled, self.clock)

    def _ready(self, linked: Linked) -> None:
        if self.wanted is None:  # the user has let go of it meanwhile
            linked.link.close()
            self.table.fire(LinkEvent.FAIL)
            return
        self.linked = linked
        self._silence.restart()
        linked.link.on_lost.append(lambda error: self._inbox.post(lambda: self._lost(linked, error)))
        self.table.fire(LinkEvent.READY)
        self._notices.settled(Topic.BOARD)
        self.changed.emit(None)
        if linked.link.error is not None:
            self._lost(linked, linked.link.error)

    def _failed(self, error: TinyLabError) -> None:
        if self.attempts and self.wanted is not None and isinstance(error, LinkError):
            self.table.fire(LinkEvent.VANISH)
            self._try_again_or_stop(error)
            return
        self.table.fire(LinkEvent.FAIL)
        if self.wanted is not None:
            self.wanted = None
            self._show_loss(error)

    def _lost(self, linked: Linked, error: LinkError) -> None:
        """Why `linked` brings nothing more, from the reader thread or because it was silent for too long."""
        if not self._is_current(linked):
            return
        self._drop()
        if self.table.fire(LinkEvent.VANISH):
            self.lost.emit(error)
            self._show_loss(error)
            self._try_again_or_stop(error)

    def _is_current(self, linked: Linked) -> bool:
        """Whether its link has not been let go; after a change of rate the same link has another Linked."""
        return self.linked is not None and self.linked.link is linked.link

    def _try_again_or_stop(self, error: LinkError) -> None:
        """A lost board is looked for at once, then with longer and longer pauses; at last the user is asked."""
        if self.attempts >= MOST_ATTEMPTS:
            self.wanted = None
            self.table.fire(LinkEvent.DISCONNECT)
            hint = tr("TinyLab tried to connect it again. Unplug it and plug it in again, then connect it.")
            self._show_loss(LinkError(error.message, hint))
            return
        self._next_look = self._inbox.now() + (_WAIT_S * 2 ** (self.attempts - 1) if self.attempts else 0.0)

    def _show_loss(self, error: TinyLabError) -> None:
        """The reason of now in place of the one before."""
        self._notices.settled(Topic.BOARD)
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

    def _tick(self, now: float) -> None:
        if self.state is LinkState.CONNECTED:
            self._watch(now)
        elif self.state is LinkState.LOST:
            self._look(now)

    def _watch(self, now: float) -> None:
        """A board that sends no sample is lost, although its port is there: it hangs, was reset, or is stuck."""
        linked = self.linked
        if linked is None:
            return
        if self._silence.look(linked.link.stream.state().samples, now):
            self.attempts = 0
            self._notices.settled(Topic.BOARD)
        elif self._silence.seconds >= LOST_AFTER_S:
            self._lost(linked, fell_silent(self._silence.seconds))

    def _look(self, now: float) -> None:
        """While the board is lost, look for its port; it connects by itself when it is back."""
        if self.wanted is None or now < self._next_look:
            return
        self._next_look = now + _LOOK_EVERY_S
        back = [port for port in self.ports() if _same_board(port, self.wanted)]
        if not back:
            self.attempts = 0  # unplugged: what is plugged in again starts anew
            return
        self.attempts += 1
        self._connect(back[0])

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
        task = self._tasks.start(text, lambda job: begin_stream(linked, sampling, self._deadline(job)))
        task.then(self._restarted, lambda error: self._not_restarted(linked, error))

    def _not_restarted(self, linked: Linked, error: TinyLabError) -> None:
        if self._is_current(linked):  # a board that was let go, or was found lost meanwhile, has had its word
            self._notices.error(error)

    def _restarted(self, linked: Linked) -> None:
        if self._is_current(linked):
            self.linked = linked
            self._silence.restart()
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
