"""From a network and its recipe to the sources of an image, and to the image itself."""

from __future__ import annotations

import hashlib
import math
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from tinylab.assets import firmware_dir
from tinylab.boards.catalog import Board
from tinylab.deploy import toolchain
from tinylab.deploy.decision import BoardDecision, Decision
from tinylab.deploy.feature_stage import feature_stage
from tinylab.deploy.toolchain import Image, build_image, firmware_sources, include_dirs, linker_script
from tinylab.dsp.count_conversion import CountConversion
from tinylab.dsp.recipe import InputKind, InputRecipe
from tinylab.engine.compiler import CompiledModel, compile_graph
from tinylab.engine.graph import Graph
from tinylab.engine.read.tflite_file import load
from tinylab.errors import DeployError
from tinylab.text import tr

_ID_BYTES = 8
_INPUT_KINDS: Mapping[InputKind, int] = {"raw": 1, "features": 2, "both": 3}  # TL_INPUT_RAW, … in tl_window.h


@dataclass(frozen=True, slots=True)
class Deployable:
    """A network with all that the board must know of it. Checks once that the network fits its recipe and labels."""

    tflite: bytes
    recipe: InputRecipe
    labels: tuple[str, ...]
    graph: Graph
    model: CompiledModel
    decision: Decision = field(default_factory=Decision)
    measured: CountConversion | None = None  # None: the board measures with the recipe's own range
    streaming: bool = False  # whether the board computes only what is new; see tinylab.deploy.decision_cost

    @classmethod
    def from_tflite(
        cls,
        tflite: bytes,
        recipe: InputRecipe,
        labels: Sequence[str],
        decision: Decision | None = None,
        conversion: CountConversion | None = None,
    ) -> Deployable:
        """Read and compile the network; raises EngineError or DeployError before anything is built.

        Without a `conversion` the board measures with the recipe's own range.
        """
        graph = load(tflite)
        stride = None if recipe.needs_whole_windows else recipe.stride_samples
        stage = feature_stage(recipe, graph)
        model = compile_graph(graph, labels, stride, stage)
        inputs = tuple(math.prod(shape) for shape in recipe.input_shapes)
        if (model.input_sizes, model.outputs) != (inputs, len(labels)):
            raise DeployError(
                tr(
                    "The network takes {inputs} numbers and gives {outputs}, but the recipe makes {made} "
                    "and there are {count} labels.",
                    inputs=_numbers(model.input_sizes),
                    outputs=model.outputs,
                    made=_numbers(inputs),
                    count=len(labels),
                ),
                hint=tr("Train again with the labels and the window of this project."),
            )
        return cls(tflite, recipe, tuple(labels), graph, model, decision or Decision(), conversion)

    @property
    def conversion(self) -> CountConversion:
        """What the board measures with, and its way to the recipe's counts."""
        recipe = self.recipe
        return self.measured or CountConversion.between(recipe, recipe.range_g, recipe.g_per_count)

    @property
    def board_decision(self) -> BoardDecision:
        """The decision's settings as the board holds them when it starts."""
        return self.decision.settings(self.labels, self.model.output_scale, self.model.output_zero_point)

    @property
    def model_hash(self) -> bytes:
        """Eight bytes that stand for network, recipe and labels together."""
        recipe_and_labels = repr((self.recipe, self.labels)).encode()
        return hashlib.sha256(self.tflite + recipe_and_labels).digest()[:_ID_BYTES]


def _numbers(sizes: Sequence[int]) -> str:
    return " + ".join(map(str, sizes))


@dataclass(frozen=True, slots=True)
class Build:
    """An image, ready to be flashed."""

    image: Image
    build_id: str  # 16 hex digits; HELLO must carry it after flashing
    sources: tuple[Path, ...]  # the generated C


def build_firmware(
    board: Board, work_dir: Path, deployable: Deployable | None = None, cancelled: Callable[[], bool] = lambda: False
) -> Build:
    """Write the generated C into `work_dir` and build the image; without a network, one that only captures.

    The build id is a hash of everything that goes in, so the same input gives the same image.
    """
    work_dir.mkdir(parents=True, exist_ok=True)
    build_id = firmware_build_id(board, deployable)
    generated = generated_files(deployable)
    generated["tl_build_id.c"] = _build_id_source(bytes.fromhex(build_id))
    written = []
    for name, text in generated.items():
        path = work_dir / name
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    sources = [*firmware_sources(board), *(path for path in written if path.suffix == ".c")]
    image = build_image(sources, [work_dir, *include_dirs(board)], linker_script(board), work_dir, cancelled)
    return Build(image, build_id, tuple(written))


def firmware_build_id(board: Board, deployable: Deployable | None = None) -> str:
    """The id an image built now would carry, 16 hex digits, without building it."""
    headers = [path for folder in include_dirs(board) for path in sorted(folder.glob("*.h"))]
    fixed = [*firmware_sources(board), *headers, linker_script(board), Path(toolchain.__file__)]
    return _hash(generated_files(deployable), fixed).hex()


