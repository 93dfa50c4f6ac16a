"""The closed union of messages between the app and its worker, and how they become bytes.

Nothing is pickled: a message is CBOR of its name and its fields, arrays as their type, shape and bytes.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, get_args

import cbor2
import numpy as np
import numpy.typing as npt

from tinylab.errors import TinyLabError
from tinylab.text import tr

Floats = npt.NDArray[np.float32]
Classes = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int16]


# --- the app asks ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Train:
    """Train a network; answered with Epoch, Epoch, …, Trained, or Failed."""

    plan: dict[str, Any]  # NetworkPlan as JSON
    recipe: dict[str, Any]  # InputRecipe as JSON: what the network sees of a window
    classes: int
    train_windows: Counts  # (windows, samples, 3)
    train_classes: Classes
    validation_windows: Counts  # none where nothing is held back
    validation_classes: Classes
    asked_windows: Counts  # what the trained network is asked about
    largest: int  # windows that the next training of this network learns from, at most
    labels: list[str] = field(default_factory=list)  # of the classes, which a network of the user's own is told


@dataclass(frozen=True, slots=True, eq=False)
class PlainFit(Train):
    """The same by Keras's own loop, to compare how long that takes; answered with FitTimes or Failed."""


@dataclass(frozen=True, slots=True)
class Stop:
    """End the training that runs; the weights so far come back in Trained."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait after the epoch that runs."""


@dataclass(frozen=True, slots=True)
class GoOn:
    """The pause is over."""


@dataclass(frozen=True, slots=True, eq=False)
class Quantize:
    """Make the int8 network; answered with Quantized or Failed."""

    keras: bytes
    calibration_inputs: list[Floats]  # of windows that it has learned from, one for each input of the network
    truth: Classes = field(default_factory=lambda: np.empty(0, np.int64))  # of these windows; without it none is judged


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Run an int8 network in LiteRT; answered with Answers or Failed."""

    tflite: bytes
    inputs: list[npt.NDArray[np.int8]]  # one for each input of the network


@dataclass(frozen=True, slots=True, eq=False)
class Embed:
    """Lay windows out in a plane by t-SNE; answered with Progress, Progress, …, Embedded, or Failed. Stop ends it."""

    numbers: Floats  # (windows, features), standardized


@dataclass(frozen=True, slots=True, eq=False)
class LastLayer:
    """What the last hidden layer of a network makes of windows; answered with Activations or Failed."""

    keras: bytes
    inputs: list[Floats]  # one for each input of the network


@dataclass(frozen=True, slots=True)
class Draft:
    """Make an int8 network that has learned nothing, to see what it would cost; answered with Drafted or Failed."""

    plan: dict[str, Any]  # NetworkPlan as JSON
    input_shapes: list[list[int]]  # without the batch, one for each input of the network
    classes: int


@dataclass(frozen=True, slots=True)
class Quit:
    """End the process."""


# --- the worker answers ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ready:
    """TensorFlow is loaded and warm."""

    versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over the training windows; number 0 is the network before it has learned anything."""

    number: int
    loss: float
    accuracy: float
    validation_loss: float  # NaN where nothing is held back
    validation_accuracy: float
    final: bool = False  # of the network that learns from everyone; else of the one that validation checks


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """The network, and what it makes of the windows that it was asked about."""

    keras: bytes
    best_epoch: int
    stopped: bool
    parameters: int
    probabilities: Floats  # (windows, classes)
    fell_back: bool = False  # whether XLA could not compile it, so that it learned without


@dataclass(frozen=True, slots=True)
class FitTimes:
    """How long Keras's own loop took, and what it came to."""

    seconds: list[float]  # of each epoch
    accuracy: float  # on those who were held back


@dataclass(frozen=True, slots=True)
class Quantized:
    """The int8 network."""

    tflite: bytes
    way: str = "converted"  # "converted", "usual" or "aware"; see learning/in_worker/int8_twin.py


@dataclass(frozen=True, slots=True)
class Drafted:
    """A network of the size that was asked for, with weights that mean nothing."""

    tflite: bytes
    parameters: int


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Raw int8 outputs, (windows, classes)."""

    outputs: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a long request is done."""

    share: float  # 0…1


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """Points in a plane, (windows, 2)."""

    points: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Activations:
    """What a hidden layer said, (windows, units)."""

    values: Floats


@dataclass(frozen=True, slots=True)
class Failed:
    """The request could not be done."""

    reason: str  # a sentence for the user
    details: str  # the traceback, for the log
    hint: str = ""  # what the user can do; empty where only trying again is left


Request = Train | PlainFit | Stop | Pause | GoOn | Quantize | Run | Embed | LastLayer | Draft | Quit
Answer = Ready | FitTimes | Epoch | Trained | Quantized | Drafted | Answers | Progress | Embedded | Activations | Failed
Message = Request | Answer

_KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in (*get_args(Request), *get_args(Answer))}
_ARRAY = "array"


def to_bytes(message: Message) -> bytes:
    """One message as CBOR."""
    fields = {each.name: _plain(getattr(message, each.name)) for each in dataclasses.fields(message)}
    return cbor2.dumps([type(message).__name__, fields])


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return {_ARRAY: [value.dtype.str, list(value.shape), np.ascontiguousarray(value).tobytes()]}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def from_bytes(data: bytes) -> Message:
    """The message that `to_bytes` was called on; raises TinyLabError on anything else."""
    try:
        name, fields = cbor2.loads(data)
        message: Message = _KINDS[name](**{key: _value(value) for key, value in fields.items()})
    except (cbor2.CBORDecodeError, AttributeError, KeyError, TypeError, ValueError, SyntaxError) as error:
        raise TinyLabError(tr("The worker sent something that is no message.")) from error
    return message


def _value(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {_ARRAY}:
        kind, shape, content = value[_ARRAY]
        return np.frombuffer(content, dtype=np.dtype(kind)).reshape(shape)
    if isinstance(value, list):
        return [_value(each) for each in value]
    return value
