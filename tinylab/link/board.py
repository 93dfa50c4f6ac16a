"""The protocol's messages in Python: the handshake, streaming, the self-test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tinylab.errors import LinkError
from tinylab.link import wire
from tinylab.link.link import Link
from tinylab.text import tr

_PIECE_SAMPLES = (wire.MAX_PAYLOAD - 2) // 6
_STRAY_ANSWERS = 8


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answered, what runs on it, and how it measures."""

    hello: wire.Hello
    labels: tuple[str, ...]

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


def handshake(link: Link, timeout_s: float = 1.0, tries: int = 3) -> Identity:
    """Ask the board who it is; raises LinkError where it is silent or speaks another protocol."""
    hello = ask_hello(link, timeout_s, tries)
    return Identity(hello, tuple(_label(link, index) for index in range(hello.labels)))


def ask_hello(link: Link, timeout_s: float = 1.0, tries: int = 3) -> wire.Hello:
    """Only the first word of the handshake."""
    hello = link.ask(wire.HelloAsk(), wire.Hello, timeout_s, tries)
    if hello.protocol != wire.PROTOCOL_VERSION:
        raise LinkError(
            tr(
                "The firmware on the board speaks protocol {protocol}, this TinyLab speaks {version}.",
                protocol=hello.protocol,
                version=wire.PROTOCOL_VERSION,
            ),
            hint=tr("Flash the board again from the page Board."),
        )
    return hello


def _label(link: Link, index: int) -> str:
    collected = b""
    strays = 0
    while strays < _STRAY_ANSWERS:
        piece = link.ask(wire.LabelAsk(index, len(collected)), wire.Label)
        if piece.offset != len(collected) or piece.index != index:
            strays += 1  # the late answer to an older question
            continue
        collected += piece.text
        if len(collected) >= piece.total or not piece.text:
            return collected.decode("utf-8", "replace")
    raise LinkError(
        tr("The board does not say its label {index}.", index=index),
        hint=tr("Press its reset button, then connect again."),
    )


def start_stream(link: Link, rate_hz: int, range_g: int, *, predictions: bool = False) -> None:
    """Stream samples (and decisions) from now on; raises LinkError with the board's reason."""
    flags = wire.FLAG_SAMPLES | (wire.FLAG_PREDICTIONS if predictions else 0)
    link.ask(wire.Stop(), wire.Ack)  # what still streams must not be taken for the new stream
    link.stream.restart()
    link.ask(wire.Start(rate_hz, range_g, flags), wire.Ack)


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
