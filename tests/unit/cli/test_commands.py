"""The command line as a program uses it: exit codes, one JSON object, nothing left behind where it fails."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tinylab.cli.main import run
from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.project import Project
from tinylab.data.recording import Recording
from tinylab.errors import UnforeseenError
from tinylab.log.faults import unforeseen
from tinylab.log.log_file import log_path


def test_without_a_command_the_window_opens() -> None:
    seen: list[list[str]] = []

    def window(arguments: list[str]) -> int:
        seen.append(arguments)
        return 7

    assert run(["--project", "x.tinylab", "--theme", "dark"], window) == 7
    assert run(["screenshots", "--out", "shots"], window) == 7
    assert seen == [["--project", "x.tinylab", "--theme", "dark", "open"], ["--out", "shots", "screenshots"]]


@pytest.mark.parametrize(
    "arguments", [["juggle"], ["train"], ["train", "--project", "x", "--epochs", "many"], ["import"]]
)
def test_wrong_arguments_are_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(arguments, lambda _: 0)
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


@pytest.mark.parametrize("arguments", [["--debug", "info"], ["info", "--debug"], ["--debug", "info", "--json"]])
def test_for_debugging_the_log_is_printed_and_stdout_stays_clean(tinylab: Any, arguments: list[str]) -> None:
    said = tinylab(*arguments)
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
    answer = tinylab("info", "--project", tmp_path / name, "--json").json
    assert (answer["recordings"], answer["samples"], answer["runs"]) == (3, 90, 0)
    assert "3 takes" in tinylab("info", "--project", tmp_path / name).out


@pytest.mark.parametrize("name", ["new.tinylab", "new"])
def test_a_failed_import_leaves_nothing_behind(tinylab: Any, folder: Path, tmp_path: Path, name: str) -> None:
    for file in "abc":
        with (folder / f"{file}.csv").open("a", encoding="utf-8") as table:
            table.write("9,nan,0,1\n")
    before = sorted(tmp_path.rglob("*"))
    said = tinylab("import", folder, "--project", tmp_path / name, "--json")
    assert said.code == 1
    assert set(said.json) == {"error", "hint"}
    assert "a.csv, row 32: ax_g is nan" in said.json["error"]
    assert said.json["error"] in said.err
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before and "run" not in path.parts] == []


def test_a_failed_import_leaves_a_project_as_it_was(tinylab: Any, folder: Path, project: Path) -> None:
    (folder / "index.csv").write_text("file,label\nmissing.csv,wave\n", encoding="utf-8")
    assert tinylab("import", folder, "--project", project).code == 1
    opened = Project.open(project)
    assert len(opened.headers()[0]) == 20
    assert len(opened.runs.all()[0]) == 1
    opened.close()


def test_a_label_cannot_steer_the_terminal(tinylab: Any, folder: Path, tmp_path: Path) -> None:
    (folder / "index.csv").write_text('file,label\na.csv,"wa\x1b[2J\nve"\n', encoding="utf-8")
    said = tinylab("import", folder, "--project", tmp_path / "one.tinylab")
    assert said.code == 0, said.err
    assert "wa [2J ve 1" in said.out
    assert "\x1b" not in said.out + said.err + tinylab("info", "--project", tmp_path / "one.tinylab").out


def test_what_was_imported_is_exported_and_imported_again(tinylab: Any, folder: Path, tmp_path: Path) -> None:
    tinylab("import", folder, "--project", tmp_path / "one.tinylab")
    answer = tinylab("export", tmp_path / "out", "--project", tmp_path / "one.tinylab", "--json").json
    assert answer == {"takes": 3, "samples": 90, "problems": [], "remarks": [], "folder": str(tmp_path / "out")}
    assert tinylab("import", tmp_path / "out", "--project", tmp_path / "two.tinylab", "--json").json["labels"] == {
        "wave": 2,
        "🦾": 1,
    }
    again = tinylab("export", tmp_path / "out", "--project", tmp_path / "one.tinylab", "--json")
    assert again.code == 1
    assert "exists already" in again.json["error"]


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
    "accuracy_low", "accuracy_high", "interval", "test_takes", "too_few",
}  # fmt: skip


def test_evaluating_prints_float32_and_int8_side_by_side(tinylab: Any, project: Path) -> None:
    answer = tinylab("evaluate", "--project", project, "--json").json
    assert set(answer) >= RUN_KEYS
    assert set(answer["accuracy"]) == {"majority", "float32", "int8"}
    assert set(answer["macro_f1"]) == {"float32", "int8"}
    assert (answer["interval"], answer["test_takes"], answer["too_few"]) == ("takes", 4, True)
    for variant in ("float32", "int8"):
        assert answer["accuracy_low"][variant] <= answer["accuracy"][variant] <= answer["accuracy_high"][variant]
    assert sum(map(sum, answer["confusion"]["int8"])) == answer["test"]["windows"]
    assert 0.9 * answer["litert"]["windows"] <= answer["litert"]["identical"] <= answer["litert"]["windows"]
    text = tinylab("evaluate", "--project", project).out
    assert "precision" in text
    assert f"int8 {answer['accuracy']['int8'] * 100:.1f} %" in text
    assert f"Its 95 % interval is {answer['accuracy_low']['int8'] * 100:.1f} to " in text
    assert "That is too few to tell; at least 10 takes should stay unseen." in text


def test_training_stores_a_run_and_prints_what_evaluate_prints(
    tinylab: Any, performances: tuple[Recording, ...], tmp_path: Path
) -> None:
    path = tmp_path / "new.tinylab"
    made = Project.create(path)
    made.do(AddTakes(performances, "fill"))
    made.close()
    arguments = ["--window-s", 1, "--stride-s", 0.5, "--epochs", 2, "--width", 4, "--split", "recording", "--json"]
    said = tinylab("train", "--project", path, *arguments)
    assert said.code == 0, said.err
    assert (said.json["run"], said.json["split"], said.json["epochs"], said.json["window_s"]) == (
        1,
        "recording",
        2,
        1.0,
    )
    printed = [int(number) for number in re.findall(r"epoch +(\d+)", said.err)]
    assert printed == [0, 1, 2, 0, 1, 2], "of the network that is checked, then of the one that everyone teaches"
    assert tinylab("evaluate", "--project", path, "--json").json == said.json
    assert any("in training and in test" in caution for caution in said.json["cautions"])
    text = " ".join(tinylab("evaluate", "--project", path).out.split())  # a label's line break is a blank there
    assert [caution for caution in said.json["cautions"] if " ".join(caution.split()) not in text] == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--epochs", 0], "number of epochs"),
        (["--width", 0], "width"),
        (["--window-s", 0], "window"),
        (["--window-s", "nan"], "window"),
        (["--stride-s", 0], "stride"),
        (["--split", "given"], "do not say which are for training"),
    ],
)
def test_what_cannot_be_trained_is_reported(tinylab: Any, project: Path, arguments: list[object], error: str) -> None:
    said = tinylab("train", "--project", project, *arguments, "--json")
    assert said.code == 1
    assert error in said.json["error"]


def test_one_label_only_is_reported(tinylab: Any, performances: tuple[Recording, ...], tmp_path: Path) -> None:
    made = Project.create(tmp_path / "one.tinylab")
    made.do(AddTakes(tuple(r for r in performances if r.header.label == "wave"), "fill"))
    made.close()
    said = tinylab("train", "--project", tmp_path / "one.tinylab", "--json")
    assert said.code == 1
    assert "nothing to tell apart" in said.json["error"]


@pytest.mark.parametrize(
    "arguments",
    [["train"], ["record", "--label", "wave"], ["import", "FOLDER"]],
    ids=lambda arguments: arguments[0],
)
def test_what_could_not_be_stored_is_refused_before_the_work(
    tinylab: Any, project: Path, folder: Path, arguments: list[str]
) -> None:
    owner = Project.open(project)
    said = tinylab(*(folder if word == "FOLDER" else word for word in arguments), "--project", project, "--json")
    owner.close()
    assert said.code == 1
    assert "is open in another TinyLab on this computer" in said.json["error"]
    assert said.json["hint"]


def test_evaluating_only_reads_also_while_another_tinylab_has_the_project(tinylab: Any, project: Path) -> None:
    owner = Project.open(project)
    assert tinylab("evaluate", "--project", project).code == 0
    assert tinylab("info", "--project", project).code == 0
    owner.close()
