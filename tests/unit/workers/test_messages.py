"""Messages between app and worker: every one comes back as it went; anything else is refused."""

from __future__ import annotations

import dataclasses
import socket
import threading
from typing import Any, get_args

import cbor2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinylab.errors import TinyLabError
from tinylab.workers import messages
from tinylab.workers.pipe import Pipe, PipeClosedError

FLOATS = np.linspace(-1, 1, 24, dtype=np.float32).reshape(2, 4, 1, 3)
COUNTS = FLOATS[:, :, 0].astype(np.int16)
CLASSES = np.array([0, 1], np.int64)
ONE_OF_EACH: list[messages.Message] = [
    messages.Train({"epochs": 3}, {"kind": "raw"}, 2, COUNTS, CLASSES, COUNTS[:0], CLASSES[:0], COUNTS, 2),
    messages.PlainFit({"epochs": 3}, {"kind": "raw"}, 2, COUNTS, CLASSES, COUNTS[:0], CLASSES[:0], COUNTS, 2),
    messages.Stop(),
    messages.Pause(),
    messages.GoOn(),
    messages.Quantize(b"\0keras", [FLOATS, FLOATS[:, :, 0, 0]]),
    messages.Run(b"tflite", [FLOATS.astype(np.int8)]),
    messages.Embed(FLOATS[:, :, 0, 0]),
    messages.LastLayer(b"keras", [FLOATS]),
    messages.Draft({"width": 4}, [[20, 1, 3], [4]], 2),
    messages.Quit(),
    messages.Ready({"tensorflow": "2.20"}),
    messages.FitTimes([0.5, 0.25], 0.75),
    messages.Epoch(1, 0.5, float("inf"), 1e-300, 0.25),
    messages.Trained(b"keras", 3, True, 120, FLOATS[:, :, 0, 0]),
    messages.Quantized(b""),
    messages.Drafted(b"tflite", 12),
    messages.Answers(np.array([[-128, 127]], np.int8)),
    messages.Progress(0.25),
    messages.Embedded(FLOATS[:, :2, 0, 0]),
    messages.Activations(FLOATS[:, :, 0, 0]),
    messages.Failed("Out of memory.", "traceback\nwith lines"),
]


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and bool(np.array_equal(one, other))
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def test_there_is_an_example_of_every_message() -> None:
    kinds = {*get_args(messages.Request), *get_args(messages.Answer)}
    assert {type(message) for message in ONE_OF_EACH} == kinds


@pytest.mark.parametrize("message", ONE_OF_EACH, ids=lambda message: type(message).__name__)
def test_every_message_comes_back_as_it_went(message: messages.Message) -> None:
    back = messages.from_bytes(messages.to_bytes(message))
    assert type(back) is type(message)
    for field in dataclasses.fields(message):
        assert same(getattr(message, field.name), getattr(back, field.name)), field.name


def test_an_array_that_is_not_contiguous_comes_over_whole() -> None:
    message = messages.Answers(np.arange(24, dtype=np.int8).reshape(4, 6)[::2, ::3])
    back = messages.from_bytes(messages.to_bytes(message))
    assert isinstance(back, messages.Answers)
    assert back.outputs.tolist() == [[0, 3], [12, 15]]


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6) | st.just("array"), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.binary(max_size=60)
    | _PLAIN.map(cbor2.dumps)
    | st.tuples(st.sampled_from([type(m).__name__ for m in ONE_OF_EACH]), _PLAIN).map(
        lambda pair: cbor2.dumps(list(pair))
    )
    | st.lists(_PLAIN, max_size=3).map(lambda array: cbor2.dumps(["Answers", {"outputs": {"array": array}}]))
)
def test_anything_else_is_refused_or_a_message_never_something_worse(data: bytes) -> None:
    try:
        messages.from_bytes(data)
    except TinyLabError as error:
        assert "no message" in error.message


def pipes() -> tuple[Pipe, Pipe, socket.socket]:
    one, other = socket.socketpair()
    return Pipe(one), Pipe(other), other


def test_a_pipe_carries_more_than_fits_into_its_buffer() -> None:
    one, other, _ = pipes()
    big = messages.Quantized(bytes(range(256)) * 20_000)
    sender = threading.Thread(target=one.send, args=(big,))
    sender.start()
    received = other.receive()
    sender.join()
    assert received == big
    one.close()
    other.close()


def test_the_end_of_a_stream_is_reported_also_inside_a_message() -> None:
    for rest in (b"", b"\x05", (5).to_bytes(8, "little") + b"hal", (1 << 60).to_bytes(8, "little")):
        one, other, raw = pipes()
        raw.sendall(rest)
        other.close()
        with pytest.raises(PipeClosedError):
            one.receive()
        with pytest.raises(PipeClosedError):
            for _ in range(100):
                one.send(messages.Stop())
        one.close()
        one.close()
