"""The run beside the current one is never the current one, and goes with its project and with itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tinylab.workflow.session import Session


def test_it_is_another_run_of_this_project_or_none(trained: Session, tmp_path: Path) -> None:
    trainer, beside = trained.trainer, trained.beside
    heard: list[None] = []
    beside.changed.subscribe(heard.append)
    first = trainer.runs[0]
    assert beside.choices == []
    second = replace(first, number=first.number + 1, name="second")
    trainer.runs.append(second)
    trainer.choose(second)
    assert beside.choices == [first]
    assert beside.run is None
    beside.choose(first.number)
    beside.choose(first.number)
    assert beside.run is first
    assert len(heard) == 1
    trainer.choose(first)
    assert beside.run is None, "it is the current one itself"
    trainer.choose(second)
    trainer.rename(first, "renamed")
    assert beside.run is not None and beside.run.name == "renamed"
    assert trainer.delete(beside.run)
    assert beside.run is None
    assert len(heard) == 2
    trainer.runs.insert(0, replace(first))  # another one that is given the number
    assert beside.run is None
    beside.choose(first.number)
    trained.projects.new(tmp_path / "other.tinylab").result()
    trainer.attach([first, second])
    assert beside.run is None
