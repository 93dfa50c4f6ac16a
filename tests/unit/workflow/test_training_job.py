"""What would be refused after the training is refused before it."""

from __future__ import annotations

import pytest

from tinylab.errors import DataError
from tinylab.workflow.session import Session


def test_more_test_windows_than_a_project_keeps_are_refused_before_the_work(
    trained: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinylab.data.run_store._MAX_VALUES", 59)
    with pytest.raises(DataError, match="more than a project keeps of one run"):
        trained.trainer.train(trained.trainer.settings).result(60)
    assert not trained.worker.ready  # it was not even started
    assert len(trained.trainer.runs) == 1
