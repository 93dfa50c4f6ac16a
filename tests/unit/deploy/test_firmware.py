"""From a network to an image: any label survives, the same input gives the same image, what cannot be is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tflite

from tinylab.assets import firmware_dir
from tinylab.boards.catalog import boards
from tinylab.boards.discovery import virtual_port
from tinylab.deploy.decision import Decision
from tinylab.deploy.firmware import (
    Deployable,
    build_firmware,
    export_library,
    firmware_build_id,
    generated_files,
)
from tinylab.deploy.proof import prove
from tinylab.dsp.recipe import InputRecipe, fit_raw
from tinylab.errors import DeployError, EngineError
from tinylab.learning.plan import NetworkPlan
from tinylab.virtualboard.service.client import start_virtual_board
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient
from tinylab.workflow.board.opened_board import open_board

NASTY = (
    'two\nlines, a "quote" and a \\',
    "100 %s %n %d",
    "trigraphs ??/ ??= ??' \r\t\x01",
    "🦾" * 300,
    "x" * 300,
    "*/ // #include <nothing.h>",
    "'; DROP TABLE recordings; --",
    "é",
)


@pytest.fixture(scope="module")
def windows() -> np.ndarray:
    """Eight kinds of noise, twelve windows of each."""
    random = np.random.default_rng(4)
    noise = [random.normal((number - 4) * 90, 40 * (number + 1), (12, 25, 3)) for number in range(len(NASTY))]
    return np.concatenate(noise).clip(-2050, 2050).astype(np.int16)


@pytest.fixture(scope="module")
def recipe(windows: np.ndarray) -> InputRecipe:
    return fit_raw(InputRecipe("raw", 50, 4, boards()[0].sensor.g_per_count[4], 25, 12), windows)


@pytest.fixture(scope="module")
def network(worker: WorkerClient, windows: np.ndarray, recipe: InputRecipe) -> bytes:
    """A network for eight labels."""
    classes = np.repeat(np.arange(len(NASTY)), 12)
    request = messages.Train(
        NetworkPlan("cnn", width=4, epochs=3).to_json(), recipe.to_json(), len(NASTY), windows, classes,
        windows[:0], classes[:0], windows, len(windows),
    )  # fmt: skip
    trained = worker.ask(request, messages.Trained)
    inputs = list(recipe.float_inputs(windows))
    return worker.ask(messages.Quantize(trained.keras, inputs), messages.Quantized).tflite


@pytest.fixture
def deployable(network: bytes, recipe: InputRecipe) -> Deployable:
    return Deployable.from_tflite(network, recipe, NASTY)


def test_any_label_compiles_and_comes_back_from_the_board_unchanged(
    deployable: Deployable, windows: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINYLAB_RUNTIME_DIR", str(tmp_path / "run"))
    build = build_firmware(boards()[0], tmp_path / "with spaces ü", deployable)
    with start_virtual_board("Anna", build.image.hex, fast=True) as process:
        linked = open_board(virtual_port(process.board))
        try:
            assert linked.identity.labels == NASTY
            assert linked.identity.build_id == build.build_id
            assert linked.identity.hello.model_hash == deployable.model_hash
            assert linked.identity.hello.window_samples == 25
            proof = prove(linked.link, deployable, windows)
        finally:
            linked.link.close()
    assert (proof.identical, proof.windows) == (96, 96)
    assert proof.network_cycles > 1000


def test_the_same_input_gives_the_same_image_in_every_folder(deployable: Deployable, tmp_path: Path) -> None:
    one, other = (build_firmware(boards()[0], tmp_path / name, deployable) for name in ("one", "other folder"))
    assert one.build_id == other.build_id == firmware_build_id(boards()[0], deployable)
    assert one.image.hex.read_bytes() == other.image.hex.read_bytes()
    assert (one.image.flash_bytes, one.image.ram_bytes) == (other.image.flash_bytes, other.image.ram_bytes)
    assert [path.name for path in one.sources] == [path.name for path in other.sources]


def test_a_network_is_known_by_its_labels_and_recipe_too(
    deployable: Deployable, network: bytes, recipe: InputRecipe
) -> None:
    same = Deployable.from_tflite(network, recipe, NASTY)
    renamed = Deployable.from_tflite(network, recipe, (*NASTY[:-1], "e"))
    slower = Deployable.from_tflite(network, replace(recipe, rate_hz=25), NASTY)
    assert deployable.model_hash == same.model_hash
    assert len(deployable.model_hash) == 8  # as the wire carries it
    assert len({deployable.model_hash, renamed.model_hash, slower.model_hash}) == 3


def test_whatever_changes_the_image_changes_its_id(deployable: Deployable, recipe: InputRecipe) -> None:
    board = boards()[0]
    others = [
        None,
        deployable,
        replace(deployable, decision=Decision(threshold=0.9)),
        replace(deployable, decision=Decision(consecutive=5)),
        replace(deployable, recipe=replace(recipe, gains=(recipe.gains[0] * 1.5,))),
        Deployable.from_tflite(deployable.tflite, recipe, [*NASTY[:-1], "è"]),
    ]
    assert len({firmware_build_id(board, each) for each in others}) == len(others)
    hashes = {each.model_hash for each in others if each is not None}
    assert len(hashes) == 3, "the decision is no part of the network"


def test_the_generated_c_has_the_numbers_of_the_recipe(deployable: Deployable) -> None:
    header = generated_files(deployable)["tl_config.h"]
    for line in ("TL_WINDOW_SAMPLES (25)", "TL_STRIDE_SAMPLES (12)", "TL_MODEL_RATE_HZ (50)", "TL_LABELS (8)"):
        assert f"#define {line}\n" in header
    assert "extern const int8_t tl_thresholds[TL_LABELS];\n" in header
    assert "TL_HAS_MODEL (0)" in generated_files(None)["tl_config.h"]


def test_an_exported_network_carries_all_it_includes(deployable: Deployable, tmp_path: Path) -> None:
    written = export_library(deployable, tmp_path / "library")
    names = {path.name for path in written}
    assert {"model.c", "model.h"} <= names
    for path in written:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith('#include "'):
                assert line.split('"')[1] in names
    assert all((firmware_dir() / "nn" / name).is_file() for name in names if name.startswith("tl_"))


# --- refusals -------------------------------------------------------------------------------------------


def with_operator(network: bytes, old: int, new: int) -> bytes:
    """The same file, in which one kind of operator has become another."""
    changed = bytearray(network)
    model = tflite.Model.GetRootAsModel(changed, 0)
    for index in range(model.OperatorCodesLength()):
        table = model.OperatorCodes(index)._tab
        for slot, size in ((4, 1), (10, 4)):  # the deprecated number and the one of today
            place = table.Offset(slot)
            if place and changed[table.Pos + place] == old:
                changed[table.Pos + place : table.Pos + place + size] = new.to_bytes(size, "little")
    assert bytes(changed) != network
    return bytes(changed)


def test_an_unknown_operator_is_refused_by_name_before_anything_is_built(
    network: bytes, recipe: InputRecipe, tmp_path: Path
) -> None:
    strange = with_operator(network, tflite.BuiltinOperator.SOFTMAX, tflite.BuiltinOperator.SIN)
    with pytest.raises(EngineError, match="SIN"):
        Deployable.from_tflite(strange, recipe, NASTY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", [b"", b"not a network", None])
def test_a_damaged_file_is_refused(network: bytes, recipe: InputRecipe, damage: bytes | None) -> None:
    content = network[: len(network) // 2] if damage is None else damage
    with pytest.raises(EngineError):
        Deployable.from_tflite(content, recipe, NASTY)


@pytest.mark.parametrize(("labels", "samples"), [(NASTY[:-1], 25), ((*NASTY, "one more"), 25), (NASTY, 26)])
def test_a_network_that_does_not_fit_its_labels_or_window_is_refused(
    network: bytes, recipe: InputRecipe, labels: Sequence[str], samples: int
) -> None:
    with pytest.raises((DeployError, EngineError)) as caught:
        Deployable.from_tflite(network, replace(recipe, window_samples=samples), labels)
    assert str(len(labels)) in caught.value.message
