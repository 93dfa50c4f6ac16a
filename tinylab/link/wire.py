"""The wire's messages. Generated from wire.toml by generate.py; do not edit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

import numpy as np
import numpy.typing as npt

PROTOCOL_VERSION = 1  # raised when an older end would misunderstand a newer one
MAX_PAYLOAD = 240  # bytes; small enough for a board's buffers, large enough for 36 samples
MAX_OUTPUTS = 64  # classes a network on the board may have
BAUD_RATE = 115200  # bit/s; what every USB interface chip of these boards carries without loss
CAPABILITY_STREAM = 1  # sends SAMPLES
CAPABILITY_MODEL = 2  # has a network and sends PREDICTION
CAPABILITY_SELFTEST = 4  # answers SELFTEST
CAPABILITY_DECISION = 8  # takes SET_DECISION and answers DECISION_ASK
CAPABILITY_BUTTON = 16  # sends BUTTON while it streams
CAPABILITY_MOVEMENT = 32  # decides by movement: on a short one once it has ended, on long ones every stride
MAX_SMOOTHING = 8  # decisions that a board averages at most
FLAG_SAMPLES = 1  # START: send SAMPLES
FLAG_PREDICTIONS = 2  # START: send PREDICTION; ignored by a board without a network
NO_DECISION = -1  # PREDICTION: unknown, for it is below its threshold or neighbours disagree


class ErrorCode(IntEnum):
    """Why a board refused; the text beside each is what it means."""

    UNKNOWN_MESSAGE = 1  # this firmware does not know the message
    BAD_LENGTH = 2  # the payload is shorter or longer than the message's
    UNSUPPORTED_RATE = 3  # the sensor has no such output data rate
    UNSUPPORTED_RANGE = 4  # the sensor has no such range
    NO_MODEL = 5  # there is no network on the board
    BAD_INDEX = 6  # there is no such class, offset, piece or setting
    SENSOR_SILENT = 7  # the accelerometer does not answer


@dataclass(frozen=True, slots=True)
class HelloAsk:
    """Who are you? Answered any time with HELLO."""

    NUMBER: ClassVar[int] = 0x01
    FORMAT: ClassVar[str] = "<"
    FIELDS: ClassVar[tuple[str, ...]] = ()
    TAIL: ClassVar[tuple[str, str] | None] = None


@dataclass(frozen=True, slots=True)
class Start:
    """Stream from now on; restarts the sample number at 0. Answered with ACK or ERROR."""

    NUMBER: ClassVar[int] = 0x02
    FORMAT: ClassVar[str] = "<HBB"
    FIELDS: ClassVar[tuple[str, ...]] = (
        "rate_hz",
        "range_g",
        "flags",
    )
    TAIL: ClassVar[tuple[str, str] | None] = None

    rate_hz: int  # output data rate; one the sensor has
    range_g: int  # full scale, plus and minus; one the sensor has
    flags: int  # FLAG_SAMPLES | FLAG_PREDICTIONS


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop streaming. Answered with ACK; nothing streams after it."""

    NUMBER: ClassVar[int] = 0x03
    FORMAT: ClassVar[str] = "<"
    FIELDS: ClassVar[tuple[str, ...]] = ()
    TAIL: ClassVar[tuple[str, str] | None] = None


@dataclass(frozen=True, slots=True)
class LabelAsk:
    """The label's bytes from `offset` on. Answered with LABEL or ERROR."""

    NUMBER: ClassVar[int] = 0x04
    FORMAT: ClassVar[str] = "<BH"
    FIELDS: ClassVar[tuple[str, ...]] = (
        "index",
        "offset",
    )
    TAIL: ClassVar[tuple[str, str] | None] = None

    index: int  # class
    offset: int  # bytes


@dataclass(frozen=True, slots=True, eq=False)
class Selftest:
    """A piece of one window of raw counts. Answered with ACK, the last piece with SELFTEST_RESULT."""

    NUMBER: ClassVar[int] = 0x05
    FORMAT: ClassVar[str] = "<H"
    FIELDS: ClassVar[tuple[str, ...]] = (
        "offset",
    )
    TAIL: ClassVar[tuple[str, str] | None] = (
        "counts",
        "xyz",
    )

    offset: int  # samples before this piece
    counts: npt.NDArray[np.int16]  # at most 36 samples; the model's window must end with the last piece


@dataclass(frozen=True, slots=True)
class StatsAsk:
    """How is the wire? Answered with STATS."""

    NUMBER: ClassVar[int] = 0x06
    FORMAT: ClassVar[str] = "<"
    FIELDS: ClassVar[tuple[str, ...]] = ()
    TAIL: ClassVar[tuple[str, str] | None] = None


