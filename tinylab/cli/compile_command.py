"""`tinylab compile`: any .tflite file of int8 layers becomes C that compiles alone, with what it costs."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from tinylab.assets import firmware_dir
from tinylab.cli.model_readme import Figures, StreamingFigures, readme
from tinylab.cli.output import Output
from tinylab.engine.compiler import CompiledModel, compile_graph
from tinylab.engine.graph import Graph
from tinylab.engine.graph_text import describe
from tinylab.engine.passes.pipeline import passes
from tinylab.engine.read.tflite_file import load
from tinylab.engine.write_c.streaming_text import Streamed
from tinylab.errors import EngineError
from tinylab.temporary import TemporaryFolder
from tinylab.text import tr

_OPTIMIZATIONS = ("-Oz", "-Os", "-O2", "-O3")
_MOST_FLASH = 1.10  # of the smallest build, for the default
_MOST_BYTES = 1 << 26  # of a file; far above what fits any microcontroller


class Arguments(Protocol):
    """What the parser found."""

    model: Path
    out: Path
    labels: str | None
    explain: bool
    goal: str
    stream: int | None


def register(parsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    text = "compile a .tflite file to C that stands alone"
    parser = parsers.add_parser("compile", help=text, description=text)
    parser.add_argument("model", type=Path, metavar="MODEL.tflite", help=tr("a full-integer int8 model"))
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help=tr("folder for model.c, model.h and kernels")
    )
    parser.add_argument("--labels", metavar="A,B,C", help=tr("names of the outputs, separated by commas"))
    parser.add_argument("--explain", action="store_true", help=tr("show the network before and after each pass"))
    parser.add_argument(
        "--stream", type=int, metavar="N", help=tr("also write tl_model_push, which takes N new samples per decision")
    )
    goal = parser.add_mutually_exclusive_group()
    for name, what in (("size", tr("the smallest build")), ("speed", tr("the fastest build"))):
        goal.add_argument(
            f"--{name}", action="store_const", const=name, dest="goal", help=tr("advise {what}", what=what)
        )
    parser.add_argument("--json", action="store_true", help=tr("print one JSON object"))
    parser.set_defaults(work=compile_model, goal="balanced")


def compile_model(arguments: Arguments, output: Output) -> int:
    """`tinylab compile`."""
    graph = load(_read(arguments.model))
    model = compile_graph(graph, _labels(arguments.labels, graph), arguments.stream)
    if arguments.stream is not None and model.streaming is None:
        raise EngineError(
            tr("With {stream} new samples per decision nothing of this network can be kept.", stream=arguments.stream),
            hint=tr("Choose a number that all strides and poolings at its start divide, and smaller than the window."),
        )
    figures = _best(model, arguments.goal)
    written = _write(arguments.out, model, figures)
    result: dict[str, Any] = {"files": [str(path) for path in written], **figures.as_json(model)}
    lines = [*figures.lines(model), *(f"  {path}" for path in written)]
    if arguments.explain:
        result["passes"] = [{"title": title, "graph": list(describe(after))} for title, after in passes(graph)]
        lines = [*_explained(graph), *lines]
    output.result(result, lines)
    return 0


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise EngineError(
                tr("{name} is too large for any board.", name=path.name), hint=tr("Choose a smaller network.")
            )
        return path.read_bytes()
    except OSError as error:
        raise EngineError(
            tr("{path} cannot be read: {strerror}.", path=path, strerror=error.strerror),
            hint=tr("Check the file's name."),
        ) from error


def _labels(given: str | None, graph: Graph) -> list[str]:
    if given is not None:
        return given.split(",")
    return [f"output {i}" for i in range(graph.output_tensor.elements)]


def _explained(graph: Graph) -> Iterator[str]:
    before: list[str] = []
    for title, after in passes(graph):
        text = list(describe(after))
        yield f"== {title}{' (nothing to do)' if text == before else ''}"
        if text != before:
            yield from (f"   {line}" for line in text)
        before = text
    yield ""


def _best(model: CompiledModel, goal: str) -> Figures:
    """Build for a Cortex-M4F in several ways, run, and choose by what the user wants."""
    found = [_measured(model, optimization) for optimization in _OPTIMIZATIONS]
    smallest = min(f.flash_bytes for f in found)
    limit = {"size": smallest, "speed": 1 << 30}.get(goal, int(smallest * _MOST_FLASH))
    return min((f for f in found if f.flash_bytes <= limit), key=lambda f: (f.cycles, f.flash_bytes))


def _measured(model: CompiledModel, optimization: str) -> Figures:
    from tinylab.deploy.measure import Probe  # the emulator is heavy, and only measuring needs it

    with TemporaryFolder("compile") as folder:
        probe = Probe(model.files, "tl_model_run", model.outputs, folder, optimization)
        random = np.random.default_rng(1)
        run = probe.run(*(random.integers(-128, 128, size, np.int8) for size in model.argument_bytes))
        streaming = _measured_streaming(model, model.streaming, folder, optimization) if model.streaming else None
    return Figures(optimization, probe.flash_bytes, probe.ram_bytes, run.instructions, run.cycles, streaming)


def _measured_streaming(model: CompiledModel, push: Streamed, folder: Path, optimization: str) -> StreamingFigures:
    """What one call of tl_model_push costs, whatever is in the window."""
    from tinylab.deploy.measure import Probe

    probe = Probe(model.files, "tl_model_push", model.outputs, folder / "push", optimization)
    random = np.random.default_rng(1)
    run = probe.run(*(random.integers(-128, 128, size, np.int8) for size in push.argument_bytes))
    return StreamingFigures(probe.flash_bytes, probe.ram_bytes, run.instructions, run.cycles)


def _write(folder: Path, model: CompiledModel, figures: Figures) -> list[Path]:
    texts = {**model.files, "README.md": readme(model, figures)}
    for name in model.kernel_files:
        texts[name] = (firmware_dir() / "nn" / name).read_text(encoding="utf-8")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise EngineError(
            tr("{folder} cannot be written: {strerror}.", folder=folder, strerror=error.strerror),
            hint=tr("Choose another folder."),
        ) from error
    return [folder / name for name in texts]
