"""Which versions the log and a report name."""

from __future__ import annotations

import pytest

from tinylab.log import versions as version_list
from tinylab.log.versions import versions


def test_a_package_that_is_missing_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version_list, "_PACKAGES", ("no package of this name", "numpy", "unicorn"))
    found = versions()
    assert "no package of this name" not in found
    assert {"TinyLab", "Python", "numpy", "unicorn"} <= set(found)
