"""The generated C equals the reference in every bit, on this computer and on the emulated Cortex-M4."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinylab.engine import reference
from tinylab.engine.graph import MaxPool2D, Padding, Window
from tinylab.engine.passes import passes

# More of them for a thorough run: TINYLAB_NETWORKS=500
NETWORKS = int(os.environ.get("TINYLAB_NETWORKS", "50"))
BLOCK = 25  # compiled together


@pytest.mark.parametrize("first", range(1000, 1000 + NETWORKS, BLOCK))
def test_kept_seeds_equal_the_reference_on_the_board(first, random_network, compile_for_board, windows_for) -> None:
    networks = [random_network(seed) for seed in range(first, first + BLOCK)]
    run = compile_for_board(networks, "cortex_m4", ["-O2", "-fomit-frame-pointer"])
    for number, network in enumerate(networks):
        windows = windows_for(network, 4)
        np.testing.assert_array_equal(run(number, windows), reference.run(network, windows), f"seed {first + number}")


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 1 << 20))
def test_no_pass_changes_a_bit(random_network, windows_for, seed) -> None:
    network = random_network(seed)
    windows = windows_for(network, 6)
    expected = reference.run(network, windows)
    for title, after in passes(network):
        np.testing.assert_array_equal(reference.run(after, windows), expected, f"seed {seed}, {title}")


def test_random_networks_equal_the_reference_on_the_host(random_network, compile_for_host, windows_for) -> None:
    networks = [random_network(seed) for seed in range(40)]
    run = compile_for_host(networks)
    for number, network in enumerate(networks):
        windows = windows_for(network, 12)
        np.testing.assert_array_equal(run(number, windows), reference.run(network, windows), f"seed {number}")


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
        np.testing.assert_array_equal(run(number, windows), reference.run(network, windows), f"seed {seeds[number]}")


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
    np.testing.assert_array_equal(outputs, reference.run(network, windows))
    assert len(np.unique(outputs)) > 20
