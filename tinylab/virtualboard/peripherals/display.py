"""What the 5×5 LEDs show: read from the sequences that the PWM units play (nRF52833 PS, PWM)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

PWM_UNITS = (0x4001_C000, 0x4002_1000, 0x4002_2000)
_ENABLE, _SEQUENCE_PTR, _SEQUENCE_CNT, _PSEL_OUT = 0x500, 0x520, 0x524, 0x560
_CHANNELS = 4
_FALLING = 0x8000  # polarity: begin high, fall at the compare value
# micro:bit V2 schematic: a row gives current (high), a column takes it (low). 32 × port + pin.
_ROWS = (21, 22, 15, 24, 19)
_COLUMNS = (28, 11, 31, 32 + 5, 30)
_DARK = ["....."] * 5


def lit_leds(units: Sequence[dict[int, int]], load: Callable[[int, int], bytes]) -> list[str]:
    """Five rows of five characters; # is an LED that is lit in some step of the sequence.

    `units` are the registers of PWM_UNITS, `load` reads memory (address, bytes).
    """
    if not all(registers.get(_ENABLE) for registers in units):
        return list(_DARK)
    steps = [_levels(registers, load) for registers in units]
    lit = set()
    for parts in zip(*steps, strict=False):
        high = {pin: level for part in parts for pin, level in part.items()}
        lit |= {(row, column) for row in _ROWS for column in _COLUMNS if high.get(row) and not high.get(column, True)}
    return ["".join(".#"[(row, column) in lit] for column in _COLUMNS) for row in _ROWS]


def _levels(registers: dict[int, int], load: Callable[[int, int], bytes]) -> list[dict[int, bool]]:
    """For each step of a unit's sequence, which pins are high."""
    words = registers.get(_SEQUENCE_CNT, 0)
    data = load(registers.get(_SEQUENCE_PTR, 0), 2 * words)
    values = [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)]
    pins = [registers.get(_PSEL_OUT + 4 * channel, 0xFFFF_FFFF) for channel in range(_CHANNELS)]
    return [
        {pin: _is_high(value) for pin, value in zip(pins, values[at : at + _CHANNELS], strict=False)}
        for at in range(0, len(values), _CHANNELS)
    ]


def _is_high(value: int) -> bool:
    """For more than none of the period, where it begins high; the other polarity is the reverse."""
    return bool(value & 0x7FFF) if value & _FALLING else not value & 0x7FFF
