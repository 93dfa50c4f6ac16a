"""`tinylab bench engine`: what the four reference models cost on a Cortex-M4F, beside TFLM + CMSIS-NN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tinylab.bench.outcome import Options, Outcome
from tinylab.engine.build_models.reference_models import REFERENCE_MODELS
from tinylab.engine.compiler import CompiledModel, compile_graph
from tinylab.engine.contract import reference
from tinylab.engine.graph import Graph
from tinylab.errors import TinyLabError
from tinylab.temporary import TemporaryFolder
from tinylab.text import tr

_WINDOWS = 4
_STRIDE = 16  # of 128 samples, from one decision to the next
# TFLM + CMSIS-NN with its own release flags, only the needed operators, gcc 12; RAM without the stack.
_RECORDED: Mapping[str, Mapping[str, int]] = {
    "mlp": {"flash_bytes": 38_860, "ram_bytes": 2_323, "instructions": 7_465},
    "cnn1d": {"flash_bytes": 68_632, "ram_bytes": 4_306, "instructions": 307_746},
    "dscnn": {"flash_bytes": 67_764, "ram_bytes": 8_658, "instructions": 797_199},
    "magicwand": {"flash_bytes": 56_032, "ram_bytes": 5_924, "instructions": 592_749},
}


HELP = tr("what networks cost on a Cortex-M4F")


def measure(options: Options) -> Outcome:
    """Build, run and count all four; every output is compared with the reference."""
    models = []
    for name, make in REFERENCE_MODELS.items():
        options.report(tr("Measuring {name}", name=name))
        models.append(_measured(name, make()))
    return Outcome({"core": "Cortex-M4F", "compiler": "clang -O2", "models": models}, [_line(m) for m in models])


def _measured(name: str, graph: Graph) -> dict[str, Any]:
    model = compile_graph(graph, [f"class {i}" for i in range(graph.output_tensor.elements)], _STRIDE)
    instructions, cycles, flash, ram = _full(name, graph, model)
    streaming = _streaming(name, graph, model)
    recorded = _RECORDED[name]
    figures = {"flash_bytes": flash, "ram_bytes": ram, "instructions": instructions}
    return {
        "name": name,
        **figures,
        "cycles": cycles,
        "constants_bytes": model.constants_bytes,
        "macs": model.macs,
        "instructions_per_mac": round(instructions / model.macs, 3),
        "cycles_per_mac": round(cycles / model.macs, 3),
        # per decision with a stride of 16 samples; where nothing can be kept, the full window's
        "streaming_instructions": streaming["instructions"] if streaming else instructions,
        "streaming": streaming,
        "tflm_cmsis_nn": dict(recorded),
        "times_less_than_tflm": {key: round(recorded[key] / value, 2) for key, value in figures.items()},
    }


def _full(name: str, graph: Graph, model: CompiledModel) -> tuple[int, int, int, int]:
    """Instructions and cycles of the costliest window, flash, and RAM with the caller's input and output."""
    from tinylab.deploy.measure import Probe  # the emulator is heavy, and only measuring needs it

    windows = np.random.default_rng(1).integers(-128, 128, (_WINDOWS, model.inputs), np.int8)
    with TemporaryFolder("bench") as folder:
        probe = Probe(model.files, "tl_model_run", model.outputs, folder)
        runs = [probe.run(window) for window in windows]
    _check(name, np.stack([run.output for run in runs]), reference.run(graph, (windows,)))
    instructions, cycles = max(run.instructions for run in runs), max(run.cycles for run in runs)
    return instructions, cycles, probe.flash_bytes, probe.ram_bytes + model.inputs + model.outputs


def _streaming(name: str, graph: Graph, model: CompiledModel) -> dict[str, int | float] | None:
    """The same with tl_model_push; None where nothing can be kept. RAM: state and output, but no window."""
    from tinylab.deploy.measure import Probe

    if model.streaming is None:
        return None
    calls = model.streaming.calls
    samples = np.random.default_rng(2).integers(-128, 128, (calls, model.inputs // calls), np.int8)
    with TemporaryFolder("bench") as folder:
        probe = Probe(model.files, "tl_model_push", model.outputs, folder)
        last = [probe.run(row) for row in samples][-1]
    _check(name, last.output[None], reference.run(graph, (samples.reshape(1, -1),)))
    return {
        "stride": _STRIDE,
        "instructions": last.instructions,
        "cycles": last.cycles,
        "flash_bytes": probe.flash_bytes,
        "ram_bytes": probe.ram_bytes + samples.shape[1] + model.outputs,
    }


def _check(name: str, found: np.ndarray, expected: np.ndarray) -> None:
    if not np.array_equal(found, expected):
        raise TinyLabError(
            tr("The compiled network {name} does not compute what the reference does.", name=name),
            hint=tr("This is a fault of TinyLab: please report it with the compiler's version."),
        )


def _line(model: dict[str, Any]) -> str:
    less = model["times_less_than_tflm"]
    return tr(
        "{name:10}{instructions:>9,} instructions ({instructions_per_mac:.2f} per MAC, TFLM × "
        "{instructions2:.1f}){cycles:>9,} cycles{flash_bytes:>8,} B flash (÷ "
        "{flash_bytes2:.0f}){ram_bytes:>6,} B RAM (÷ {ram_bytes2:.1f}), streaming "
        "{streaming_instructions:,}",
        name=model["name"],
        instructions=model["instructions"],
        instructions_per_mac=model["instructions_per_mac"],
        instructions2=less["instructions"],
        cycles=model["cycles"],
        flash_bytes=model["flash_bytes"],
        flash_bytes2=less["flash_bytes"],
        ram_bytes=model["ram_bytes"],
        ram_bytes2=less["ram_bytes"],
        streaming_instructions=model["streaming_instructions"],
    )
