"""The example: real recordings from a pickled file, opened only when every byte is the known one."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

from tinylab.errors import DataError
from tinylab.exchange import example


@pytest.fixture
def unread() -> Iterator[None]:
    """Nothing was loaded before, and nothing stays loaded."""
    example.load_example.cache_clear()
    yield
    example.load_example.cache_clear()


def test_the_example_is_what_its_authors_recorded() -> None:
    recordings = example.load_example()
    assert len(recordings) == 140
    assert Counter(r.header.label for r in recordings) == dict.fromkeys(example._LABELS.values(), 20)
    assert len({r.header.subject for r in recordings}) == 10
    assert {r.header.session for r in recordings} == {"left", "right"}
    assert {r.header.rate_hz for r in recordings} == {50.0}
    assert 5.0 < max(float(np.abs(r.in_g).max()) for r in recordings) < 6.0
    gravity = np.median([np.linalg.norm(r.in_g, axis=1).mean() for r in recordings])
    assert gravity == pytest.approx(1.0, abs=0.1)


class Trap:
    """What it leaves behind shows that it was unpickled."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self._mark,)


@pytest.mark.usefixtures("unread")
def test_a_tampered_file_is_refused_without_being_unpickled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark, path = tmp_path / "it ran", tmp_path / "watch_dataset.npy"
    np.save(path, np.array(Trap(mark), dtype=object), allow_pickle=True)
    monkeypatch.setattr(example, "data_file", lambda: path)
    with pytest.raises(DataError, match="was not opened") as caught:
        example.load_example()
    assert "seglearn 1.2.5" in caught.value.hint
    assert not mark.exists()
    pickle.loads(pickle.dumps(Trap(mark)))
    assert mark.exists(), "the trap works"


def test_a_missing_package_and_a_missing_file_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Elsewhere:
        def locate_file(self, name: str) -> Path:
            return tmp_path / name

    monkeypatch.setattr(metadata, "distribution", lambda _: Elsewhere())
    with pytest.raises(DataError, match="are missing from seglearn"):
        example.data_file()

    def not_there(_: str) -> object:
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(metadata, "distribution", not_there)
    with pytest.raises(DataError, match="not installed"):
        example.data_file()
