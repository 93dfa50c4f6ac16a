"""Draws mutants with a seed: small wrong edits on lines that the suite runs, of Python and of C."""

from __future__ import annotations

import random
from collections.abc import Iterator

from edits_of_c import FOLDERS, LEFT_OUT, edits_of_c, tests_of_c
from edits_of_python import Edit, edits_of_python
from lines import Lines, read_lines
from mutant import ROOT, Mutant

# A generated file, which is compared as a whole; and networks for benchmarks: a layer more would be another network.
_LEFT_OUT = frozenset({"tinylab/link/wire.py", "tinylab/engine/build_models/reference_models.py"})
_C_SHARE = 0.15
# In the window only what decides is edited: how large something is drawn, and how often, is looked at in pictures.
_WINDOW = "tinylab/ui/"

Candidate = tuple[str, Edit, tuple[tuple[str, ...], tuple[str, ...]]]  # file, edit, (its tests, more of them)


def draw(count: int, seed: int) -> list[Mutant]:
    """So many mutants, at most one of a line; the same ones for the same sources, lines and seed."""
    if count == 0:
        return []
    chance = random.Random(seed)
    lines = read_lines()
    of_c = round(count * _C_SHARE)
    return [*_chosen(list(_of_python(lines)), count - of_c, chance), *_chosen(list(_of_c()), of_c, chance)]


def _chosen(candidates: list[Candidate], count: int, chance: random.Random) -> Iterator[Mutant]:
    taken: set[tuple[str, int]] = set()
    chance.shuffle(candidates)
    for file, edit, (tests, more) in candidates:
        if (file, edit.line) in taken or not tests:
            continue
        if len(taken) == count:
            return
        taken.add((file, edit.line))
        name = f"{file}:{edit.line}:{edit.at}: {' '.join(edit.old.split())[:40]} → {' '.join(edit.new.split())[:40]}"
        yield Mutant(name, file, edit.old, edit.new, tests, edit.at, more)


def _of_python(lines: Lines) -> Iterator[Candidate]:
    for file, run in sorted(lines.of_file.items()):
        path = ROOT / file
        if file in _LEFT_OUT or not path.exists():
            continue
        for edit in edits_of_python(path.read_text(encoding="utf-8")):
            if edit.line in run and (edit.decides or not file.startswith(_WINDOW)):
                yield file, edit, lines.tests_of(file, edit.line)


def _of_c() -> Iterator[Candidate]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).glob("*.[ch]")):
            if path.name in LEFT_OUT:
                continue
            file = path.relative_to(ROOT).as_posix()
            for edit in edits_of_c(path.read_text(encoding="utf-8")):
                yield file, edit, (tests_of_c(file), ())
