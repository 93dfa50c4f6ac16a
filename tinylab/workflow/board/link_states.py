"""Where the connection to a board can stand: the table of its states."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final


class LinkState(Enum):
    """Where the connection stands."""

    DISCONNECTED = auto()
    CONNECTING = auto()
    CONNECTED = auto()  # and streaming
    LOST = auto()  # the port vanished or fell silent; TinyLab connects it again
    RELEASED = auto()  # a deployment has the board to itself


class LinkEvent(Enum):
    """What can happen to it."""

    CONNECT = auto()
    READY = auto()
    FAIL = auto()
    VANISH = auto()
    DISCONNECT = auto()
    RELEASE = auto()


_S, _E = LinkState, LinkEvent
TABLE: Final = {
    (_S.DISCONNECTED, _E.CONNECT): _S.CONNECTING,
    (_S.LOST, _E.CONNECT): _S.CONNECTING,
    (_S.CONNECTING, _E.READY): _S.CONNECTED,
    (_S.CONNECTING, _E.FAIL): _S.DISCONNECTED,
    (_S.CONNECTING, _E.VANISH): _S.LOST,
    (_S.CONNECTED, _E.VANISH): _S.LOST,
    (_S.CONNECTED, _E.DISCONNECT): _S.DISCONNECTED,
    (_S.LOST, _E.DISCONNECT): _S.DISCONNECTED,
    (_S.CONNECTED, _E.RELEASE): _S.RELEASED,
    (_S.DISCONNECTED, _E.RELEASE): _S.RELEASED,
    (_S.LOST, _E.RELEASE): _S.RELEASED,
    (_S.RELEASED, _E.READY): _S.CONNECTED,
    (_S.RELEASED, _E.FAIL): _S.DISCONNECTED,
    (_S.RELEASED, _E.VANISH): _S.LOST,
}