@dataclass(frozen=True, slots=True)
class Reset:
    """Start again as after power-on. Answered with ACK first."""

    NUMBER: ClassVar[int] = 0x07
    FORMAT: ClassVar[str] = "<"
    FIELDS: ClassVar[tuple[str, ...]] = ()
    TAIL: ClassVar[tuple[str, str] | None] = None


@dataclass(frozen=True, slots=True, eq=False)
class SetDecision:
    """Decide like this from the next window on, until reset. Answered with ACK or ERROR."""

    NUMBER: ClassVar[int] = 0x08
    FORMAT: ClassVar[str] = "<BB"
    FIELDS: ClassVar[tuple[str, ...]] = (
        "consecutive",
        "smoothing",
    )
    TAIL: ClassVar[tuple[str, str] | None] = (
        "thresholds",
        "int8",
    )

    consecutive: int  # so many equal winners in a row make a decision, at least 1
    smoothing: int  # the outputs of so many windows are averaged, 1 to MAX_SMOOTHING
    thresholds: npt.NDArray[np.int8]  # what the averaged output of each class must reach


@dataclass(frozen=True, slots=True)
class DecisionAsk:
    """How do you decide now? Answered with DECISION_SETTINGS or ERROR."""

    NUMBER: ClassVar[int] = 0x09
    FORMAT: ClassVar[str] = "<"
    FIELDS: ClassVar[tuple[str, ...]] = ()
    TAIL: ClassVar[tuple[str, str] | None] = None


@dataclass(frozen=True, slots=True)
class Hello:
    """What this board is and what runs on it."""

    NUMBER: ClassVar[int] = 0x81
    FORMAT: ClassVar[str] = "<BHQ8sIBBHfH8sBHHHB"
    FIELDS: ClassVar[tuple[str, ...]] = (
        "protocol",
        "board_id",
        "unique_id",
        "build_id",
        "uptime_ms",
        "sensor_id",
        "range_g",
        "rate_hz",
        "g_per_count",
        "capabilities",
        "model_hash",
        "labels",
        "window_samples",
        "stride_samples",
        "model_rate_hz",
        "model_range_g",
    )
    TAIL: ClassVar[tuple[str, str] | None] = None

    protocol: int  # PROTOCOL_VERSION
    board_id: int  # boards are numbered in tinylab/boards
    unique_id: int  # of the chip
    build_id: bytes  # of the firmware image
    uptime_ms: int  # since reset
    sensor_id: int  # 1 = LSM303AGR
    range_g: int  # full scale now
    rate_hz: int  # nominal output data rate now
    g_per_count: float  # g one count stands for, at range_g
    capabilities: int  # CAPABILITY_… or-ed
    model_hash: bytes  # of the network and its inputs; zeros where there is none
    labels: int  # number of classes, 0 without a network
    window_samples: int  # the network's window, 0 without a network
    stride_samples: int  # samples between two decisions
    model_rate_hz: int  # rate the network expects
    model_range_g: int  # range the network expects


@dataclass(frozen=True, slots=True)
class Ack:
    """Done."""

    NUMBER: ClassVar[int] = 0x82
    FORMAT: ClassVar[str] = "<BB"
    FIELDS: ClassVar[tuple[str, ...]] = (
        "about_message",
        "about_sequence",
    )
    TAIL: ClassVar[tuple[str, str] | None] = None

    about_message: int  # number
    about_sequence: int  # sequence of that message


@dataclass(frozen=True, slots=True)
class Error:
    """Refused, with a code and a sentence."""

    NUMBER: ClassVar[int] = 0x83
    FORMAT: ClassVar[str] = "<BBB"
    FIELDS: ClassVar[tuple[str, ...]] = (
        "about_message",
        "about_sequence",
        "code",
    )
    TAIL: ClassVar[tuple[str, str] | None] = (
        "text",
        "utf8",
    )

    about_message: int  # number
    about_sequence: int  # sequence of that message
    code: int  # an error code
    text: str  # a sentence


