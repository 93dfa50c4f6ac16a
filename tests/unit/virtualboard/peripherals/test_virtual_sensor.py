"""The LSM303AGR: identity, rates, ranges, saturation, FIFO."""

from __future__ import annotations

import numpy as np
import pytest

from tinylab.virtualboard.core.clock import CPU_HZ
from tinylab.virtualboard.peripherals.lsm303agr import Lsm303agr


def ramp(times_s: np.ndarray) -> np.ndarray:
    """x tells the time in s, z is gravity."""
    return np.column_stack([times_s, np.zeros_like(times_s), np.ones_like(times_s)])


def sensor(rate_code: int = 5, range_code: int = 0, odr_error: float = 0.0, motion=ramp) -> Lsm303agr:
    made = Lsm303agr(motion, odr_error)
    for register, value in ((0x23, 0x88 | range_code << 4), (0x24, 0x40), (0x2E, 0x80), (0x20, rate_code << 4 | 7)):
        made.write(bytes((register, value)), 0)
    return made


def read(device: Lsm303agr, register: int, length: int, seconds: float) -> bytes:
    now = int(seconds * CPU_HZ)
    device.write(bytes((register,)), now)
    return device.read(length, now)


def drain(device: Lsm303agr, seconds: float) -> np.ndarray:
    source = read(device, 0x2F, 1, seconds)[0]
    count = 32 if source & 0x40 else source & 0x1F
    return np.frombuffer(read(device, 0xA8, 6 * count, seconds), "<i2").reshape(-1, 3) >> 4


def test_it_says_who_it_is() -> None:
    assert read(Lsm303agr(ramp), 0x0F, 1, 0.0) == b"\x33"


def test_powered_down_it_measures_nothing() -> None:
    assert read(Lsm303agr(ramp), 0x2F, 1, 5.0) == b"\x20"


@pytest.mark.parametrize(("code", "rate_hz"), [(2, 10), (3, 25), (4, 50), (5, 100), (6, 200), (7, 400)])
def test_rates_with_their_clocks_error(code: int, rate_hz: int) -> None:
    device, total = sensor(code, odr_error=0.002), 0
    for step in range(1, 401):
        total += len(drain(device, step * 0.05))
    assert total == int(20 * rate_hz * 1.002)


def test_samples_come_out_in_order_with_the_values_of_their_time() -> None:
    counts = drain(sensor(5), 0.2)
    assert counts[:, 0].tolist() == np.rint(np.arange(1, 21) * 0.01 / 0.00098).tolist()


@pytest.mark.parametrize(("code", "one_g"), [(0, 1020), (1, 513), (2, 256), (3, 85)])
def test_ranges(code: int, one_g: int) -> None:
    assert drain(sensor(range_code=code), 0.1)[0, 2] == one_g


@pytest.mark.parametrize(("code", "most"), [(0, 2047), (1, 2047), (2, 2047), (3, 1365)])
def test_what_is_beyond_the_range_saturates(code: int, most: int) -> None:
    high = drain(sensor(range_code=code, motion=lambda t: np.full((len(t), 3), 30.0)), 0.1)
    low = drain(sensor(range_code=code, motion=lambda t: np.full((len(t), 3), -30.0)), 0.1)
    assert (high.max(), low.min()) == (most, -most - 1)


def test_the_fifo_fills_flags_and_keeps_the_newest() -> None:
    device = sensor()
    assert read(device, 0x2F, 1, 0.315)[0] & 0x7F == 31
    assert read(device, 0x2F, 1, 0.325)[0] & 0x7F == 0x40 | 31
    assert read(device, 0x2F, 1, 1.005)[0] & 0x40
    times_s = drain(device, 1.005)[:, 0] * 0.00098
    assert times_s == pytest.approx(np.arange(69, 101) / 100, abs=0.001)
    assert read(device, 0x2F, 1, 1.005) == b"\x20"


def test_bypass_empties_the_fifo() -> None:
    device = sensor()
    device.write(b"\x2e\x00", CPU_HZ // 10)
    device.write(b"\x2e\x80", CPU_HZ // 10)
    assert read(device, 0x2F, 1, 0.1) == b"\x20"
    assert len(drain(device, 0.205)) == 10


def test_fifo_mode_stops_when_full() -> None:
    device = sensor()
    device.write(b"\x2e\x00", 0)
    device.write(b"\x2e\x40", 0)
    assert drain(device, 2.0)[:, 0] * 0.00098 == pytest.approx(np.arange(1, 33) / 100, abs=0.001)


def test_an_empty_fifo_repeats_its_last_sample_and_without_it_the_newest_is_read() -> None:
    device = sensor()
    last = drain(device, 0.1)[-1].tolist()
    again = np.frombuffer(read(device, 0xA8, 6, 0.1), "<i2") >> 4
    assert again.tolist() == last
    device.write(b"\x24\x00", CPU_HZ // 10)
    assert np.frombuffer(read(device, 0xA8, 6, 0.505), "<i2")[2] >> 4 == 1020


def test_what_the_fifo_held_is_gone_when_it_is_switched_off() -> None:
    device = sensor()
    assert read(device, 0x2F, 1, 0.105)[0] & 0x1F == 10
    device.write(b"\x24\x00", CPU_HZ // 5)
    device.write(b"\x24\x40", CPU_HZ // 5)
    assert read(device, 0x2F, 1, 0.2) == b"\x20"


def test_lower_resolutions_have_larger_steps() -> None:
    device = sensor()
    device.write(b"\x23\x80", 0)
    assert drain(device, 0.02)[0, 2] == 255 * 4
    device.write(b"\x20\x5f", CPU_HZ // 10)
    assert drain(device, 0.12)[-1, 2] == 64 * 16