def _hash(generated: dict[str, str], files: Sequence[Path]) -> bytes:
    digest = hashlib.sha256(metadata.version("ziglang").encode())
    for name, text in generated.items():
        digest.update(name.encode() + b"\0" + text.encode() + b"\0")
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.digest()[:_ID_BYTES]


def generated_files(deployable: Deployable | None) -> dict[str, str]:
    """The generated C by file name: the configuration, and the network where there is one."""
    if deployable is None:
        return {"tl_config.h": _config_header(None), "tl_config.c": _config_source(None)}
    return {
        "tl_config.h": _config_header(deployable),
        "tl_config.c": _config_source(deployable),
        **deployable.model.files,
    }


def _config_header(deployable: Deployable | None) -> str:
    defines = _defines(deployable) if deployable else {"TL_HAS_MODEL": 0, "TL_LABELS": 0}
    lines = [
        "// What this image is built for. Generated by TinyLab.",
        "#ifndef TL_CONFIG_H",
        "#define TL_CONFIG_H",
        "",
        "#include <stdint.h>",
        "",
        *(f"#define {name} ({value})" for name, value in defines.items()),
        "",
        "extern const uint8_t tl_build_id[8];",
        "extern const uint8_t tl_model_hash[8];",
        *(["extern const int8_t tl_thresholds[TL_LABELS];"] if deployable else []),
        "",
        "#endif",
        "",
    ]
    return "\n".join(lines)


def _defines(deployable: Deployable) -> dict[str, int]:
    recipe, decision = deployable.recipe, deployable.decision
    return {
        "TL_HAS_MODEL": 1,
        "TL_WINDOW_SAMPLES": recipe.window_samples,
        "TL_STRIDE_SAMPLES": recipe.stride_samples,
        "TL_MODEL_RATE_HZ": recipe.rate_hz,
        "TL_MODEL_RANGE_G": deployable.conversion.range_g,
        **_conversion_defines(deployable.conversion),
        "TL_STREAMING": int(deployable.streaming),
        **_input_defines(deployable),
        **_movement_defines(recipe),
        "TL_LABELS": len(deployable.labels),
        "TL_CONSECUTIVE": decision.consecutive,
        "TL_SMOOTHING": decision.smoothing,
    }


def _conversion_defines(conversion: CountConversion) -> dict[str, int]:
    """Nothing where the board measures with the recipe's own counts."""
    scale = conversion.scale
    return {} if scale is None else {"TL_COUNT_MULTIPLIER": scale.multiplier, "TL_COUNT_SHIFT": scale.shift}


def _input_defines(deployable: Deployable) -> dict[str, int]:
    recipe = deployable.recipe
    kind = _INPUT_KINDS["features" if recipe.needs_whole_windows and recipe.kind == "raw" else recipe.kind]
    if recipe.kind != "raw" or recipe.needs_whole_windows:
        return {"TL_INPUT_KIND": kind}  # the network's own C scales
    ((input_scale, zero_point),) = deployable.model.quantizations
    scale = recipe.count_scale(input_scale)
    return {
        "TL_INPUT_KIND": kind,
        "TL_INPUT_ZERO": zero_point,
        "TL_INPUT_MULTIPLIER": scale.multiplier,
        "TL_INPUT_SHIFT": scale.shift,
        **({"TL_ONE_G": recipe.one_g} if recipe.magnitude else {}),
    }


def _movement_defines(recipe: InputRecipe) -> dict[str, int]:
    """Nothing where the board decides every stride."""
    if not recipe.by_movement:
        return {}
    found = recipe.movements
    return {
        "TL_MOVEMENT_LEVEL": found.level,
        "TL_MOVEMENT_SPAN": found.span,
        "TL_MOVEMENT_AIR": found.air,
        "TL_MOVEMENT_REST": found.rest,
        "TL_MOVEMENT_SHORTEST": found.shortest,
        "TL_DECIDES_REST": int(found.decides_rest),
    }


def _config_source(deployable: Deployable | None) -> str:
    if deployable is None:
        return f'#include "tl_config.h"\n\n{_id_array("tl_model_hash", bytes(_ID_BYTES))}\n'
    thresholds = ", ".join(map(str, deployable.board_decision.thresholds))
    return (
        f'#include "tl_config.h"\n\n{_id_array("tl_model_hash", deployable.model_hash)}\n'
        f"const int8_t tl_thresholds[TL_LABELS] = {{{thresholds}}};\n"
    )


def _build_id_source(build_id: bytes) -> str:
    return f'#include "tl_config.h"\n\n{_id_array("tl_build_id", build_id)}\n'


def _id_array(name: str, value: bytes) -> str:
    return tr("const uint8_t {name}[8] = {{{names}}};", name=name, names=", ".join(f"0x{byte:02X}" for byte in value))


def export_library(deployable: Deployable, folder: Path) -> list[Path]:
    """Write the network as C that compiles alone: its files and the kernels they include."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in deployable.model.files.items():
        path = folder / name
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    for name in deployable.model.kernel_files:
        written.append(Path(shutil.copyfile(firmware_dir() / "nn" / name, folder / name)))
    return written
