"""The protocol's messages in Python: the handshake, streaming, the self-test."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tinylab.errors import BoardError, LinkError
from tinylab.link import wire
from tinylab.link.asking import HANDSHAKE_S, Deadline, NoAnswerError
from tinylab.link.link import Link
from tinylab.link.no_answer import other_protocol
from tinylab.text import tr

_PIECE_SAMPLES = (wire.MAX_PAYLOAD - 2) // 6
_STRAY_ANSWERS = 8
_HELLO_AGAIN_S, _HELLO_TRIES = 0.5, 100  # a board that is just starting hears a later question; the deadline ends it
_LEAST_G, _MOST_G = 1e-7, 10.0  # a count stands for
_MOST_LABEL_BYTES = 1200  # 300 characters, as long as a label may be in a project
# Control characters but tab and newline, and what turns or isolates the direction of writing.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answered, what runs on it, and how it measures."""

    hello: wire.Hello
    labels: tuple[str, ...]  # as they were when the network was flashed, or whatever a stranger's board says

    @property
    def shown_labels(self) -> tuple[str, ...]:
        """The labels for a screen: what steers a terminal or turns the direction of a text is shown as such."""
        return tuple(_STEERING.sub("\N{REPLACEMENT CHARACTER}", label) for label in self.labels)

    @property
    def build_id(self) -> str:
        """The firmware image's id, 16 hex digits."""
        return self.hello.build_id.hex()

    @property
    def has_model(self) -> bool:
        """Whether a network runs on the board."""
        return bool(self.hello.capabilities & wire.CAPABILITY_MODEL)


@dataclass(frozen=True, slots=True, eq=False)
class SelfTestAnswer:
    """What the board computed for one window."""

    outputs: npt.NDArray[np.int8]
    features_cycles: int
    network_cycles: int


def handshake(link: Link, deadline: Deadline | None = None) -> Identity:
    """Ask the board who it is, all of it until one deadline.

    Raises NoAnswerError where it says no HELLO, BoardError where it speaks another protocol or says what cannot be,
    LinkError where the wire fails, and CancelledError where nobody wants to know any more.
    """
    deadline = deadline or Deadline(HANDSHAKE_S, clock=link.clock)
    hello = ask_hello(link, deadline)
    return Identity(hello, tuple(_label(link, index, deadline) for index in range(hello.labels)))


def ask_hello(link: Link, deadline: Deadline | None = None) -> wire.Hello:
    """Only the first message of the handshake; raises as `handshake` does."""
    deadline = deadline or Deadline(HANDSHAKE_S, clock=link.clock)
    hello = link.ask(wire.HelloAsk(), wire.Hello, _HELLO_AGAIN_S, _HELLO_TRIES, deadline)
    if hello.protocol != wire.PROTOCOL_VERSION:
        raise other_protocol(hello.protocol)
    _check(hello)
    return hello


def _check(hello: wire.Hello) -> None:
    """Raise BoardError for what no board can be, before anything is computed from it."""
    wrong = ""
    if not _LEAST_G <= hello.g_per_count <= _MOST_G or not hello.range_g:
        wrong = tr("±{range} g with {g} g a count", range=hello.range_g, g=hello.g_per_count)
    elif not hello.rate_hz:
        wrong = tr("a rate of 0 Hz")
    elif hello.labels > wire.MAX_OUTPUTS:
        wrong = tr("a network with {count} classes", count=hello.labels)
    elif hello.labels and not (hello.window_samples and hello.stride_samples and hello.model_rate_hz):
        wrong = tr("a network without a window, a stride or a rate")
    if wrong:
        raise BoardError(
            tr("The board says of itself what cannot be: {wrong}.", wrong=wrong),
            hint=tr("Flash the board again from the page Board."),
        )


def _label(link: Link, index: int, deadline: Deadline) -> str:
    collected = b""
    strays = 0
    while strays < _STRAY_ANSWERS and len(collected) <= _MOST_LABEL_BYTES:
        try:
            piece = link.ask(wire.LabelAsk(index, len(collected)), wire.Label, deadline=deadline)
        except NoAnswerError:
            break
        if piece.offset != len(collected) or piece.index != index:
            strays += 1  # the late answer to an older question
            continue
        collected += piece.text
        if len(collected) >= piece.total:
            return collected.decode("utf-8", "replace")
        if piece.total > _MOST_LABEL_BYTES or not piece.text:
            break
    raise LinkError(
        tr("The board does not say its label {index}.", index=index),
        hint=tr("Press its reset button, then connect again."),
    )


def start_stream(
    link: Link, rate_hz: int, range_g: int, *, predictions: bool = False, deadline: Deadline | None = None
) -> None:
    """Stream samples (and decisions) from now on; raises LinkError with the board's reason."""
    flags = wire.FLAG_SAMPLES | (wire.FLAG_PREDICTIONS if predictions else 0)
    link.ask(wire.Stop(), wire.Ack, deadline=deadline)  # what still streams must not be taken for the new stream
    link.stream.restart()
    link.ask(wire.Start(rate_hz, range_g, flags), wire.Ack, deadline=deadline)


def stop_stream(link: Link) -> None:
    """Stop streaming."""
    link.ask(wire.Stop(), wire.Ack)


def self_test(link: Link, window: npt.NDArray[np.int16], timeout_s: float = 3.0) -> SelfTestAnswer:
    """Let the board compute one window of raw counts, shape (samples, 3)."""
    result: wire.SelftestResult | None = None
    for offset in range(0, len(window), _PIECE_SAMPLES):
        piece = wire.Selftest(offset, window[offset : offset + _PIECE_SAMPLES])
        if offset + _PIECE_SAMPLES < len(window):
            link.ask(piece, wire.Ack, timeout_s)
        else:
            result = link.ask(piece, wire.SelftestResult, timeout_s)
    if result is None:
        raise LinkError(tr("A window without samples cannot be tested."))
    return SelfTestAnswer(result.outputs, result.features_cycles, result.network_cycles)


def set_decision(link: Link, consecutive: int, smoothing: int, thresholds: Sequence[int]) -> None:
    """Let the board decide like this from the next window on; raises LinkError with the board's reason.

    `thresholds`: for each class what its averaged int8 output must reach.
    """
    link.ask(wire.SetDecision(consecutive, smoothing, np.asarray(thresholds, dtype=np.int8)), wire.Ack)


def decision_settings(link: Link) -> wire.DecisionSettings:
    """How the board decides now; raises LinkError where it cannot say."""
    return link.ask(wire.DecisionAsk(), wire.DecisionSettings)


def statistics(link: Link) -> wire.Stats:
    """The board's own counters."""
    return link.ask(wire.StatsAsk(), wire.Stats)
