"""What the control channel can ask of a board."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tinylab.errors import BoardError
from tinylab.virtualboard.motion.gestures import RATE_HZ, gesture

if TYPE_CHECKING:
    from tinylab.virtualboard.service.runner import Runner

Request = dict[str, Any]


class Commands:
    """Carries requests out, between two slices of virtual time."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._repetitions = 0
        self._actions: dict[str, Callable[[Request], Request | None]] = {
            "play": self._play,
            "gesture": self._gesture,
            "pose": self._pose,
            "rest": self._rest,
            "plug": lambda _: runner.plug(),
            "unplug": lambda _: runner.unplug(),
            "reset": lambda _: runner.machine.reset(),
            "stall": lambda request: runner.stall(_positive(request, "seconds")),
            "lose_bytes": lambda request: runner.faults.lose_bytes(int(_positive(request, "count"))),
            "flip_bits": lambda request: runner.faults.flip_bits(int(_positive(request, "count"))),
            "overrun": lambda request: runner.machine.hold(_positive(request, "seconds")),
            "power_cut_next_flash": self._power_cut,
            "state": self._state,
            "shutdown": self._shutdown,
        }

    def handle(self, request: Request) -> Request:
        """Do what `request["do"]` names; returns what there is to tell. Raises BoardError."""
        action = self._actions.get(str(request.get("do")))
        if action is None:
            raise BoardError(f"The virtual board does not know how to {request.get('do')!r}.")
        return action(request) or {}

    def _now_s(self) -> float:
        """The hand acts from now on: what the sensor has measured until now is settled first."""
        machine = self._runner.machine
        machine.sensor.catch_up(machine.clock.now)
        return machine.clock.seconds

    def _play(self, request: Request) -> None:
        data = base64.b64decode(request["samples"], validate=True)
        samples = np.frombuffer(data, dtype="<f4").reshape(-1, 3).astype(np.float64)
        self._runner.hand.play(samples, float(request["rate_hz"]), self._now_s(), bool(request.get("loop", False)))

    def _gesture(self, request: Request) -> Request:
        self._repetitions += 1
        motion = gesture(str(request["name"]), int(request["subject_seed"]), self._repetitions)
        self._runner.hand.play(motion, RATE_HZ, self._now_s())
        return {"duration_s": len(motion) / RATE_HZ}

    def _pose(self, request: Request) -> None:
        self._now_s()
        self._runner.hand.pose(float(request["x"]), float(request["y"]), float(request["z"]))

    def _rest(self, _request: Request) -> None:
        self._now_s()
        self._runner.hand.rest()

    def _power_cut(self, _request: Request) -> None:
        self._runner.power_cut_next_flash = True

    def _shutdown(self, _request: Request) -> None:
        self._runner.stopping = True

    def _state(self, _request: Request) -> Request:
        runner, machine = self._runner, self._runner.machine
        board = runner.running_board()
        return {
            "playing": runner.hand.playing(machine.clock.seconds),
            "virtual_s": machine.clock.seconds,
            "resets": machine.resets,
            "flash": runner.flash_state,
            "image_sha256": runner.image_sha256,
            "fault": machine.cpu.fault,
            "plugged": runner.port is not None,
            "serial_port": board.serial_port,
            "display": machine.display(),
            "unsent_bytes": len(runner.port.unsent) if runner.port is not None else 0,
            "dropped_bytes": runner.dropped_bytes,
        }


def _positive(request: Request, key: str) -> float:
    value = float(request[key])
    if not 0 <= value < 1e6:
        raise BoardError(f"{key} must lie between 0 and a million.")
    return value
