"""Sample times: however the sensor's clock runs, the board's times follow it."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest

U64 = ctypes.c_uint64


class Sensor:
    """A FIFO that fills at its own rate; `look` empties it."""

    def __init__(self, rate_hz: float, first_us: float) -> None:
        self.period_us, self.first_us, self.read = 1e6 / rate_hz, first_us, 0

    def look(self, now_us: int) -> tuple[int, bool]:
        ready = int((now_us - self.first_us) // self.period_us) + 1 - self.read if now_us >= self.first_us else 0
        self.read += ready
        return min(ready, 32), ready >= 32


def follow(core: ctypes.CDLL, nominal_hz: int, error: float, seconds: float, late_us: int = 0) -> tuple[float, float]:
    """Relative error of the rate over the run, and the largest error of a time in sample periods."""
    random = np.random.default_rng(nominal_hz)
    rate_hz = nominal_hz * (1 + error)
    sensor = Sensor(rate_hz, 5000 + random.uniform(0, 1e6 / rate_hz))
    core.shim_phase_start(nominal_hz, U64(4000))
    numbers, times, now, number = [], [], 4000, 0
    while now < seconds * 1e6:
        due = core.shim_phase_next_look_us(max(2, min(10, nominal_hz // 16)))
        now = max(now + 50, due + int(random.integers(0, late_us + 1)))
        samples, full = sensor.look(now)
        lost = core.shim_phase_look(U64(now), samples, full)
        number += samples + lost
        if samples:
            numbers.append(number - 1)
            times.append(core.shim_phase_time_us(0))
    measured_hz = 1e6 / np.polyfit(numbers, times, 1)[0]
    true = sensor.first_us + np.array(numbers) * sensor.period_us
    settled = len(times) // 4
    worst = np.abs(np.array(times) - true)[settled:].max() / sensor.period_us
    return abs(measured_hz / rate_hz - 1), worst


@pytest.mark.parametrize("nominal_hz", [10, 25, 50, 100, 200, 400])
@pytest.mark.parametrize("error", [-0.05, -0.002, 0.0, 0.01, 0.05])
def test_rate_and_times_follow_the_sensors_clock(core: ctypes.CDLL, nominal_hz: int, error: float) -> None:
    rate_error, worst = follow(core, nominal_hz, error, seconds=max(10, 200 / nominal_hz))
    assert rate_error < 0.001
    assert worst < 0.25


def test_a_board_that_is_late_now_and_then_is_no_worse_off(core: ctypes.CDLL) -> None:
    rate_error, worst = follow(core, 100, 0.01, seconds=20, late_us=40_000)
    assert rate_error < 0.001
    assert worst < 0.5


def lost_and_true(core: ctypes.CDLL, held_us: int) -> tuple[int, int]:
    """(samples that the board says a hold cost it, samples that it did)."""
    sensor = Sensor(100.2, 9000)
    core.shim_phase_start(100, U64(4000))
    now = 4000
    for _ in range(200):
        now = max(now + 50, core.shim_phase_next_look_us(6))
        core.shim_phase_look(U64(now), *sensor.look(now))
    before = sensor.read
    samples, full = sensor.look(now + held_us)
    return core.shim_phase_look(U64(now + held_us), samples, full), sensor.read - before - 32


def test_losses_are_right_on_the_whole(core: ctypes.CDLL) -> None:
    errors = [said - true for said, true in (lost_and_true(core, held) for held in range(400_000, 700_000, 7_000))]
    assert abs(sum(errors)) <= len(errors) / 4, "one sample too many or too few in each hold adds up"


def test_what_a_full_fifo_lost_is_worked_out_from_time(core: ctypes.CDLL) -> None:
    sensor = Sensor(100.2, 9000)
    core.shim_phase_start(100, U64(4000))
    now = 4000
    for _ in range(200):
        now = max(now + 50, core.shim_phase_next_look_us(6))
        assert core.shim_phase_look(U64(now), *sensor.look(now)) == 0
    before = sensor.read
    now += 500_000
    samples, full = sensor.look(now)
    lost = core.shim_phase_look(U64(now), samples, full)
    assert (samples, full) == (32, True)
    assert abs(lost - (sensor.read - before - 32)) <= 1
