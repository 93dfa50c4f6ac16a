"""The command line as a program uses it: exit codes, one JSON object, nothing left behind where it fails."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tinylab.cli.main import run
from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.project import Project
from tinylab.data.recording import Recording
from tinylab.errors import UnforeseenError
from tinylab.log.faults import unforeseen
from tinylab.log.log_file import log_path

CSV = "time_s,ax_g,ay_g,az_g\n" + "".join(f"{i / 50:.2f},0,{i / 100},1\n" for i in range(30))


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on stdout; anything beside it is an error."""
        return json.loads(self.out)


@pytest.fixture
def tinylab(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TINYLAB_RUNTIME_DIR", str(tmp_path / "run"))

    def window(words: list[str]) -> int:
        raise AssertionError(f"a window for {words}")

    def call(*words: object) -> Said:
        capfd.readouterr()
        code = run([str(word) for word in words], window)
        said = capfd.readouterr()
        return Said(code, said.out, said.err)

    return call


@pytest.fixture
def project(trained_project: Path, tmp_path: Path) -> Path:
    path = tmp_path / "trained.tinylab"
    shutil.copy(trained_project, path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two takes of one label, one of another."""
    made = tmp_path / "takes"
    made.mkdir()
    for name in ("a", "b", "c"):
        (made / f"{name}.csv").write_text(CSV, encoding="utf-8")
    (made / "index.csv").write_text("file,label\na.csv,wave\nb.csv,wave\nc.csv,🦾\n", encoding="utf-8")
    return made


def test_without_a_command_the_window_opens() -> None:
    seen: list[list[str]] = []

    def window(words: list[str]) -> int:
        seen.append(words)
        return 7

    assert run(["--project", "x.tinylab", "--theme", "dark"], window) == 7
    assert run(["screenshots", "--out", "shots"], window) == 7
    assert seen == [["--project", "x.tinylab", "--theme", "dark", "open"], ["--out", "shots", "screenshots"]]


@pytest.mark.parametrize("words", [["juggle"], ["train"], ["train", "--project", "x", "--epochs", "many"], ["import"]])
def test_wrong_words_are_exit_code_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(words, lambda _: 0)
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""


def test_it_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "tinylab", "--version"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith("tinylab ")


# --- what nobody foresaw --------------------------------------------------------------------------------


@pytest.mark.usefixtures("expects_unforeseen")
@pytest.mark.parametrize("error", [ZeroDivisionError("planted"), UnforeseenError()])
def test_a_fault_is_a_calm_sentence_and_the_log_has_where(
    tinylab: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> int:
        if isinstance(error, UnforeseenError):  # as from a task, which has logged it in its thread
            unforeseen("planted")
        raise error

    monkeypatch.setattr("tinylab.cli.bench_command.run_benchmark", fail)
    said = tinylab("bench", "engine", "--json")
    path = log_path()
    assert said.code == 1
    assert said.json == {
        "error": "Something went wrong that we did not foresee. Nothing is lost.",
        "hint": UnforeseenError().hint,
        "log": str(path),
    }
    assert "Traceback" not in said.err
    assert f"tinylab: the log: {path}" in said.err
    assert "planted" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [["--debug", "info"], ["info", "--debug"], ["--debug", "info", "--json"]])
def test_for_debugging_the_log_is_printed_and_stdout_stays_clean(tinylab: Any, words: list[str]) -> None:
    said = tinylab(*words)
    assert said.code == 0
    assert "tinylab starts: TinyLab" in said.err
    assert "tinylab starts" not in said.out
    assert "tinylab starts" not in tinylab("info").err


def test_the_window_can_be_debugged_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--debug"], lambda _: 5) == 5
    assert "tinylab starts" in capsys.readouterr().err


def test_a_command_leaves_no_handler_behind(tinylab: Any) -> None:
    before = (sys.excepthook, list(logging.getLogger().handlers))
    tinylab("info")
    assert (sys.excepthook, list(logging.getLogger().handlers)) == before


# --- projects -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["new.tinylab", "new"])
def test_importing_makes_a_project(tinylab: Any, folder: Path, tmp_path: Path, name: str) -> None:
    said = tinylab("import", folder, "--project", tmp_path / name, "--json")
    assert said.code == 0
    assert said.json["recordings"] == 3
    assert said.json["labels"] == {"wave": 2, "🦾": 1}
    assert Path(said.json["project"]) == tmp_path / "new.tinylab"
    told = tinylab("info", "--project", tmp_path / name, "--json").json
    assert (told["recordings"], told["samples"], told["runs"]) == (3, 90, 0)
    assert "3 takes" in tinylab("info", "--project", tmp_path / name).out


@pytest.mark.parametrize("name", ["new.tinylab", "new"])
def test_a_failed_import_leaves_nothing_behind(tinylab: Any, folder: Path, tmp_path: Path, name: str) -> None:
    (folder / "c.csv").write_text(CSV + "9,nan,0,1\n", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    said = tinylab("import", folder, "--project", tmp_path / name, "--json")
    assert said.code == 1
    assert set(said.json) == {"error", "hint"}
    assert "c.csv, row 32: ax_g is nan" in said.json["error"]
    assert said.json["error"] in said.err
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before and "run" not in path.parts] == []


def test_a_failed_import_leaves_a_project_as_it_was(tinylab: Any, folder: Path, project: Path) -> None:
    (folder / "index.csv").write_text("file,label\na.csv,wave\nmissing.csv,wave\n", encoding="utf-8")
    assert tinylab("import", folder, "--project", project).code == 1
    opened = Project.open(project)
    assert len(opened.headers()[0]) == 20
    assert len(opened.runs.all()[0]) == 1
    opened.close()


@pytest.mark.parametrize("command", ["train", "evaluate", "build", "flash", "selftest", "info"])
def test_a_missing_project_is_one_object_and_exit_code_1(tinylab: Any, tmp_path: Path, command: str) -> None:
    said = tinylab(command, "--project", tmp_path / "missing.tinylab", "--json")
    assert said.code == 1
    assert "There is no project" in said.json["error"]
    assert said.json["hint"]
    assert not (tmp_path / "missing.tinylab").exists()


@pytest.mark.parametrize("command", ["evaluate", "build", "flash", "selftest"])
def test_a_project_without_a_network_says_what_to_do(tinylab: Any, tmp_path: Path, command: str) -> None:
    Project.create(tmp_path / "empty.tinylab").close()
    said = tinylab(command, "--project", tmp_path / "empty.tinylab", "--json")
    assert said.code == 1
    assert "tinylab train" in said.json["hint"]


def test_without_json_an_error_is_a_sentence_on_stderr(tinylab: Any, tmp_path: Path) -> None:
    said = tinylab("evaluate", "--project", tmp_path / "missing.tinylab")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("tinylab: There is no project")
    assert "Traceback" not in said.err


# --- training -------------------------------------------------------------------------------------------

RUN_KEYS = {
    "run", "family", "split", "sentence", "labels", "window_s", "rate_hz", "epochs", "best_epoch", "parameters",
    "tflite_bytes", "test", "accuracy", "macro_f1", "confusion", "classes", "litert", "seconds",
}  # fmt: skip


def test_evaluating_prints_float32_and_int8_side_by_side(tinylab: Any, project: Path) -> None:
    told = tinylab("evaluate", "--project", project, "--json").json
    assert set(told) >= RUN_KEYS
    assert set(told["accuracy"]) == {"majority", "float32", "int8"}
    assert set(told["macro_f1"]) == {"float32", "int8"}
    assert sum(map(sum, told["confusion"]["int8"])) == told["test"]["windows"]
    assert 0.9 * told["litert"]["windows"] <= told["litert"]["identical"] <= told["litert"]["windows"]
    text = tinylab("evaluate", "--project", project).out
    assert "precision" in text
    assert f"int8 {told['accuracy']['int8']:.1%}" in text


def test_training_stores_a_run_and_prints_what_evaluate_prints(
    tinylab: Any, performances: tuple[Recording, ...], tmp_path: Path
) -> None:
    path = tmp_path / "new.tinylab"
    made = Project.create(path)
    made.do(AddTakes(performances, "fill"))
    made.close()
    words = ["--window-s", 1, "--stride-s", 0.5, "--epochs", 2, "--width", 4, "--split", "recording", "--json"]
    said = tinylab("train", "--project", path, *words)
    assert said.code == 0, said.err
    assert (said.json["run"], said.json["split"], said.json["epochs"], said.json["window_s"]) == (
        1,
        "recording",
        2,
        1.0,
    )
    assert "epoch   2" in said.err
    assert tinylab("evaluate", "--project", path, "--json").json == said.json


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--epochs", 0], "number of epochs"),
        (["--width", 1], "width"),
        (["--window-s", 0], "window"),
        (["--window-s", "nan"], "window"),
        (["--stride-s", 0], "stride"),
        (["--split", "given"], "do not say which are for training"),
    ],
)
def test_what_cannot_be_trained_is_told(tinylab: Any, project: Path, words: list[object], error: str) -> None:
    said = tinylab("train", "--project", project, *words, "--json")
    assert said.code == 1
    assert error in said.json["error"]


def test_one_label_only_is_told(tinylab: Any, performances: tuple[Recording, ...], tmp_path: Path) -> None:
    made = Project.create(tmp_path / "one.tinylab")
    made.do(AddTakes(tuple(r for r in performances if r.header.label == "wave"), "fill"))
    made.close()
    said = tinylab("train", "--project", tmp_path / "one.tinylab", "--json")
    assert said.code == 1
    assert "nothing to tell apart" in said.json["error"]


# --- boards ---------------------------------------------------------------------------------------------

needs_terminals = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")


@needs_terminals
def test_building_writes_image_network_and_c(tinylab: Any, project: Path, tmp_path: Path) -> None:
    told = tinylab("build", "--project", project, "--out", tmp_path / "out", "--json").json
    assert set(told) >= {"firmware", "parity", "latency", "seconds", "files"}
    assert told["parity"] == {"windows": 32, "identical": 32, "on": "trial"}
    assert {"firmware.hex", "model.tflite", "model.c", "tl_config.h"} <= {Path(name).name for name in told["files"]}
    assert all(Path(name).is_file() for name in told["files"])


@needs_terminals
def test_an_out_that_is_a_file_is_told(tinylab: Any, project: Path, tmp_path: Path) -> None:
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
    words = ["--label", "wave", "--subject", "Anna", "--seconds", 1.5, "--takes", 2, "--rate", 200, "--range", 8]
    said = tinylab("record", "--project", path, *words, "--json")
    assert said.code == 0, said.err
    assert [take["samples"] for take in said.json["takes"]] == [300, 300]
    assert [take["lost"] for take in said.json["takes"]] == [0, 0]
    opened = Project.open(path)
    assert [(r.label, r.subject, r.range_g) for r in opened.headers()[0]] == [("wave", "Anna", 8.0)] * 2
    opened.close()


@needs_terminals
@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--label", " "], "The label is empty"),
        (["--label", "x" * 301], "longer than 300"),
        (["--label", "wave", "--seconds", 0], "A take lasts between"),
        (["--label", "wave", "--rate", 123], "cannot measure at 123 Hz"),
        (["--label", "wave", "--board", "/dev/ttyNOWHERE"], "There is no port /dev/ttyNOWHERE"),
        (["--label", "wave", "--board", "auto"], "No board was found"),
    ],
)
def test_what_cannot_be_recorded_is_told_and_makes_no_project(
    tinylab: Any, tmp_path: Path, words: list[object], error: str
) -> None:
    said = tinylab("record", "--project", tmp_path / "new.tinylab", *words, "--json")
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


@pytest.mark.parametrize(
    "words",
    [["train"], ["record", "--label", "wave"], ["import", "FOLDER"]],
    ids=lambda words: words[0],
)
def test_what_could_not_be_stored_is_refused_before_the_work(
    tinylab: Any, project: Path, folder: Path, words: list[str]
) -> None:
    owner = Project.open(project)
    said = tinylab(*(folder if word == "FOLDER" else word for word in words), "--project", project, "--json")
    owner.close()
    assert said.code == 1
    assert "is open in another TinyLab on this computer" in said.json["error"]
    assert said.json["hint"]


def test_evaluating_only_reads_also_while_another_tinylab_has_the_project(tinylab: Any, project: Path) -> None:
    owner = Project.open(project)
    assert tinylab("evaluate", "--project", project).code == 0
    assert tinylab("info", "--project", project).code == 0
    owner.close()
