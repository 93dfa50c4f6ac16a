"""Rate and range of what is recorded: a setting of the project that the board follows."""

from __future__ import annotations

from collections.abc import Iterable

from tinylab.boards.catalog import Sensor
from tinylab.errors import DataError
from tinylab.text import tr
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.board.opened_board import Sampling
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.recorder import Recorder
from tinylab.workflow.notices import Notices, Tone
from tinylab.workflow.project.change import Change, ChangeKind
from tinylab.workflow.project.document import Document
from tinylab.workflow.project.opening import SAMPLING
from tinylab.workflow.project.target import TargetBoard


class SamplingChoice:
    """What the user chooses for the next takes."""

    def __init__(
        self, document: Document, connection: Connection, recorder: Recorder, target: TargetBoard, notices: Notices
    ) -> None:
        self._document, self._connection, self._recorder = document, connection, recorder
        self._target, self._notices = target, notices
        self._followed: Sampling | None = (
            None  # what the project said last: its other settings do not concern the board
        )
        document.changed.subscribe(self._follow)

    def _stored_sampling(self) -> Sampling:
        stored = self._document.setting(SAMPLING)
        try:
            return Sampling(int(stored["rate_hz"]), int(stored["range_g"])) if stored else Sampling()
        except (TypeError, KeyError, ValueError):
            return Sampling()

    def _follow(self, change: Change) -> None:
        """Another project, or an undo, brings its rate and range to the board."""
        stored = self._stored_sampling()
        if self._recorder.state is not CaptureState.IDLE:
            return
        if change.kind is ChangeKind.PROJECT or (change.kind is ChangeKind.SETTINGS and stored != self._followed):
            self._followed = stored
            self._connection.set_sampling(stored)

    @property
    def sensor(self) -> Sensor:
        """The sensor of the connected board, or of the project's target board."""
        linked = self._connection.linked
        return linked.board.sensor if linked else self._target.board.sensor

    def choose(self, sampling: Sampling) -> None:
        """Choose rate and range for what is recorded from now on; not while a take is recorded."""
        if self._recorder.state is CaptureState.RECORDING:
            self._notices.show(
                Tone.CAUTION, tr("Rate and range stay as they are while a take is recorded."), tr("Wait for its end.")
            )
            return
        sensor = self.sensor
        if sampling.rate_hz not in sensor.rates_hz or sampling.range_g not in sensor.g_per_count:
            raise DataError(
                tr(
                    "{name} cannot measure at {rate_hz} Hz and ±{range_g} g.",
                    name=sensor.name,
                    rate_hz=sampling.rate_hz,
                    range_g=sampling.range_g,
                ),
                hint=tr(
                    "It has {rates_hz} Hz and ±{g_per_count} g.",
                    rates_hz=_list(sensor.rates_hz),
                    g_per_count=_list(sensor.g_per_count),
                ),
            )
        if self._document.project is not None and not self._document.read_only:
            value = {"rate_hz": sampling.rate_hz, "range_g": sampling.range_g}
            changed = self._document.setting(SAMPLING) != value
            if changed and not self._document.set_setting(SAMPLING, value, tr("rate and range")):
                return
        self._connection.set_sampling(sampling)


def _list(values: Iterable[int]) -> str:
    return ", ".join(map(str, values))
