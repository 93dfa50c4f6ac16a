"""Proof that the board computes what the PC computes: windows go out, outputs come back, bits are compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tinylab.deploy.firmware import Deployable
from tinylab.engine.contract import reference
from tinylab.errors import CancelledError, DeployError
from tinylab.link.board import self_test
from tinylab.link.link import Link
from tinylab.text import tr

PARITY_WINDOWS = 32
Windows = npt.NDArray[np.int16]  # raw counts, shape (windows, samples, 3)
Outputs = npt.NDArray[np.int8]  # shape (windows, classes)


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """What came back from the board, beside what was expected."""

    outputs: Outputs
    expected: Outputs
    features_cycles: int  # median
    network_cycles: int  # median

    @property
    def windows(self) -> int:
        """How many windows were compared."""
        return len(self.outputs)

    @property
    def identical(self) -> int:
        """How many came back equal in every bit."""
        return int((self.outputs == self.expected).all(axis=1).sum())

    @property
    def proven(self) -> bool:
        """Whether all of them did."""
        return self.identical == self.windows > 0


def expected_outputs(deployable: Deployable, windows: Windows) -> Outputs:
    """What the contract says of windows as the board measures them: the recipe in integers, then the reference."""
    counts = deployable.conversion.to_recipe(windows)
    inputs = deployable.recipe.int8_inputs(counts, deployable.model.quantizations)
    return reference.run(deployable.graph, inputs)


def prove(
    link: Link,
    deployable: Deployable,
    windows: Windows,
    report: Callable[[int, int, bool], None] = lambda _done, _all, _same: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Proof:
    """Send each window of the recipe's counts, as this board would have measured it, through its self-test and compare.

    Board and PC are given the same counts, so that the same arithmetic is compared whatever the range is.
    `report` is called after each with (how many, of how many, whether this one agrees).
    """
    if not len(windows):
        raise DeployError(tr("There is no window to prove anything with."), hint=tr("Record something first."))
    windows = deployable.conversion.as_measured(windows, deployable.recipe)
    expected = expected_outputs(deployable, windows)
    outputs, features_cycles, network_cycles = [], [], []
    for number, window in enumerate(windows):
        if cancelled():
            raise CancelledError(tr("The proof was cancelled."))
        answer = self_test(link, window)
        outputs.append(answer.outputs)
        features_cycles.append(answer.features_cycles)
        network_cycles.append(answer.network_cycles)
        report(number + 1, len(windows), bool(np.array_equal(answer.outputs, expected[number])))
    return Proof(
        np.asarray(outputs, dtype=np.int8), expected, int(np.median(features_cycles)), int(np.median(network_cycles))
    )


def spread(windows: Windows, count: int) -> npt.NDArray[np.int64]:
    """Indices of at most `count` windows, evenly taken."""
    if len(windows) <= count:
        return np.arange(len(windows))
    return np.linspace(0, len(windows) - 1, count).astype(np.int64)
