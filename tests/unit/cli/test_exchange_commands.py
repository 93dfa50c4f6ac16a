"""`tinylab import` and `tinylab export`: what comes, what is refused, and every format out and in again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def test_what_is_refused_is_listed_by_file_and_line_and_the_rest_is_imported(
    tinylab: Any, folder: Path, tmp_path: Path
) -> None:
    with (folder / "c.csv").open("a", encoding="utf-8") as table:
        table.write("9,nan,0,1\n")
    said = tinylab("import", folder, "--project", tmp_path / "one", "--json")
    assert (said.code, said.json["recordings"]) == (0, 2)
    assert [(each["file"], each["line"], each["why"]) for each in said.json["refused"]] == [
        ("c.csv", 32, "c.csv, row 32: ax_g is nan.")
    ]
    assert "1 was refused:\nc.csv, row 32" in tinylab("import", folder, "--project", tmp_path / "two").out


def test_a_preview_says_the_guess_and_makes_no_project(tinylab: Any, folder: Path, tmp_path: Path) -> None:
    asked = ("import", folder / "a.csv", "--project", tmp_path / "one", "--preview", "--unit", "m/s2", "--label", "tap")
    said = tinylab(*asked, "--json")
    assert said.code == 0, said.err
    assert (said.json["recordings"], said.json["labels"], said.json["format"]) == (1, {"tap": 1}, "csv-files")
    assert said.json["unit"] == "m/s²"
    assert said.json["rows"][0] == ["time_s", "ax_g", "ay_g", "az_g"]
    assert "tap 1" in tinylab(*asked).out
    assert not (tmp_path / "one.tinylab").exists()


@pytest.mark.parametrize(("name", "file"), [("csv", "o.csv"), ("edge-impulse", "o"), ("createai", "o.json")])
def test_takes_go_out_and_in_again_in_every_format(
    tinylab: Any, folder: Path, tmp_path: Path, name: str, file: str
) -> None:
    tinylab("import", folder, "--project", tmp_path / "one.tinylab")
    out = ("export", tmp_path / file, "--project", tmp_path / "one.tinylab", "--format", name, "--json")
    assert tinylab(*out).json["takes"] == 3
    back = tinylab("import", tmp_path / file, "--project", tmp_path / "two.tinylab", "--json").json
    assert (back["recordings"], back["labels"], back["refused"]) == (3, {"wave": 2, "🦾": 1}, [])
