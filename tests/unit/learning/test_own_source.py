"""The text of a user's own network: read whole or refused, and run only where he chose it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinylab.errors import TrainingError
from tinylab.learning.menu import input_kind, stride_of
from tinylab.learning.own_source import MOST_CHARACTERS, ChosenSources, read_source
from tinylab.learning.plan import NetworkPlan


def test_a_file_is_read_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_bytes("\ufeffdef build(spec):\r\n    return 'ü'\r\n".encode())
    assert read_source(path) == "def build(spec):\n    return 'ü'\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b" \n", "is empty"),
        (b"\xff\xfe", "cannot be read as a Python file"),
        (b"#" * (MOST_CHARACTERS + 1), "may have 64000 characters"),
        (None, "cannot be read as a Python file"),
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "mine.py"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TrainingError) as caught:
        read_source(path)
    assert message in caught.value.message
    assert caught.value.hint


def test_only_what_was_chosen_may_run() -> None:
    chosen = ChosenSources()
    chosen.choose("a = 1\n")
    chosen.choose("")
    chosen.check("own", "a = 1\n")
    chosen.check("cnn", "b = 2\n")
    with pytest.raises(TrainingError, match="does not run before you choose it yourself"):
        chosen.check("own", "b = 2\n")
    with pytest.raises(TrainingError, match="No file was chosen"):
        chosen.check("own", "")


@pytest.mark.parametrize("kind", ["features", "both", "raw"])
def test_what_it_sees_of_a_window_is_read_and_not_run(kind: str) -> None:
    plan = NetworkPlan("own", own=f"import os\nINPUT_KIND = '{kind}'\nraise SystemExit\n")
    assert input_kind(plan) == kind
    assert input_kind(NetworkPlan("own", own="x = 1")) == "raw"
    assert stride_of(plan, 13, 100) == 13


def test_the_plan_keeps_the_text_and_no_long_one() -> None:
    plan = NetworkPlan("own", own="def build(spec): ...\n")
    assert NetworkPlan.from_json(plan.to_json()) == plan
    with pytest.raises(TrainingError, match="may have"):
        NetworkPlan("own", own="#" * (MOST_CHARACTERS + 1))
