"""The generated C equals the reference in every bit, on this computer and on the emulated Cortex-M4."""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.internal.conjecture import engine
from network_blocks import OPERATORS, block_of_networks, describe, fingerprint, look_at_block, name_of, networks
from trials import FULL

from tinylab.engine.contract import reference
from tinylab.engine.graph import AveragePool2D, Graph, MaxPool2D, Padding, Window
from tinylab.engine.passes.pipeline import passes

# All ten blocks for a thorough run: TINYLAB_NETWORKS=500
NETWORKS = int(os.environ.get("TINYLAB_NETWORKS", "50"))
BLOCK = 50  # compiled together
SEEDS = range(1, 11)  # kept
BOARD = ("cortex_m4", ["-O2", "-fomit-frame-pointer"])


def assert_equal(run: Callable, number: int, network: Graph, windows: np.ndarray) -> None:
    np.testing.assert_array_equal(run(number, windows), reference.run(network, (windows,)), describe(network))


@pytest.mark.timeout(600)  # enough for a search for the smallest network that differs
@pytest.mark.parametrize("seed", SEEDS[: -(-NETWORKS // BLOCK)])
def test_drawn_networks_equal_the_reference_on_the_board(seed, compile_for_board, windows_for) -> None:
    block = block_of_networks(seed, BLOCK)
    assert len({fingerprint(network) for network in block}) == len({describe(network) for network in block}) == BLOCK
    assert {name_of(operator) for network in block for operator in network.operators} >= OPERATORS
    run, equal = compile_for_board(block, *BOARD), set()
    for number, network in enumerate(block):
        windows = windows_for(network, 4)
        if np.array_equal(run(number, windows), reference.run(network, (windows,))):
            equal.add(fingerprint(network))
    if len(equal) == BLOCK:
        return

    def look(network: Graph) -> None:
        if fingerprint(network) not in equal:
            assert_equal(compile_for_board([network], *BOARD), 0, network, windows_for(network, 4))

    look_at_block(seed, BLOCK, look)
    pytest.fail(f"{BLOCK - len(equal)} networks differ in the block's image, none of them alone")


@pytest.mark.slow
def test_a_network_that_fails_shrinks_to_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MAX_SHRINKS", 250)  # enough to see that it does; to the end it takes half a minute
    failing: list[Graph] = []

    def look(network: Graph) -> None:
        names = [name_of(operator) for operator in network.operators]
        if "MAX_POOL_2D" in names and "SOFTMAX" in names:
            failing.append(network)
            pytest.fail("as an example", pytrace=False)

    with pytest.raises(pytest.fail.Exception, match="as an example"):
        look_at_block(SEEDS[0], BLOCK, look)
    assert len(failing[-1].operators) < len(failing[0].operators)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(network=networks())
def test_no_pass_changes_a_bit(windows_for, network) -> None:
    windows = windows_for(network, 6)
    expected = reference.run(network, (windows,))
    for title, after in passes(network):
        np.testing.assert_array_equal(reference.run(after, (windows,)), expected, f"{title}\n{describe(network)}")


def test_random_networks_equal_the_reference_on_the_host(random_network, compile_for_host, windows_for) -> None:
    networks = [random_network(seed) for seed in range(40 if FULL else 20)]
    run = compile_for_host(networks)
    for number, network in enumerate(networks):
        windows = windows_for(network, 12)
        np.testing.assert_array_equal(run(number, windows), reference.run(network, (windows,)), f"seed {number}")


@pytest.mark.parametrize(
    ("core", "flags", "seeds"),
    [
        ("cortex_m4", ["-O3"], range(100, 124)),
        ("cortex_m4", ["-O2", "-DTL_NO_DSP"], range(130, 134)),
        ("cortex_m0", ["-O2"], range(140, 144)),
    ],
)
def test_random_networks_equal_the_reference_on_the_board(
    core, flags, seeds, random_network, compile_for_board, windows_for
) -> None:
    networks = [random_network(seed) for seed in seeds]
    run = compile_for_board(networks, core, flags)
    for number, network in enumerate(networks):
        windows = windows_for(network, 5)
        np.testing.assert_array_equal(run(number, windows), reference.run(network, (windows,)), f"seed {seeds[number]}")


def test_a_motion_cnn_equals_the_reference_on_the_board(network_builder, compile_for_board, windows_for) -> None:
    net = network_builder(7, (128, 1, 3), calm=True)
    net.conv(8, Window((5, 1)))
    net.pool(MaxPool2D, Window((2, 1), (2, 1)))
    net.depthwise(1, Window((5, 1), padding=Padding.SAME))
    net.conv(16, Window((1, 1)))
    net.reshape((1, net.last.elements))
    net.dense(6)
    net.softmax()
    network = net.graph()
    windows = windows_for(network, 40)
    outputs = compile_for_board([network])(0, windows)
    np.testing.assert_array_equal(outputs, reference.run(network, (windows,)))
    assert len(np.unique(outputs)) > 20


def test_averages_are_rounded_half_away_from_zero(network_builder, compile_for_host, windows_for) -> None:
    found = []
    for seed in range(8):  # some have an activation that clamps all there is
        net = network_builder(seed, (12, 1, 3))
        assert net.pool(AveragePool2D, Window((2, 1), (2, 1)))
        found.append(net.graph())
    run, shown = compile_for_host(found), 0
    for number, network in enumerate(found):
        windows = windows_for(network, 40)
        outputs = run(number, windows)
        np.testing.assert_array_equal(outputs, reference.run(network, (windows,)))
        sums = windows.astype(np.int64).reshape(40, 6, 2, 3).sum(axis=2)
        halves = np.sign(sums) * ((np.abs(sums) + 1) // 2)
        shown = max(shown, int((outputs.reshape(halves.shape) == halves).sum()))
    assert shown > 200, "one of them shows its averages as they are"


@pytest.mark.parametrize("shape", [(1, 10, 2), (10, 1, 2)])
def test_padding_across_a_signal_makes_more_than_one_line(
    shape, network_builder, compile_for_host, compile_for_board, windows_for
) -> None:
    """A signal padded along its other axis too is no line any more: found by a random network."""
    found = []
    kinds = [Window(kernel, around=((1, 2), (2, 1))) for kernel in ((1, 1), (1, 3), (3, 1))]
    kinds += [Window(kernel, padding=Padding.SAME) for kernel in ((3, 3), (1, 3))]  # as many out as in
    for window in kinds:
        for layer in ("conv", "depthwise"):
            net = network_builder(5, shape)
            assert getattr(net, layer)(1 if layer == "depthwise" else 3, window)
            found.append(net.graph())
    for run in (compile_for_host(found), compile_for_board(found)):
        for number, network in enumerate(found):
            windows = windows_for(network, 5)
            np.testing.assert_array_equal(run(number, windows), reference.run(network, (windows,)), describe(network))
