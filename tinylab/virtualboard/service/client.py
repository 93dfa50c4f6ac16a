"""Starting a virtual board as a process of its own, and talking to its control channel."""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import subprocess
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from tinylab.errors import BoardError
from tinylab.log.faults import unforeseen_text
from tinylab.process import start_own
from tinylab.text import tr
from tinylab.virtualboard.service.registry import RunningBoard, from_json

_ANSWER_TIMEOUT_S = 10.0
_STOP_TIMEOUT_S = 3.0


class Control:
    """A client of one board's control channel. Safe to use from several threads.

    Every call raises BoardError where the board refuses or does not answer.
    """

    def __init__(self, board: RunningBoard) -> None:
        self._board = board
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._pending = b""

    def play(self, samples_g: npt.ArrayLike, rate_hz: float, loop: bool = False) -> int:
        """Let the simulated motion play a recording: g, shape (samples, 3).

        It begins with the sensor's next sample; returns the number of that sample in the stream.
        """
        data = np.ascontiguousarray(samples_g, dtype="<f4")
        if data.ndim != 2 or data.shape[1] != 3:
            raise BoardError(tr("The simulated motion can only play recordings with the three columns x, y and z."))
        answer = self._ask("play", samples=base64.b64encode(data.tobytes()).decode(), rate_hz=float(rate_hz), loop=loop)
        return int(answer["first_sample"])

    def gesture(self, name: str, subject_seed: int) -> float:
        """Play what a label means as one person would make it; returns its duration in s."""
        return float(self._ask("gesture", name=name, subject_seed=subject_seed)["duration_s"])

    def pose(self, x: float, y: float, z: float) -> None:
        """Hold the board so that it feels this, in g."""
        self._ask("pose", x=x, y=y, z=z)

    def come_to_rest(self) -> None:
        """Let the board lie flat."""
        self._ask("rest")

    def plug(self) -> None:
        """Plug the board in again; it starts as after power-on, its serial port may have a new name."""
        self._ask("plug")

    def unplug(self) -> None:
        """Pull the cable: port and drive vanish."""
        self._ask("unplug")

    def reset(self) -> None:
        """Press the reset button."""
        self._ask("reset")

    def press_button(self, name: str, seconds: float = 0.1) -> None:
        """Hold button A or B down for some virtual time."""
        self._ask("button", name=name, seconds=seconds)

    def stall(self, seconds: float) -> None:
        """Let the serial port pass nothing for some virtual time."""
        self._ask("stall", seconds=seconds)

    def lose_bytes(self, count: int) -> None:
        """Lose the next bytes that the board sends."""
        self._ask("lose_bytes", count=count)

    def flip_bits(self, count: int) -> None:
        """Flip one bit in each of the next bytes that the board sends."""
        self._ask("flip_bits", count=count)

    def overrun(self, seconds: float) -> None:
        """Keep the CPU from draining the sensor for some virtual time."""
        self._ask("overrun", seconds=seconds)

    def power_cut_next_flash(self) -> None:
        """Let the power fail half-way through the next programming; the board is unplugged then."""
        self._ask("power_cut_next_flash")

    def state(self) -> dict[str, Any]:
        """What the board is doing: playing, virtual_s, resets, flash (empty, programmed, damaged), image_sha256,

        fault, plugged, serial_port, unsent_bytes, dropped_bytes, display (five rows of five, # is lit).
        """
        return self._ask("state")

    def shutdown(self) -> None:
        """End the board's process."""
        self._ask("shutdown")

    def close(self) -> None:
        """Hang up; the next call connects again."""
        with self._lock:
            self._hang_up()

    def __enter__(self) -> Control:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, action: str, **values: Any) -> dict[str, Any]:
        request = json.dumps({"do": action, "token": self._board.token, **values}).encode() + b"\n"
        with self._lock:
            try:
                answer = json.loads(self._exchange(request))
            except (OSError, ValueError, RecursionError) as error:
                self._hang_up()
                raise BoardError(
                    tr("The virtual board “{name}” does not answer.", name=self._board.name), hint=tr("Start it again.")
                ) from error
        if not answer.pop("ok", False):
            raise BoardError(str(answer.get("error", "The virtual board refused.")), str(answer.get("hint", "")))
        return dict(answer)

    def _exchange(self, request: bytes) -> bytes:
        if self._socket is None:
            self._pending = b""
            self._socket = socket.create_connection(("127.0.0.1", self._board.control_port), _ANSWER_TIMEOUT_S)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # Only who has shown the token may send a long line.
            self._socket.sendall(json.dumps({"do": "hello", "token": self._board.token}).encode() + b"\n")
            self._read_line(self._socket)
        self._socket.sendall(request)
        return self._read_line(self._socket)

    def _read_line(self, connection: socket.socket) -> bytes:
        while b"\n" not in self._pending:
            data = connection.recv(65536)
            if not data:
                raise ConnectionResetError("hung up")
            self._pending += data
        line, self._pending = self._pending.split(b"\n", 1)
        return line

    def abort(self) -> None:
        """End a call that waits for an answer: it fails. For another thread than the one that asks."""
        connection = self._socket
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _hang_up(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class VirtualBoardProcess:
    """A virtual board that this program started; it ends with this program, however that ends."""

    def __init__(self, process: subprocess.Popen[bytes], board: RunningBoard, errors: IO[bytes]) -> None:
        """`errors` is the file that its stderr goes to; closed with it."""
        self.board = board  # as it was when it started; after replugging see control.state()
        self.control = Control(board)
        self._process, self._errors = process, errors

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the process: ask, then terminate, then kill. May be called twice."""
        self.control.close()
        _end(self._process)
        if not self._errors.closed:
            lines = _lines_of(self._errors)
            self._errors.close()
            if (code := self._process.returncode) and lines:
                unforeseen_text(f"the virtual board “{self.board.name}” died (exit code {code})", "\n".join(lines))

    def __enter__(self) -> VirtualBoardProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def start_virtual_board(
    name: str,
    image: Path | None = None,
    fast: bool = False,
    odr_error: float | None = None,
    folder: Path | None = None,
    timeout_s: float = 120.0,
) -> VirtualBoardProcess:
    """Start a virtual board and wait until it is plugged in.

    `image` is a .hex file to begin with; without one the board is empty. `odr_error` is the sensor clock's error as a
    fraction. The very first start on a machine compiles the cycle counter, which takes some seconds. Raises BoardError
    with the board's own reason where it does not come up.
    """
    arguments = ["--name", name, "--until-eof"]
    arguments += ["--image", str(image)] if image is not None else []
    arguments += ["--fast"] if fast else []
    arguments += ["--odr-error", repr(odr_error)] if odr_error is not None else []
    arguments += ["--folder", str(folder)] if folder is not None else []
    with contextlib.ExitStack() as opened:
        errors = opened.enter_context(tempfile.TemporaryFile())
        process = start_own(
            "tinylab.virtualboard", *arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
        )
        line = _ready_line(process, timeout_s)
        if line:
            opened.pop_all()  # from here on it is the board's
            return VirtualBoardProcess(process, from_json(json.loads(line)), errors)
        _end(process)
        raise _not_started(name, errors)


def _ready_line(process: subprocess.Popen[bytes], timeout_s: float) -> bytes:
    lines: list[bytes] = []

    def read() -> None:
        assert process.stdout is not None
        lines.append(process.stdout.readline())

    reader = threading.Thread(target=read, name="virtual board's first line")
    reader.start()
    reader.join(timeout_s)
    if reader.is_alive():
        process.kill()  # its end is an end of file
        reader.join()
    return lines[0].strip() if lines else b""


def _not_started(name: str, errors: IO[bytes]) -> BoardError:
    lines = _lines_of(errors)
    if len(lines) > 1:  # one line is a reason, more are a traceback
        unforeseen_text(f"the virtual board “{name}” did not start", "\n".join(lines))
    reason = lines[-1] if lines else "it gave no reason"
    return BoardError(tr("The virtual board “{name}” did not start: {reason}", name=name, reason=reason))


def _lines_of(errors: IO[bytes]) -> list[str]:
    errors.seek(0)
    return errors.read().decode("utf-8", "replace").strip().splitlines()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask by closing its input, then terminate, then kill."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    for insist in (process.terminate, process.kill):
        try:
            process.wait(_STOP_TIMEOUT_S)
            break
        except subprocess.TimeoutExpired:
            insist()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()
