"""The checks of what takes hold keep their bounds on the example, and are measured on folders of others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tinylab.bench.content import BOUNDS, content_figures
from tinylab.errors import DataError

RATE_HZ, SAMPLES = 50, 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of takes that two swings give, with an index."""
    rows = ["file,label,subject,split,rate_hz"]
    time = np.arange(SAMPLES) / RATE_HZ
    for label, hz, size_g in (("shake", 4.0, 1.0), ("wave", 1.5, 0.5)):
        for take in range(6):
            swing = size_g * np.sin(2 * np.pi * hz * time + take)
            table = np.stack([time, swing, 0.1 * swing, np.ones(SAMPLES)], axis=1)
            name = f"{label}.{take}.csv"
            lines = [",".join(f"{value:.4f}" for value in row) for row in table]
            (tmp_path / name).write_text("time_s,ax_g,ay_g,az_g\n" + "\n".join(lines) + "\n")
            rows.append(f"{name},{label},,,{RATE_HZ}")
    (tmp_path / "index.csv").write_text("\n".join(rows) + "\n")
    return tmp_path


def test_the_bounds_hold_on_the_example_and_a_folder_is_measured_beside_it(folder: Path) -> None:
    figures = content_figures(folder, seeds=1)
    assert figures["holds"], figures
    example, made = figures["sets"]
    assert (example["name"], example["takes"]) == ("example", 140)
    assert example["caught_mislabelled"] >= 0.9 and example["blamed_good"] <= 0.03
    assert (made["name"], made["takes"]) == (folder.name, 12)
    assert (made["caught_mislabelled"], made["caught_motionless"]) == (1.0, 1.0)
    assert set(BOUNDS) <= set(example) and set(BOUNDS) < set(figures["mean"])


def test_a_folder_without_an_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no folder with an index\.csv"):
        content_figures(tmp_path, seeds=1)
