"""A magnitude, gravity apart, features beside the window: the image decides as Python does, live and in tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from board_under_test import BoardUnderTest
from trials import FULL

from tinylab.boards.catalog import boards
from tinylab.deploy.feature_stage import feature_stage
from tinylab.deploy.firmware import Deployable, build_firmware
from tinylab.deploy.proof import expected_outputs
from tinylab.dsp.features.menu import feature_names
from tinylab.dsp.recipe import InputRecipe
from tinylab.engine.build_models.motion_models import hybrid, motion_cnn
from tinylab.engine.compiler import compile_graph
from tinylab.link import wire

WINDOW, STRIDE, RATE_HZ, RANGE_G = 22, 4, 50, 4  # a window is no whole number of strides
GROUPS = ("statistics", "spectrum")
FEATURES = len(feature_names(GROUPS))
LABELS = ("still", "wave", "knock")
RAW = InputRecipe("raw", RATE_HZ, RANGE_G, 0.00195, WINDOW, STRIDE, gains=(0.0012,), magnitude=True)
BOTH = replace(
    RAW, kind="both", offsets=(40,) * FEATURES, gains=(0.003,) * FEATURES, features=GROUPS, signal_gain=0.0012
)
SPLIT = replace(RAW, gravity=True)
SPLIT_BOTH = replace(BOTH, gravity=True, magnitude=False)


def deployable(recipe: InputRecipe, streaming: bool) -> Deployable:
    channels = recipe.channels
    raw = recipe.kind == "raw"
    graph = motion_cnn(WINDOW, channels, 4, 3) if raw else hybrid(WINDOW, channels, FEATURES, 4, 3, hidden=6)
    stride = None if recipe.needs_whole_windows else STRIDE
    model = compile_graph(graph, LABELS, stride, feature_stage(recipe, graph))
    assert (model.streaming is None) == recipe.gravity
    return Deployable(b"", recipe, LABELS, graph, model, streaming=streaming)


@pytest.fixture(
    params=[
        (RAW, True),
        (BOTH, False),
        (BOTH, True),
        (SPLIT, False),
        *([(RAW, False), (SPLIT_BOTH, False)] if FULL else []),
    ],
    ids=["raw, streaming", "both", "both, streaming", "split", *(["raw", "split, both"] if FULL else [])],
    scope="module",
)
def flashed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Deployable, Path]:
    """A network with its image; file by file, for building takes a second."""
    made = deployable(*request.param)
    return made, build_firmware(boards()[0], tmp_path_factory.mktemp("inputs"), made).image.hex


def some_windows() -> np.ndarray:
    """Noise, still, and what is furthest from it: the squares of -32768 three times sum to more than 2^31."""
    random = np.random.default_rng(3)
    noise = random.normal(0, 500, (6, WINDOW, 3)).round()
    wild = np.where(random.random((2, WINDOW, 3)) < 0.5, -32768, 32767)
    flat = [np.full((1, WINDOW, 3), counts) for counts in (-32768, 32767, 0)]
    return np.concatenate([noise, wild, *flat]).astype(np.int16)


def test_self_tests_are_equal_in_every_bit(flashed: tuple[Deployable, Path]) -> None:
    made, image = flashed
    board, windows = BoardUnderTest(image), some_windows()
    results = [board.ask(wire.Selftest(0, window), wire.SelftestResult) for window in windows]
    np.testing.assert_array_equal([result.outputs for result in results], expected_outputs(made, windows))
    assert len({tuple(result.outputs.tolist()) for result in results}) > 5
    assert min(min(result.features_cycles, result.network_cycles) for result in results) > 100


def test_live_decisions_are_those_of_the_streamed_samples(
    flashed: tuple[Deployable, Path], shaken: Callable[[BoardUnderTest], None]
) -> None:
    made, image = flashed
    board = BoardUnderTest(image)
    shaken(board)
    start = wire.Start(RATE_HZ, RANGE_G, wire.FLAG_SAMPLES | wire.FLAG_PREDICTIONS)
    board.ask(start, wire.Ack, seconds=0.0035)
    frames = board.run(1.3)
    board.send(wire.Selftest(0, some_windows()[0]))  # where the network streams, it then waits for a new window
    frames += board.run(1.3)
    counts = np.concatenate([frame.message.counts for frame in frames if isinstance(frame.message, wire.Samples)])
    found = [frame.message for frame in frames if isinstance(frame.message, wire.Prediction)]
    ends = [prediction.sample_number + 1 for prediction in found]
    first = WINDOW if not made.streaming else -(-WINDOW // STRIDE) * STRIDE
    assert ends[:10] == list(range(first, first + STRIDE * 10, STRIDE))
    assert len(ends) > 20
    expected = expected_outputs(made, np.stack([counts[end - WINDOW : end] for end in ends]))
    np.testing.assert_array_equal([prediction.outputs for prediction in found], expected)
    assert len(np.unique(expected)) > 8


@pytest.fixture
def shaken() -> Callable[[BoardUnderTest], None]:
    """Moves a board so that no two windows are alike."""

    def shake(board: BoardUnderTest) -> None:
        motion = np.random.default_rng(5).normal(0, 1.2, (200, 3))
        board.motion.play(motion, 40.0, 0.0, loop=True)

    return shake
