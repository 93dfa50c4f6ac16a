"""Any sequence of edits: undoing all of them gives the start, redoing all of them the end, bit for bit.

What is compared is a dump of every table but the journal's two. One exception has a reason: samples that were added
and undone stay in the file (`signals`, `chunks`) while a redo may ask for them again. So after undoing, those two are
left out; and then, in a copy of the file, the journal is cleared, which sweeps them, and the dump of ALL tables, the
journal's too, equals the start.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from fakes.edit_sequences import Sequence
from fakes.projects import block, dump, take
from hypothesis import given, settings
from hypothesis import strategies as st
from trials import FULL

from tinylab.data.editing.edits import EDITS, AddRegion, AddTakes
from tinylab.data.project import Project

KEPT_FOR_REDO = ("signals", "chunks", "open_takes")


def begun(folder: Path) -> Sequence:
    """A project with takes, whose history begins now."""
    project = Project.create(folder / "sequence.tinylab")
    project.do(AddTakes((take(), take(subject="Bert"), take("shake", 30, asked=35, lost=5)), "add"))
    project.do(AddRegion(1, "rest", 3, 9))
    project.journal.clear()
    return Sequence(project)


def without(tables: dict[str, list[Any]], names: tuple[str, ...]) -> dict[str, list[Any]]:
    return {name: rows for name, rows in tables.items() if name not in names}


def all_the_way(step: Callable[[], object], meanwhile: Callable[[], object]) -> int:
    """Undo or redo as far as it goes; returns how many steps that were."""
    steps = 0
    while step() is not None:
        steps += 1
        if steps == 3:
            meanwhile()
    return steps


STEP = st.tuples(st.integers(0, len(EDITS) - 1), st.integers(0, 2**32))
STEPS = st.integers(1, 50).flatmap(lambda length: st.lists(STEP, min_size=length, max_size=length))


@pytest.mark.timeout(1800)
@settings(max_examples=400 if FULL else 25, derandomize=True)
@given(STEPS)
def test_undoing_all_gives_the_start_and_redoing_all_the_end(steps: list[tuple[int, int]]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        sequence = begun(folder)
        project = sequence.project
        try:
            start = dump(project, journal=True)
            for kind, seed in steps:
                sequence.step(kind, random.Random(seed).randrange)
            check(sequence, start)
            if sequence.writer is not None:
                sequence.writer.discard()
            all_the_way(project.undo, lambda: None)
        finally:
            project.close()
        copy = Path(shutil.copy(project.path, folder / "copy.tinylab"))
        swept = Project.open(copy)
        swept.journal.clear()
        assert dump(swept, journal=True) == start
        swept.close()


def check(sequence: Sequence, start: dict[str, list[Any]]) -> None:
    """Undo all, redo all, twice; a take that is being recorded goes on meanwhile."""
    project = sequence.project

    def record_on() -> None:
        if sequence.writer is not None:
            sequence.writer.add(block(sequence.number))
            sequence.number += 10

    end, journal = dump(project), len(dump(project, journal=True)["journal"])
    for _ in range(2):
        assert all_the_way(project.undo, record_on) == journal
        assert without(dump(project), KEPT_FOR_REDO) == without(
            {name: rows for name, rows in start.items() if name not in ("journal", "changes")}, KEPT_FOR_REDO
        )
        assert all_the_way(project.redo, record_on) == journal
        left_out = KEPT_FOR_REDO if sequence.writer is not None else ()
        assert without(dump(project), left_out) == without(end, left_out)


def test_the_sequences_reach_every_kind_of_edit(tmp_path: Path) -> None:
    sequence = begun(tmp_path)
    source = random.Random(5)
    for number in range(400):
        sequence.step(number % len(EDITS), source.randrange)
    assert sequence.carried_out == set(EDITS)
    sequence.project.close()


@pytest.mark.parametrize("seed", range(3))
def test_a_sequence_goes_on_over_reopening(tmp_path: Path, seed: int) -> None:
    sequence = begun(tmp_path)
    start = dump(sequence.project, journal=True)
    source = random.Random(seed)
    for number in range(60):
        sequence.step(source.randrange(len(EDITS)), source.randrange)
        if number % 15 == 14:
            sequence.project.close()
            sequence.project, sequence.writer = Project.open(tmp_path / "sequence.tinylab"), None
    check(sequence, start)
    sequence.project.close()
