"""Random forests: the C equals the contract in every bit, on this computer and on the emulated Cortex-M4 and M0."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from fakes.forests import forest_of, random_forest, two_trees

from tinylab.engine.contract import reference
from tinylab.engine.graph import Graph


def assert_equal(run: Callable[..., Any], graphs: Sequence[Graph], windows_for: Callable[..., Any], count: int) -> None:
    for number, graph in enumerate(graphs):
        windows = windows_for(graph, count)
        np.testing.assert_array_equal(run(number, windows), reference.run(graph, (windows,)), f"forest {number}")


def test_forests_equal_the_contract_on_the_host(compile_for_host: Any, windows_for: Any) -> None:
    certain = forest_of([[-1, 0, 0]], [0], np.array([[0, 128, 0]]), 2)
    graphs = [two_trees(), certain, *(random_forest(seed) for seed in range(11))]
    assert len({graph.output_tensor.elements for graph in graphs}) > 4
    assert_equal(compile_for_host(graphs), graphs, windows_for, 40)


def test_forests_equal_the_contract_on_the_board(compile_for_board: Any, windows_for: Any) -> None:
    graphs = [random_forest(seed) for seed in range(100, 108)]
    assert_equal(compile_for_board(graphs, "cortex_m4", ["-O2"]), graphs, windows_for, 6)


def test_forests_equal_the_contract_on_the_smallest_core(compile_for_board: Any, windows_for: Any) -> None:
    graphs = [random_forest(seed) for seed in range(120, 124)]
    assert_equal(compile_for_board(graphs, "cortex_m0", ["-O2"]), graphs, windows_for, 6)
