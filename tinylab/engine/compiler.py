"""What others call: a graph and its labels in, two C files and their figures out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tinylab.assets import firmware_dir
from tinylab.engine.graph import Graph
from tinylab.engine.graph_text import macs
from tinylab.engine.lower.full_window import lower
from tinylab.engine.lower.streaming import Streaming, rows_of, stream
from tinylab.engine.memory_plan import plan
from tinylab.engine.passes.pipeline import optimize
from tinylab.engine.program import FeatureStage, KernelCall, Program, with_feature_stage, with_push_stage
from tinylab.engine.write_c.arguments import Argument, arguments
from tinylab.engine.write_c.calls import Calls
from tinylab.engine.write_c.constants import Tables, layer
from tinylab.engine.write_c.labels import labels as label_tables
from tinylab.engine.write_c.model_text import Body, model_header, model_source
from tinylab.engine.write_c.streaming_text import Streamed, push_header, push_source
from tinylab.errors import EngineError
from tinylab.text import tr

_INCLUDE = re.compile(r'^#include "(tl_\w+\.h)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """A network as C. Whoever wants files writes them; compile model.c with firmware/nn on the include path."""

    files: Mapping[str, str]  # "model.c" and "model.h"
    kernel_files: tuple[str, ...]  # headers in firmware/nn that model.c needs, those they include among them
    arena_bytes: int  # static RAM; the caller's input and output come on top
    constants_bytes: int  # weights, biases, multipliers and shifts in flash
    macs: int  # multiply-accumulates of one run
    input_sizes: tuple[int, ...]  # int8 values of each of the network's inputs
    arguments: tuple[Argument, ...]  # what tl_model_run takes, without the output
    outputs: int
    quantizations: tuple[tuple[float, int], ...]  # scale and zero point of each input
    output_scale: float
    output_zero_point: int
    streaming: Streamed | None = None  # how it takes new samples, where it was asked to and can

    @property
    def inputs(self) -> int:
        """How many int8 values the network takes, all inputs together."""
        return sum(self.input_sizes)

    @property
    def argument_bytes(self) -> tuple[int, ...]:
        """What each pointer that tl_model_run takes points to, in bytes."""
        return tuple(argument.bytes for argument in self.arguments)


def compile_graph(
    graph: Graph, labels: Sequence[str], stride: int | None = None, feature_stage: FeatureStage | None = None
) -> CompiledModel:
    """Compile a network; `labels` has one name per output, any text at all.

    With `stride`, new samples from one decision to the next, tl_model_push is there too where something can be kept.
    With `feature_stage`, tl_model_run takes what that takes; tl_model_prepare and tl_model_decide are its two halves.

    Raises `EngineError` when the labels do not fit the outputs, or a layer exceeds what the kernels can do.
    """
    _check_labels(graph, labels)
    sizes, result = tuple(tensor.elements for tensor in graph.input_tensors), graph.output_tensor
    optimized = optimize(graph)
    program = lower(optimized)
    if feature_stage is not None:
        program = with_feature_stage(feature_stage, program, dict(zip(graph.inputs, sizes, strict=True)))
    streaming = stream(optimized, stride) if stride is not None else None
    if streaming is not None and feature_stage is not None:
        streaming = _with_push_stage(graph, streaming, feature_stage)
    files, headers, arena_bytes, streamed = _written(graph, _Programs(program, streaming, feature_stage), labels)
    return CompiledModel(
        files=files,
        kernel_files=_with_included(headers),
        arena_bytes=arena_bytes,
        constants_bytes=program.constants_bytes,
        macs=macs(graph),
        input_sizes=sizes,
        arguments=arguments(graph, feature_stage),
        outputs=result.elements,
        quantizations=graph.quantizations,
        output_scale=result.scale,
        output_zero_point=result.zero_point,
        streaming=streamed,
    )


@dataclass(frozen=True, slots=True)
class _Programs:
    """What the functions of model.c compute."""

    window: Program  # tl_model_run
    streaming: Streaming | None  # tl_model_push
    feature_stage: FeatureStage | None  # whose calls the window's program begins with

    @property
    def calls(self) -> Sequence[KernelCall]:
        """All layers, those of tl_model_push behind the others."""
        return (*self.window.calls, *(self.streaming.program.calls if self.streaming else ()))


def _written(
    graph: Graph, programs: _Programs, labels: Sequence[str]
) -> tuple[dict[str, str], list[str], int, Streamed | None]:
    """model.c and model.h, the headers they include, the arena's size, and what streaming adds."""
    memory = plan(programs.window)
    headers, tables = sorted({call.kernel.header for call in programs.calls}), Tables()
    calls = Calls(programs.window, memory)
    before = len(programs.feature_stage.calls) if programs.feature_stage else 0
    body = Body(
        headers=headers,
        layers=[layer(number, call, tables) for number, call in enumerate(programs.calls)],
        prepare=calls.text(end=before),
        calls=calls.text(before),
        arena_bytes=memory.arena_bytes,
        constants_bytes=programs.window.constants_bytes,
        labels=label_tables(labels),
    )
    streamed, push = _streamed(graph, programs)
    given = arguments(graph, programs.feature_stage)
    header = model_header(given, graph.output_tensor, memory.arena_bytes, push_header(graph.input_tensor, streamed))
    files = {"model.c": model_source(given, body, push), "model.h": header}
    return files, headers, memory.arena_bytes, streamed