@dataclass(frozen=True, slots=True)
class Label:
    """Bytes of a label."""

    NUMBER: ClassVar[int] = 0x84
    FORMAT: ClassVar[str] = "<BHH"
    FIELDS: ClassVar[tuple[str, ...]] = (
        "index",
        "offset",
        "total",
    )
    TAIL: ClassVar[tuple[str, str] | None] = (
        "text",
        "bytes",
    )

    index: int  # class
    offset: int  # bytes
    total: int  # bytes of the whole label
    text: bytes  # UTF-8, possibly cut inside a character


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """What the sensor measured, in its own order; gaps show in the sample number."""

    NUMBER: ClassVar[int] = 0x85
    FORMAT: ClassVar[str] = "<QII"
    FIELDS: ClassVar[tuple[str, ...]] = (
        "time_us",
        "sample_number",
        "overruns",
    )
    TAIL: ClassVar[tuple[str, str] | None] = (
        "counts",
        "xyz",
    )

    time_us: int  # board's time of the first sample, since reset
    sample_number: int  # of the first sample, since START
    overruns: int  # samples the sensor's FIFO overwrote since START
    counts: npt.NDArray[np.int16]  # raw


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What the network makes of the window that just ended."""

    NUMBER: ClassVar[int] = 0x86
    FORMAT: ClassVar[str] = "<IbII"
    FIELDS: ClassVar[tuple[str, ...]] = (
        "sample_number",
        "decision",
        "features_cycles",
        "network_cycles",
    )
    TAIL: ClassVar[tuple[str, str] | None] = (
        "outputs",
        "int8",
    )

    sample_number: int  # of the last sample in the window, since START; held ones behind it do not count
    decision: int  # class after smoothing, or NO_DECISION
    features_cycles: int  # CPU cycles from raw counts to the network's input
    network_cycles: int  # CPU cycles in the network
    outputs: npt.NDArray[np.int8]  # the network's raw outputs, one per class


@dataclass(frozen=True, slots=True, eq=False)
class SelftestResult:
    """What the network makes of the window just sent."""

    NUMBER: ClassVar[int] = 0x87
    FORMAT: ClassVar[str] = "<II"
    FIELDS: ClassVar[tuple[str, ...]] = (
        "features_cycles",
        "network_cycles",
    )
    TAIL: ClassVar[tuple[str, str] | None] = (
        "outputs",
        "int8",
    )

    features_cycles: int  # CPU cycles from raw counts to the network's input
    network_cycles: int  # CPU cycles in the network
    outputs: npt.NDArray[np.int8]  # the network's raw outputs, one per class


@dataclass(frozen=True, slots=True)
class Stats:
    """Counters since reset."""

    NUMBER: ClassVar[int] = 0x88
    FORMAT: ClassVar[str] = "<IIIIIII"
    FIELDS: ClassVar[tuple[str, ...]] = (
        "uptime_ms",
        "frames_good",
        "frames_bad",
        "samples",
        "overruns",
        "frames_dropped",
        "sensor_errors",
    )
    TAIL: ClassVar[tuple[str, str] | None] = None

    uptime_ms: int  # since reset
    frames_good: int  # received
    frames_bad: int  # received with a wrong CRC, length or coding
    samples: int  # read from the sensor
    overruns: int  # samples the sensor's FIFO overwrote
    frames_dropped: int  # not sent because the wire was full
    sensor_errors: int  # transfers the sensor did not answer


@dataclass(frozen=True, slots=True, eq=False)
class DecisionSettings:
    """How the board decides now."""

    NUMBER: ClassVar[int] = 0x89
    FORMAT: ClassVar[str] = "<BB"
    FIELDS: ClassVar[tuple[str, ...]] = (
        "consecutive",
        "smoothing",
    )
    TAIL: ClassVar[tuple[str, str] | None] = (
        "thresholds",
        "int8",
    )

    consecutive: int  # so many equal winners in a row make a decision
    smoothing: int  # the outputs of so many windows are averaged
    thresholds: npt.NDArray[np.int8]  # what the averaged output of each class must reach


@dataclass(frozen=True, slots=True)
class Button:
    """A button of the board was pressed, while it streams."""

    NUMBER: ClassVar[int] = 0x8A
    FORMAT: ClassVar[str] = "<BQ"
    FIELDS: ClassVar[tuple[str, ...]] = (
        "button",
        "time_us",
    )
    TAIL: ClassVar[tuple[str, str] | None] = None

    button: int  # 1 = A, 2 = B
    time_us: int  # board's time, since reset


Message = (
    HelloAsk
    | Start
    | Stop
    | LabelAsk
    | Selftest
    | StatsAsk
    | Reset
    | SetDecision
    | DecisionAsk
    | Hello
    | Ack
    | Error
    | Label
    | Samples
    | Prediction
    | SelftestResult
    | Stats
    | DecisionSettings
    | Button
)

MESSAGES: tuple[type[Message], ...] = (
    HelloAsk,
    Start,
    Stop,
    LabelAsk,
    Selftest,
    StatsAsk,
    Reset,
    SetDecision,
    DecisionAsk,
    Hello,
    Ack,
    Error,
    Label,
    Samples,
    Prediction,
    SelftestResult,
    Stats,
    DecisionSettings,
    Button,
)
