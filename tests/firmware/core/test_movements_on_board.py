"""An image that decides by movement decides on the windows that Python finds in the same samples, in every bit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from board_under_test import BoardUnderTest
from trials import FULL

from tinylab.boards.catalog import boards
from tinylab.deploy.decision import Decider, Decision
from tinylab.deploy.feature_stage import feature_stage
from tinylab.deploy.firmware import Deployable, build_firmware
from tinylab.deploy.proof import expected_outputs
from tinylab.dsp.features.menu import feature_names
from tinylab.dsp.movements import looks
from tinylab.dsp.recipe import InputRecipe
from tinylab.engine.build_models.motion_models import hybrid, motion_cnn
from tinylab.engine.compiler import compile_graph
from tinylab.link import wire

WINDOW, STRIDE, RATE_HZ, RANGE_G = 40, 10, 50, 4
LABELS = ("still", "wave", "knock")
FEATURES = len(feature_names(("statistics",)))
RAW = InputRecipe("raw", RATE_HZ, RANGE_G, 0.00195, WINDOW, STRIDE, gains=(0.0012,), magnitude=True, movement_level=60)
BOTH = replace(
    RAW, kind="both", offsets=(40,) * FEATURES, gains=(0.003,) * FEATURES, features=("statistics",),
    signal_gain=0.0012, decides_rest=True,
)  # fmt: skip
SPLIT = replace(RAW, gravity=True, window_samples=30, stride_samples=70)


def deployable(recipe: InputRecipe) -> Deployable:
    samples, channels = recipe.window_samples, recipe.channels
    raw = recipe.kind == "raw"
    graph = motion_cnn(samples, channels, 4, 3) if raw else hybrid(samples, channels, FEATURES, 4, 3, hidden=6)
    model = compile_graph(graph, LABELS, None, feature_stage(recipe, graph))
    return Deployable(b"", recipe, LABELS, graph, model, Decision(0.34, 2, 2))


@pytest.fixture(
    params=[RAW, BOTH, *([SPLIT] if FULL else [])], ids=["raw", "both", *(["split"] if FULL else [])], scope="module"
)
def flashed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Deployable, Path]:
    made = deployable(request.param)
    return made, build_firmware(boards()[0], tmp_path_factory.mktemp("movements"), made).image.hex


def some_motion() -> np.ndarray:
    """Rests of a second, short movements between them, a long one, and a knock, in g at 100 Hz."""
    random = np.random.default_rng(4)
    rest = np.tile((0.0, 0.0, 1.0), (100, 1))
    pieces = [rest]
    for samples in (20, 30, 25, 400, 4, 36):
        phase = np.linspace(0, samples / 9, samples)[:, None] + random.random(3) * 6
        pieces += [rest[0] + np.sin(phase) * random.normal(0.7, 0.2, 3), rest]
    return np.concatenate(pieces)


def streamed(board: BoardUnderTest, seconds: float) -> tuple[np.ndarray, list[wire.Prediction]]:
    start = wire.Start(RATE_HZ, RANGE_G, wire.FLAG_SAMPLES | wire.FLAG_PREDICTIONS)
    board.ask(start, wire.Ack, seconds=0.0035)
    board.motion.play(some_motion(), 100.0, 0.0, loop=True)
    messages = [frame.message for frame in board.run(seconds)]
    counts = np.concatenate([each.counts for each in messages if isinstance(each, wire.Samples)])
    return counts, [each for each in messages if isinstance(each, wire.Prediction)]


def test_it_looks_where_python_does(flashed: tuple[Deployable, Path]) -> None:
    made, image = flashed
    board = BoardUnderTest(image)
    counts, found = streamed(board, 13.0)
    expected = [each for each in looks(counts, made.recipe.movements) if each.decided_at < len(counts) - 5]
    found = found[: len(expected)]
    assert [each.sample_number for each in found] == [each.first + each.samples - 1 for each in expected]
    windows = np.stack([each.window(counts, made.recipe.window_samples) for each in expected])
    outputs = expected_outputs(made, windows)
    np.testing.assert_array_equal([each.outputs for each in found], outputs)
    short = [each.samples < made.recipe.window_samples for each in expected]
    assert short.count(True) >= 3 and short.count(False) >= 3
    decider, decisions = Decider(made.board_decision), []
    for look, alone, answers in zip(expected, short, outputs, strict=True):
        if look.begins:
            decider.restart()
        decisions.append(decider.decide_once(answers) if alone else decider.decide(answers))
    assert [each.decision for each in found] == decisions
    assert len(set(decisions)) > 1


def test_it_says_so_and_still_takes_self_tests(flashed: tuple[Deployable, Path]) -> None:
    made, image = flashed
    board = BoardUnderTest(image)
    assert board.ask(wire.HelloAsk(), wire.Hello).capabilities & wire.CAPABILITY_MOVEMENT
    windows = np.random.default_rng(3).normal(0, 500, (4, made.recipe.window_samples, 3)).astype(np.int16)
    results = []
    for window in windows:
        for at in range(0, len(window), 36):
            last = at + 36 >= len(window)
            message = wire.Selftest(at, window[at : at + 36])
            if last:
                results.append(board.ask(message, wire.SelftestResult))
            else:
                board.ask(message, wire.Ack)
    np.testing.assert_array_equal([each.outputs for each in results], expected_outputs(made, windows))
