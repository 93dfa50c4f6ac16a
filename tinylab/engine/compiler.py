"""The engine's front door: a graph and its labels in, two C files and their figures out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tinylab.assets import firmware_dir
from tinylab.engine.graph import Graph
from tinylab.engine.graph_text import macs
from tinylab.engine.lower.lowering import lower
from tinylab.engine.lower.streaming import Streaming, rows_of, stream
from tinylab.engine.memory_plan import plan
from tinylab.engine.program import Fields, Front, Program, Step, Table, with_front
from tinylab.engine.write_c import emit
from tinylab.engine.write_c.model_text import Body, model_header, model_source
from tinylab.engine.write_c.streaming_text import Streamed, push_header, push_source
from tinylab.errors import EngineError

_INCLUDE = re.compile(r'^#include "(tl_\w+\.h)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """A network as C. Whoever wants files writes them; compile model.c with firmware/nn on the include path."""

    files: Mapping[str, str]  # "model.c" and "model.h"
    kernel_files: tuple[str, ...]  # headers in firmware/nn that model.c needs, those they include among them
    arena_bytes: int  # static RAM; the caller's input and output come on top
    constants_bytes: int  # weights, biases, multipliers and shifts in flash
    macs: int  # multiply-accumulates of one run
    inputs: int  # int8 values that the network takes
    input_bytes: int  # what tl_model_run takes, in bytes
    outputs: int
    input_scale: float
    input_zero_point: int
    output_scale: float
    output_zero_point: int
    streaming: Streamed | None = None  # how it takes new samples, where it was asked to and can


def compile_graph(
    graph: Graph, labels: Sequence[str], stride: int | None = None, front: Front | None = None
) -> CompiledModel:
    """Compile a network; `labels` has one name per output, any text at all.

    With `stride`, new samples from one decision to the next, tl_model_push is there too where something can be kept.
    With `front`, tl_model_run takes what that takes, and tl_model_prepare and tl_model_decide are its two halves.

    Raises `EngineError` when the labels do not fit the outputs, or a layer exceeds what the kernels can do.
    """
    _check_labels(graph, labels)
    source, result = graph.input_tensor, graph.output_tensor
    program = lower(graph)
    if front is not None:
        program = with_front(front, program, source.elements)
    streaming = stream(graph, stride) if stride is not None else None
    files, headers, arena_bytes, streamed = _written(graph, _Parts(program, streaming, front), labels)
    return CompiledModel(
        files=files,
        kernel_files=_with_included(headers),
        arena_bytes=arena_bytes,
        constants_bytes=_constants_bytes(program),
        macs=macs(graph),
        inputs=source.elements,
        input_bytes=2 * front.values if front else source.elements,
        outputs=result.elements,
        input_scale=source.scale,
        input_zero_point=source.zero_point,
        output_scale=result.scale,
        output_zero_point=result.zero_point,
        streaming=streamed,
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """What model.c is to do."""

    program: Program  # tl_model_run
    streaming: Streaming | None  # tl_model_push
    front: Front | None  # whose steps the program begins with

    @property
    def steps(self) -> Sequence[Step]:
        """All layers, those of tl_model_push behind the others."""
        return (*self.program.steps, *(self.streaming.program.steps if self.streaming else ()))


def _written(
    graph: Graph, parts: _Parts, labels: Sequence[str]
) -> tuple[dict[str, str], list[str], int, Streamed | None]:
    """model.c and model.h, the headers they include, the arena's size, and what streaming adds."""
    memory = plan(parts.program)
    headers, tables = sorted({step.header for step in parts.steps}), emit.Tables()
    calls = emit.Calls(parts.program, memory)
    before = len(parts.front.steps) if parts.front else 0
    body = Body(
        headers=headers,
        layers=[emit.layer(number, step, tables) for number, step in enumerate(parts.steps)],
        prepare=calls.text(end=before),
        calls=calls.text(before),
        arena_bytes=memory.arena_bytes,
        constants_bytes=_constants_bytes(parts.program),
        labels=emit.labels(labels),
    )
    streamed, push = _streamed(graph, parts)
    source = graph.input_tensor
    header = model_header(source, graph.output_tensor, memory.arena_bytes, push_header(source, streamed), parts.front)
    return {"model.c": model_source(body, push), "model.h": header}, headers, memory.arena_bytes, streamed


def _streamed(graph: Graph, parts: _Parts) -> tuple[Streamed | None, str]:
    """What streaming adds, and its function."""
    streaming = parts.streaming
    if streaming is None:
        return None, ""
    state = plan(streaming.program)
    values = streaming.samples * graph.input_tensor.elements // rows_of(graph, graph.input)
    streamed = Streamed(streaming.samples, values, streaming.calls, streaming.layers, state.arena_bytes)
    calls = emit.Calls(streaming.program, state, "tl_state", len(parts.program.steps))
    return streamed, push_source(streamed, calls.text())


def _check_labels(graph: Graph, labels: Sequence[str]) -> None:
    outputs = graph.output_tensor.elements
    if len(labels) != outputs:
        raise EngineError(
            f"The network has {outputs} outputs, but there are {len(labels)} labels.",
            hint="Train the network again with the labels that the project has now.",
        )
    if outputs > 255:
        raise EngineError(f"The network has {outputs} outputs; the board takes up to 255.", hint="Use fewer classes.")
    for label in labels:
        if len(label.encode("utf-8", "surrogatepass")) > 65535:
            raise EngineError(f"The label '{label[:40]}…' is too long for the board.", hint="Give it a shorter name.")


def _constants_bytes(program: Program) -> int:
    return sum(_bytes(step.fields) for step in program.steps)


def _bytes(fields: Fields) -> int:
    total = 0
    for value in fields.values.values():
        if isinstance(value, Table):
            total += value.bytes
        elif isinstance(value, Fields):
            total += _bytes(value)
    return total


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
