"""A sample of the faults of the list is planted with the suite, all of them in a full run (tests/trials.py)."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest
import results
import trials
from by_hand import by_hand, equivalents, named_survivors
from edits_of_c import edits_of_c
from edits_of_python import edits_of_python
from mutant import ROOT, Mutant
from results import Result, Results, summary
from run import try_one
from trying import KILLED, SURVIVED, ProjectCopy

SEED, SAMPLE = 8, 10
LEAST = 60


def test_every_mutant_of_the_list_can_be_planted() -> None:
    listed = by_hand()
    assert len(listed) >= LEAST
    assert len({mutant.name for mutant in listed}) == len(listed)
    for mutant in listed:
        text = (ROOT / mutant.file).read_text(encoding="utf-8")
        assert mutant.applied(text) != text, mutant.name


def test_every_test_that_the_list_names_is_there() -> None:
    for node in {test for mutant in by_hand() for test in mutant.tests}:
        file, _, function = node.partition("::")
        text = (ROOT / file).read_text(encoding="utf-8")
        assert not function or f"def {function.split('[')[0]}(" in text, node


def test_what_is_named_as_equivalent_or_as_a_survivor_still_stands_there() -> None:
    for (file, before, _), reason in {**equivalents(), **named_survivors()}.items():
        assert before in (ROOT / file).read_text(encoding="utf-8"), f"{file}: {before}"
        assert reason


def survivors(mutants: Sequence[Mutant], copy: ProjectCopy) -> Iterator[str]:
    """The names of those that their tests do not notice."""
    for mutant in mutants:
        if copy.try_once(mutant).outcome == SURVIVED:
            yield mutant.name


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX's fork")
@pytest.mark.timeout(3600)
def test_mutants_are_noticed_by_the_tests_they_name() -> None:
    listed = by_hand()
    if not trials.FULL:
        chosen = random.Random(SEED).sample([mutant for mutant in listed if mutant.quick], SAMPLE)
        with ProjectCopy() as copy:
            assert list(survivors(chosen, copy)) == []
        return

    def attempts(numbers: Sequence[int]) -> Iterable[tuple[int, str]]:
        with ProjectCopy() as copy:
            for number in numbers:
                result = try_one(listed[number], copy)
                yield number, f"survived: {result.name}" if result.outcome == SURVIVED else ""

    trials.run_trial("mutants by hand", count=len(listed), seed=SEED, attempts=attempts)


SOURCE = """
def f(a: int = 1, *, b=2) -> int:
    \"\"\"A sentence with 3 numbers.\"\"\"
    if a < b and not b:
        return g(a, b) - 1
    h(max(a, b))
    return f"{a + b}"
"""


def test_edits_of_python_are_single_and_leave_a_program() -> None:
    found = edits_of_python(SOURCE)
    lines = set()
    for edit in found:
        changed = Mutant("x", "x", edit.old, edit.new, (), edit.at).applied(SOURCE)
        compile(changed, "x", "exec")
        (difference,) = [line for line in changed.splitlines() if line not in SOURCE.splitlines()]
        lines.add(difference.strip())
    assert {"if a <= b and not b:", "if a < b or not b:", "if a < b and b:", "return g(b, a) - 1", "return g(a, b) + 1",
            "return g(a, b) - 2", "return None", "pass", "def f(a: int = 2, *, b=2) -> int:"} <= lines  # fmt: skip
    assert not any("sentence" in line or "a - b" in line or "max(b, a)" in line for line in lines)


def test_edits_of_c_leave_comments_and_numbers_in_names_alone() -> None:
    found = list(edits_of_c("int f(int32_t a) {  // a < 2\n    return a < 2U && a > 0 ? a : 1;\n}\n"))
    assert [(edit.line, edit.old, edit.new) for edit in found] == [
        (2, " < ", " <= "), (2, "2", "3"), (2, " && ", " || "), (2, " > ", " >= "), (2, "0", "1"), (2, "1", "2"),
    ]  # fmt: skip


def test_a_result_is_kept_until_its_file_or_its_test_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("source.py", "test_a.py", "test_b.py"):
        (tmp_path / name).write_text("x = 1", encoding="utf-8")
    monkeypatch.setattr(results, "ROOT", tmp_path)
    mutant = Mutant("m", "source.py", "1", "2", ("test_a.py::test_x", "test_b.py::test_y"))
    place = tmp_path / "build" / "mutants.json"
    state = results.state_of(mutant, "test_a.py::test_x")
    Results(place).add(Result("m", KILLED, "test_a.py::test_x", 1.0, "source.py", "x = 1", "x = 2", state))
    (tmp_path / "test_b.py").write_text("another test", encoding="utf-8")
    known = Results(place).find(mutant)
    assert known is not None and known.outcome == KILLED
    assert summary([known])[0].startswith("1 mutants in 1 s: 1 killed")
    (tmp_path / "test_a.py").write_text("another test", encoding="utf-8")
    assert Results(place).find(mutant) is None
    assert Results(place, fresh=True).find(mutant) is None
