"""Commands that build firmware, speak to a board or list the boards in reach."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes.bench import Bench, bench_in

from tinylab.cli import opened
from tinylab.data.project import Project

needs_terminals = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")


@needs_terminals
def test_building_writes_image_network_and_c(tinylab: Any, project: Path, tmp_path: Path) -> None:
    said = tinylab("build", "--project", project, "--out", tmp_path / "out", "--range", 16, "--json")
    answer = said.json
    assert answer["measures"]["range_g"] == 16 and answer["measures"]["cut_share"] == 0.0
    assert "The board measures with 100 Hz and ±16 g." in said.err
    assert "#define TL_MODEL_RANGE_G (16)" in (tmp_path / "out" / "tl_config.h").read_text(encoding="utf-8")
    assert set(answer) >= {"firmware", "parity", "latency", "seconds", "files"}
    assert answer["parity"] == {"windows": 32, "identical": 32, "on": "trial"}
    assert {"firmware.hex", "model.tflite", "model.c", "tl_config.h"} <= {Path(name).name for name in answer["files"]}
    assert all(Path(name).is_file() for name in answer["files"])


@needs_terminals
def test_an_out_that_is_a_file_is_reported(tinylab: Any, project: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    said = tinylab("build", "--project", project, "--out", tmp_path / "out", "--json")
    assert said.code == 1
    assert "out" in said.json["error"]
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


@needs_terminals
def test_flashing_proves_the_board(tinylab: Any, project: Path) -> None:
    said = tinylab("flash", "--project", project, "--json")
    assert said.code == 0, said.err
    assert said.json["parity"] == {"windows": 32, "identical": 32, "on": "board"}
    assert len(said.json["firmware"]["build_id"]) == 16
    assert said.json["latency"]["ms_at_64mhz"] > 0


@needs_terminals
def test_the_self_test_sends_as_many_windows_as_asked_for(tinylab: Any, project: Path) -> None:
    said = tinylab("selftest", "--project", project, "--windows", 5, "--json")
    assert said.code == 0, said.err
    assert said.json["parity"] == {"windows": 5, "identical": 5}


@needs_terminals
def test_recording_makes_takes_with_the_right_number_of_samples(tinylab: Any, tmp_path: Path) -> None:
    path = tmp_path / "new.tinylab"
    arguments = ["--label", "wave", "--subject", "Anna", "--seconds", 1.5, "--takes", 2, "--rate", 200, "--range", 8]
    said = tinylab("record", "--project", path, *arguments, "--json")
    assert said.code == 0, said.err
    assert [take["samples"] for take in said.json["takes"]] == [300, 300]
    assert [take["lost"] for take in said.json["takes"]] == [0, 0]
    opened = Project.open(path)
    assert [(r.label, r.subject, r.range_g) for r in opened.headers()[0]] == [("wave", "Anna", 8.0)] * 2
    opened.close()


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """What a command does on a scripted board; its time moves as the command waits."""
    with bench_in(tmp_path) as made:
        made.move_as_it_is_pumped()
        monkeypatch.setattr(opened, "Session", lambda **_: made.session)
        monkeypatch.setattr(opened, "find_ports", made.session.connection.ports)
        yield made


def recorded(tinylab: Any, bench: Bench, path: Path, takes: int = 1) -> Any:
    arguments = ["--label", "wave", "--seconds", 4, "--takes", takes, "--board", bench.board.port.device]
    return tinylab("record", "--project", path, *arguments, "--json")


def test_a_take_whose_board_falls_silent_ends_the_command_with_the_reason_and_is_kept(
    tinylab: Any, bench: Bench, tmp_path: Path
) -> None:
    bench.board.at[350] = bench.board.stall
    said = recorded(tinylab, bench, tmp_path / "new.tinylab", takes=3)
    assert said.code == 1
    (take,) = said.json["takes"]
    assert take["ended"] == "The board has sent no samples for 3 s."
    assert "tinylab: The board has sent no samples for 3 s. What arrived is kept and marked." in said.err
    project = Project.open(tmp_path / "new.tinylab")
    (header,) = project.headers()[0]
    project.close()
    assert (header.samples, header.lost) == (take["samples"], take["lost"])
    assert header.samples > 0
    assert header.ended == take["ended"]


def test_a_board_that_never_sends_a_sample_ends_the_command_and_leaves_no_project(
    tinylab: Any, bench: Bench, tmp_path: Path
) -> None:
    bench.board.at[0] = bench.board.stall
    said = recorded(tinylab, bench, tmp_path / "new.tinylab")
    assert said.code == 1
    assert said.json["error"] == "Nothing was recorded: The board has sent no samples for 3 s."
    assert not (tmp_path / "new.tinylab").exists()


@needs_terminals
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--label", " "], "The label is empty"),
        (["--label", "x" * 301], "longer than 300"),
        (["--label", "wave", "--seconds", 0], "A take lasts between"),
        (["--label", "wave", "--rate", 123], "cannot measure at 123 Hz"),
        (["--label", "wave", "--board", "/dev/ttyNOWHERE"], "There is no port /dev/ttyNOWHERE"),
        (["--label", "wave", "--board", "auto"], "No board was found"),
    ],
)
def test_what_cannot_be_recorded_is_reported_and_makes_no_project(
    tinylab: Any, tmp_path: Path, arguments: list[object], error: str
) -> None:
    said = tinylab("record", "--project", tmp_path / "new.tinylab", *arguments, "--json")
    assert said.code == 1
    assert error in said.json["error"]
    assert not (tmp_path / "new.tinylab").exists()


@needs_terminals
def test_info_lists_the_boards_in_reach(tinylab: Any) -> None:
    from tinylab.virtualboard.service.client import start_virtual_board

    assert "No board" in tinylab("info").out
    with start_virtual_board("Anna") as process:
        (port,) = tinylab("info", "--json").json["ports"]
    assert port == {
        "name": "Anna",
        "device": process.board.serial_port,
        "kind": "virtual",
        "drive": str(process.board.drive),
    }
