"""Three hundred malformed files: each is refused with file and line, in 10 s and 500 MB, and stores nothing."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path

import pytest
from attempt_pool import AttemptPool
from fakes import exchange_files as files
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from malformed_files import LARGE, cases
from trials import run_trial

from tinylab.errors import DataError
from tinylab.exchange.found import Choices
from tinylab.exchange.menu import preview_path, read_path
from tinylab.workflow.session import Session


def test_the_table_is_as_long_as_it_should_be() -> None:
    kinds = {name.split(":")[0] for name in cases()}
    assert len(cases()) >= 300
    assert len(kinds) == 12


@pytest.mark.skipif(sys.platform == "win32", reason="children with limits are as POSIX has them")
@pytest.mark.timeout(3600)
def test_each_is_refused_with_file_and_line() -> None:
    with AttemptPool(Path(__file__).with_name("malformed_process.py")) as pool:
        run_trial("malformed files", count=len(cases()) + len(LARGE), seed=4, attempts=pool.attempts)


def test_a_tag_of_cbor_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.cbor"
    for what in ("a huge integer", "a circle", "a pattern", "an unknown tag"):
        path.write_bytes(cases()[f"edge impulse cbor: {what}"][1])
        (refusal,) = preview_path(path).found.refused
        assert " tag" in refusal.why


def test_nothing_of_a_refused_file_is_stored(tmp_path: Path) -> None:
    """All of them at once, each in a folder of its own beside a good one."""
    folder = tmp_path / "all"
    whole = dict(list(cases().items())[::9])
    for number, (name, content) in enumerate(whole.values()):
        (folder / str(number)).mkdir(parents=True)
        (folder / str(number) / name).write_bytes(content)
    (folder / "good.csv").write_bytes(files.plain())
    with closing(Session(fast_virtual_board=True)) as session:
        session.projects.new(tmp_path / "Lab.tinylab").result()
        added = session.importer.import_path(folder).result()
        refused = {refusal.file for refusal in added.refused}
        stored = {take.source for take in session.document.takes}
        assert "good.csv" in stored
        assert len(refused) > len(whole) * 0.9
        assert {name for name in stored & refused if not name.endswith(("json", "all.csv", "punch.csv"))} == set()
        assert session.document.undo()
        assert session.document.takes == ()


_ENDINGS = st.sampled_from([".csv", ".json", ".cbor", ".log", ".tsv", ".txt", ".tinylab", ".xml"])
_LINES = st.lists(st.lists(st.sampled_from(["1", "0.5", "-1e3", "x", "", "time_s", "ax_g", "ay_g", "az_g", "label", '"',
                                            "nan", "1,5", "2024-01-01 10:00:00"]), max_size=6), max_size=8)  # fmt: skip
_TEXTS = st.tuples(_LINES, st.sampled_from([",", ";", "\t", " "])).map(
    lambda made: "\n".join(made[1].join(line) for line in made[0]).encode()
)
_NAMES = ("payload", "values", "sensors", "recordings", "data", "x", "y", "z", "name", "samples", "vector")
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(_NAMES), inner, max_size=5),
    max_leaves=20,
).map(lambda value: json.dumps(value).encode())  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(ending=_ENDINGS, content=st.one_of(st.binary(max_size=120), _TEXTS, _VALUES))
def test_whatever_a_file_holds_it_is_takes_or_a_sentence(tmp_path: Path, ending: str, content: bytes) -> None:
    path = tmp_path / f"a{ending}"
    path.write_bytes(content)
    for format_name in ("", "createai", "long-csv"):
        try:
            found = read_path(path, Choices(format_name, rate_hz=50))
        except DataError as error:
            assert error.message.endswith((".", "”"))
        else:
            assert found.recordings
    assert preview_path(path).found is not None
