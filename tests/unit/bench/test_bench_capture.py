"""`tinylab bench capture`: rates, gaps, a fast stream and the first gesture, as far as a test has time for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from fakes.bench import bench_in

from tinylab.bench import capture
from tinylab.bench.capture.first_gesture import LABEL, SCRIPT_BOUND_S, ScriptCount
from tinylab.bench.capture.gaps import gap_figures
from tinylab.bench.capture.rates import rate_figures
from tinylab.bench.capture.recording import expected_gaps
from tinylab.bench.outcome import Options, benchmarks
from tinylab.workflow.capture.next_take import NextTake

posix = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")


@pytest.fixture(autouse=True)
def _own_runtime_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYLAB_RUNTIME_DIR", str(tmp_path / "run"))


@posix
def test_400_hz_are_recorded_whole_and_the_rate_is_the_sensors_own_also_where_its_clock_is_off() -> None:
    said: list[str] = []
    figures = rate_figures(said.append, rates_hz=(25, 400), clocks_off=(0.08,), long_s=30.0)
    slow, fast = figures["takes"]
    assert (fast["asked_hz"], fast["true_hz"], fast["lost"]) == (400, 432.0, 0)
    assert abs(slow["off_ppm"]) < 1000
    assert abs(fast["off_ppm"]) < 1000
    assert abs(fast["off_ppm_of_2_s"]) < 10_000
    assert fast["verdict"] == "usable with remarks: 432.0 Hz instead of 400 Hz"
    assert figures["holds"]
    assert len(said) == 2


@posix
def test_gaps_that_were_made_are_found_in_count_and_place() -> None:
    figures = gap_figures(lambda _: None, take_s=15.0, gaps=25)
    assert figures["scripted"]["found"] == figures["scripted"]["injected"] > 10
    assert figures["scripted"]["invented"] == 0
    assert (figures["virtual_board"]["found"], figures["virtual_board"]["invented"]) == (4, 0)
    assert figures["holds"]


@pytest.mark.parametrize(
    ("first", "samples", "wanted"),
    [
        (0, 100, [(30, 5), (45, 2)]),
        (10, 100, [(20, 5), (35, 2)]),  # the take begins later
        (35, 100, [(15, 2)]),  # just behind the first gap
        (0, 45, [(30, 5)]),  # it ends before the second one
        (0, 30, []),
        (60, 100, []),
    ],
)
def test_where_a_gap_is_expected(first: int, samples: int, wanted: list[tuple[int, int]]) -> None:
    assert expected_gaps(first, samples, [(30, 5), (50, 2)]) == wanted


def test_two_rows_as_they_are_offered_fit_into_32_seconds(tmp_path: Path) -> None:
    with bench_in(tmp_path) as bench:
        bench.connect()
        session = bench.session
        session.recorder.set_next(NextTake(sound=False))
        session.recorder.add_label(LABEL)
        count = ScriptCount(session)
        passed = 0.0
        for label in session.document.labels:
            session.recorder.choose_label(label)
            session.row.start()
            passed += bench.run(lambda: not session.row.running)
        figures = count.figures()
        assert figures == {"takes_s": 20.0, "countdowns_s": 6.0, "pauses_s": 5.6, "script_s": 31.6}
        assert len(session.document.takes) == 10
        assert abs(passed - figures["script_s"]) < 1.5  # the board sends blocks of ten
        assert figures["script_s"] <= SCRIPT_BOUND_S


def test_the_parts_make_one_outcome_and_one_that_does_not_hold_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    take = {"asked_hz": 25, "clock_off": 0.08, "true_hz": 27.0, "measured_hz": 27.01, "off_ppm": 370.4,
            "off_ppm_of_2_s": -19.6}  # fmt: skip
    gaps = {"injected": 77, "found": 76}
    parts = {
        "rate": {"takes": [take], "holds": True},
        "gap": {"scripted": gaps, "virtual_board": gaps, "holds": False},
        "stream": {"samples": 1_800_000, "times_real_time": 10.0, "lost": 0, "wrong": 0,
                   "frame_ms": {"median": 4.0, "worst": 20.0}, "holds": True},
        "first_gesture": {"script_s": 31.6, "train_build_flash_s": 9.4, "holds": True},
        "content": {"mean": {"caught_mislabelled": 0.9, "blamed_good": 0.01}, "holds": True},
    }  # fmt: skip
    for name, part in parts.items():
        monkeypatch.setattr(capture, f"{name}_figures", lambda *_, found=part: found)
    outcome = capture.measure(Options(lambda _: None))
    assert outcome.differs and not outcome.figures["holds"]
    assert set(outcome.figures) == {"rates", "gaps", "stream", "first_gesture", "content", "holds"}
    text = "\n".join(outcome.lines)
    assert "  25 Hz, clock off by 8.0 %: measured 27.010 Hz of 27.000, +370 ppm" in text
    assert "gaps: 76 of 77 found" in text
    assert "1,800,000 samples at 10.0 times real time" in text
    assert "capture" in benchmarks()
