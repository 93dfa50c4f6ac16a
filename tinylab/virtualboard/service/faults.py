"""What can go wrong on a cable: bytes that get lost, bits that flip."""

from __future__ import annotations


class CableFaults:
    """Spoils the bytes on their way from the board to the host, as often as asked to."""

    def __init__(self) -> None:
        self._lose = 0
        self._flip = 0

    def lose_bytes(self, count: int) -> None:
        """The next `count` bytes get lost."""
        self._lose += count

    def flip_bits(self, count: int) -> None:
        """In each of the next `count` bytes one bit flips."""
        self._flip += count

    def pass_on(self, data: bytes) -> bytes:
        """What arrives of `data`."""
        lost = min(self._lose, len(data))
        self._lose -= lost
        arrived = bytearray(data[lost:])
        flipped = min(self._flip, len(arrived))
        self._flip -= flipped
        for index in range(flipped):
            arrived[index] ^= 1 << (index % 8)
        return bytes(arrived)
