"""What a deployment insists on before it says that a board is proven."""

from __future__ import annotations

import numpy as np
import pytest

from tinylab.deploy.proof import Proof
from tinylab.errors import DeployError
from tinylab.workflow.deployment import deploy_job


def proof(different: int, windows: int = 4) -> Proof:
    """A proof of which so many windows came back with one other output."""
    expected = np.arange(windows * 3, dtype=np.int8).reshape(windows, 3)
    outputs = expected.copy()
    outputs[:different, 1] += 1
    return Proof(outputs, expected, 10, 20)


def test_a_board_that_computes_otherwise_is_not_proven() -> None:
    with pytest.raises(DeployError, match="On the Anna 1 of 4 windows came back different"):
        deploy_job._insist(proof(1), "Anna")


def test_a_board_that_computes_the_same_is() -> None:
    assert proof(0).proven
    deploy_job._insist(proof(0), "Anna")


def test_no_window_is_no_proof() -> None:
    assert not proof(0, windows=0).proven
    with pytest.raises(DeployError):
        deploy_job._insist(proof(0, windows=0), "Anna")