def _with_push_stage(graph: Graph, streaming: Streaming, stage: FeatureStage) -> Streaming | None:
    """The streaming program behind the stage that makes its inputs; None where the stage needs whole windows."""
    if stage.push is None:
        return None
    sizes = [tensor.elements for tensor in graph.input_tensors]
    sizes[0] = streaming.samples * sizes[0] // rows_of(graph, graph.input)
    inputs = dict(zip(graph.inputs, sizes, strict=True))
    program = with_push_stage(stage.push, streaming.program, streaming.newest, inputs)
    return replace(streaming, program=program, newest=streaming.newest + len(stage.push.samples))


def _streamed(graph: Graph, programs: _Programs) -> tuple[Streamed | None, str]:
    """What streaming adds, and its function."""
    streaming = programs.streaming
    if streaming is None:
        return None, ""
    state, stage = plan(streaming.program), programs.feature_stage
    rows, rest = rows_of(graph, graph.input), tuple(tensor.elements for tensor in graph.input_tensors[1:])
    values = streaming.samples * graph.input_tensor.elements // rows
    given = (values, *rest)
    if stage is not None:
        values = streaming.samples * stage.values // rows
        given = (2 * values, 2 * stage.values)
    streamed = Streamed(streaming.samples, values, streaming.calls, streaming.layers, state.arena_bytes, given, stage)
    calls = Calls(streaming.program, state, "tl_state", len(programs.window.calls))
    newest, features = streaming.newest, len(stage.push.features) if stage and stage.push else 0
    halves = (calls.text(0, newest), calls.text(newest, newest + features), calls.text(newest + features))
    return streamed, push_source(streamed, halves)


def _check_labels(graph: Graph, labels: Sequence[str]) -> None:
    outputs = graph.output_tensor.elements
    if len(labels) != outputs:
        raise EngineError(
            tr("The network has {outputs} outputs, but there are {count} labels.", outputs=outputs, count=len(labels)),
            hint=tr("Train the network again with the labels that the project has now."),
        )
    if outputs > 255:
        raise EngineError(
            tr("The network has {outputs} outputs; the board takes up to 255.", outputs=outputs),
            hint=tr("Use fewer classes."),
        )
    for label in labels:
        if len(label.encode("utf-8", "surrogatepass")) > 65535:
            raise EngineError(
                tr("The label '{label}…' is too long for the board.", label=label[:40]),
                hint=tr("Give it a shorter name."),
            )


def _with_included(headers: Sequence[str]) -> tuple[str, ...]:
    folder = firmware_dir() / "nn"
    found: set[str] = set()
    waiting = list(headers)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _INCLUDE.findall((folder / name).read_text(encoding="utf-8"))
    return tuple(sorted(found))
