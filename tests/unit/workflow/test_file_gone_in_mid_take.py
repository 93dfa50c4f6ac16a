"""A file that goes while a take is recorded: the take is whole, it is in a file when it ends, and that is said."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from fakes.bench import TAKE, Bench
from fakes.sessions import errors

from tinylab.data.project import Project


def labels_in(path: Path) -> list[str]:
    with contextlib.closing(Project.open(path, read_only=True)) as project:
        return [header.label for header in project.headers()[0]]


def test_a_take_whose_file_is_deleted_meanwhile_is_in_a_file_before_it_is_good(bench: Bench) -> None:
    document, path = bench.session.document, bench.session.document.open_project().path
    bench.connect()
    bench.begin_take(replace(TAKE, seconds=20.0))
    bench.run(lambda: bench.session.recorder.share > 0.2)
    path.unlink()
    bench.run(lambda: bench.session.recorder.share > 0.8)  # several looks at the file, of which none disturbs the take
    assert document.open_project().path == path
    bench.end_take()
    saved = document.open_project().path
    assert saved != path
    assert labels_in(saved) == ["wave"]
    assert [(take.samples, take.lost, take.ended) for take in document.takes] == [(2000, 0, "")]
    assert "bench.tinylab is gone" in errors(bench.session)[0]
    bench.begin_take()
    bench.end_take()
    assert labels_in(saved) == ["wave", "wave"]
