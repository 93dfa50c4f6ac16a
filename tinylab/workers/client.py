"""The app's end of the worker: starts it, asks it, expects it to hang or die."""

from __future__ import annotations

import contextlib
import logging
import queue
import secrets
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from typing import IO, Final, TypeVar

from tinylab.errors import CancelledError, TrainingError
from tinylab.learning.own_source import ChosenSources
from tinylab.log.faults import unforeseen, unforeseen_text
from tinylab.process import end, own_program, start
from tinylab.temporary import TemporaryFolder
from tinylab.text import tr
from tinylab.workers import messages
from tinylab.workers.pipe import Pipe, PipeClosedError, exactly

A = TypeVar("A", bound=messages.Answer)
TRAININGS: Final = 30  # and drafts, of a process; each leaves about 8 MB in TensorFlow, whatever is cleared
START_TIMEOUT_S: Final = 90.0
_PATIENCE_S: Final = 3.0  # for each of: ask it to go, terminate it
_KEPT_CHARACTERS: Final = 20_000  # of what the worker wrote, for the log
_LOG = logging.getLogger("tinylab")
_RESTART_HINT = tr("Press the button again; a fresh worker starts by itself.")


class WorkerClient:
    """One worker process. Requests are made from job threads, one at a time; each waits for its answer."""

    def __init__(self, command: Sequence[str] = ()) -> None:
        """`command` starts the worker; TinyLab's own unless given."""
        self._command = tuple(command) or tuple(own_program("tinylab.workers.main"))
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Pipe | None = None
        self.versions: dict[str, str] = {}
        self._answers: queue.Queue[messages.Message | None] = queue.Queue()
        self._asking = threading.Lock()
        self._starting = threading.Lock()
        self._reader: threading.Thread | None = None
        self._log: IO[str] | None = None
        self._folder: TemporaryFolder | None = None  # where it makes its temporary files
        self._ready = False
        self._closed = False
        self._trainings = 0  # of the process that runs
        self.own_sources = ChosenSources()  # code of the user's own that may be sent

    @property
    def process_id(self) -> int | None:
        """Of the running worker, or None."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def ready(self) -> bool:
        """Whether TensorFlow is loaded, so that a request begins at once."""
        return self._ready and self.process_id is not None

    @property
    def tired(self) -> bool:
        """Whether it has trained so often that what TensorFlow keeps of every network fills the memory."""
        return self._trainings >= TRAININGS

    def renew(self) -> None:
        """Start a fresh process in place of a tired one; does nothing where it is not tired."""
        with self._asking:
            if self.tired and not self._closed:
                self._end()
                self._ensure()

    def warm_up(self) -> None:
        """Start the worker and wait until it is ready; raises TrainingError where it is not."""
        with self._asking:
            self._ensure()

    def ask(
        self,
        request: messages.Request,
        answer: type[A],
        *,
        on_epoch: Callable[[messages.Epoch], None] | None = None,
        on_progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> A:
        """Send a request and wait for its answer.

        `cancelled` is looked at ten times a second; where it says True the worker is ended and CancelledError raised.
        Raises TrainingError with the worker's reason where it fails or dies, and for own code that was not chosen.
        """
        if isinstance(request, messages.Train):
            self.own_sources.check(request.plan.get("family", ""), request.plan.get("own", ""))
        with self._asking:
            pipe = self._ensure()
            self._trainings += isinstance(request, messages.Train | messages.Draft)
            try:
                pipe.send(request)
            except PipeClosedError as error:
                raise self._death() from error
            return self._await(answer, on_epoch, on_progress, cancelled)

    def stop_training(self) -> None:
        """Let the training that runs end with what it has learned, or t-SNE end; does nothing where none runs."""
        self._tell(messages.Stop())

    def pause_training(self, pause: bool) -> None:
        """Let the training that runs wait after its epoch, or go on; does nothing where none runs."""
        self._tell(messages.Pause() if pause else messages.GoOn())

    def _tell(self, message: messages.Request) -> None:
        if self._pipe is not None:
            with contextlib.suppress(PipeClosedError):
                self._pipe.send(message)

    def _await(
        self,
        answer: type[A],
        on_epoch: Callable[[messages.Epoch], None] | None,
        on_progress: Callable[[float], None] | None,
        cancelled: Callable[[], bool],
    ) -> A:
        while True:
            if cancelled():
                self._end()
                raise CancelledError(tr("Cancelled."))
            try:
                message = self._answers.get(timeout=0.1)
            except queue.Empty:
                continue
            if message is None:
                raise self._death()
            if isinstance(message, messages.Failed):
                if message.details:
                    unforeseen_text("the training worker", message.details)
                raise TrainingError(message.reason, hint=message.hint or _RESTART_HINT)
            if isinstance(message, messages.Epoch) and on_epoch is not None:
                on_epoch(message)
            if isinstance(message, messages.Progress) and on_progress is not None:
                on_progress(message.share)
            if isinstance(message, answer):
                return message

    # --- life and death ---------------------------------------------------------------------------------

    def _ensure(self) -> Pipe:
        with self._starting:
            if self._closed:
                raise CancelledError(tr("TinyLab is closing."))
            if self._pipe is not None and self.process_id is not None:
                return self._pipe
            self._end()
            self._start()
        if self._pipe is None:
            raise self._death()
        if not self._ready:
            self._wait_until_ready()
        return self._pipe

    def _start(self) -> None:
        password = secrets.token_hex(16)
        self._answers = queue.Queue()
        self._log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace", prefix="tinylab-worker-")  # noqa: SIM115 - lives as long as the worker
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(0.1)
            command = [*self._command, str(server.getsockname()[1])]
            # TensorFlow writes a file for each function that it has looked at, and removes none.
            self._folder = TemporaryFolder("worker")
            self._process = start(
                command,
                stdin=subprocess.PIPE,
                stdout=self._log,
                stderr=subprocess.STDOUT,
                temporary=self._folder.path,
            )
            assert self._process.stdin is not None
            with contextlib.suppress(OSError):
                self._process.stdin.write(f"{password}\n".encode())
                self._process.stdin.close()
            self._pipe = self._accept(server, password)
        self._reader = threading.Thread(
            target=_read_all, args=(self._pipe, self._answers), name="worker answers", daemon=True
        )
        self._reader.start()

    def _accept(self, server: socket.socket, password: str) -> Pipe:
        for _ in range(int(START_TIMEOUT_S * 10)):
            if self.process_id is None or self._closed:
                raise self._death()
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            connection.settimeout(5)
            if secrets.compare_digest(exactly(connection, len(password)), password.encode()):
                return Pipe(connection)
            connection.close()
        raise self._death()

    def _wait_until_ready(self) -> None:
        try:
            message = self._answers.get(timeout=START_TIMEOUT_S)
        except queue.Empty:
            self._end()
            raise TrainingError(
                tr(
                    "The training worker did not start within {seconds:.0f} seconds.",
                    seconds=START_TIMEOUT_S,
                ),
                hint=_RESTART_HINT,
            ) from None
        if not isinstance(message, messages.Ready):
            raise self._death()
        self.versions, self._ready = message.versions, True

    def _death(self) -> TrainingError:
        """Clean up after a worker that is gone, and say so."""
        if self._closed:
            return TrainingError(tr("TinyLab is closing."))
        code = self._exit_code()
        lines = self._end() if code is not None else self._end()[:0]  # a living one dies of our ending it
        if lines:
            unforeseen_text(f"the training worker died (exit code {code})", "\n".join(lines))
        else:
            _LOG.warning("the training worker died and gave no reason (exit code %s)", code)
        detail = tr(" The worker ended with: {lines}", lines=lines[-1][:200].strip()) if lines else ""
        return TrainingError(tr("The training worker died.{detail}", detail=detail), hint=_RESTART_HINT)

    def _exit_code(self) -> int | None:
        """Of a process that ends just now; None where it lives on."""
        try:
            return self._process.wait(min(_PATIENCE_S, 1.0)) if self._process is not None else None
        except subprocess.TimeoutExpired:
            return None

    def _said(self) -> list[str]:
        """The last lines that a worker which has ended wrote: a living one writes where we have read to."""
        if self._log is None or self._log.closed:
            return []
        self._log.seek(0)
        return [line.rstrip() for line in self._log.read()[-_KEPT_CHARACTERS:].splitlines() if line.strip()]

    def _end(self) -> list[str]:
        """Ask it to go, wait, terminate it, wait, kill it; close everything that is open. Returns its last lines."""
        process, pipe, self._process, self._pipe, self._ready = self._process, self._pipe, None, None, False
        self._trainings = 0
        if pipe is not None:
            pipe.close()
        if process is not None:
            end(process, ("kill",) if self._closed else ("", "terminate", "kill"), _PATIENCE_S)
        if self._reader is not None and self._reader is not threading.current_thread():
            self._reader.join(timeout=_PATIENCE_S)
            self._reader = None
        lines = self._said()
        if lines:
            _LOG.debug("the training worker wrote:\n%s", "\n".join(lines))
        if self._log is not None:
            self._log.close()
            self._log = None
        if self._folder is not None:
            self._folder.remove()
            self._folder = None
        return lines

    def close(self) -> None:
        """End the worker for good; a request that waits elsewhere gets an error.

        It is killed and not asked to go: nothing that it does is wanted any more, and in the middle of an epoch it
        would let the window wait for seconds.
        """
        self._closed = True
        process = self._process
        if process is not None:
            process.kill()
        if self._pipe is not None:
            self._pipe.close()
        with self._asking:
            self._end()


def _read_all(pipe: Pipe, answers: queue.Queue[messages.Message | None]) -> None:
    try:
        while True:
            answers.put(pipe.receive())
    except PipeClosedError:
        pass  # a death, or the end we asked for
    except Exception:  # noqa: BLE001 - nonsense on the stream, or a fault of ours; whoever waits for an answer must not wait forever
        unforeseen("reading the training worker's answers")
    answers.put(None)
