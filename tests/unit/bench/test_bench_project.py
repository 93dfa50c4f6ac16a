"""`tinylab bench project`, on projects that are small enough for a test."""

from __future__ import annotations

import pytest

from tinylab.bench import project
from tinylab.bench.outcome import Options


def test_it_measures_both_sizes_and_compares_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "_SIZES", (51, 60))
    monkeypatch.setattr(project, "_SAMPLES", 20)
    lines: list[str] = []
    outcome = project.measure(Options(lines.append))
    figures = outcome.figures
    assert (figures["takes"], figures["small"]["takes"]) == (60, 51)
    assert figures["samples_read_at_opening"] is False
    assert {"open_s", "relabel_ms", "peak_mb", "window_open_s", "window_relabel_ms"} <= figures.keys()
    assert figures["grid_rows_touched"] == 1
    assert set(figures["ratios"]) >= {"open_s", "relabel_ms", "peak_mb", "grid_rows_touched"}
    assert len(lines) == len(outcome.lines) == 2
    assert "60 takes: open in" in outcome.lines[0]
