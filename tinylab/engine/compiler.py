"""The engine's front door: a graph and its labels in, two C files and their figures out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tinylab.assets import firmware_dir
from tinylab.engine import emit
from tinylab.engine.graph import Graph
from tinylab.engine.graph_text import macs
from tinylab.engine.lowering import lower
from tinylab.engine.memory_plan import plan
from tinylab.engine.model_text import Body, model_header, model_source
from tinylab.engine.push_text import Streamed, push_header, push_source
from tinylab.engine.steps import Fields, Program, Table
from tinylab.engine.streaming import Streaming, stream
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
    inputs: int  # int8 values
    outputs: int
    input_scale: float
    input_zero_point: int
    output_scale: float
    output_zero_point: int
    streaming: Streamed | None = None  # how it takes new samples, where it was asked to and can


def compile_graph(graph: Graph, labels: Sequence[str], stride: int | None = None) -> CompiledModel:
    """Compile a network; `labels` has one name per output, any text at all.

    With `stride`, new samples from one decision to the next, tl_model_push is there too where something can be kept.

    Raises `EngineError` when the labels do not fit the outputs, or a layer exceeds what the kernels can do.
    """
    _check_labels(graph, labels)
    program = lower(graph)
    streaming = stream(graph, stride) if stride is not None else None
    files, headers, arena_bytes, streamed = _written(graph, program, streaming, labels)
    source, result = graph.input_tensor, graph.output_tensor
    return CompiledModel(
        files=files,
        kernel_files=_with_included(headers),
        arena_bytes=arena_bytes,
        constants_bytes=_constants_bytes(program),
        macs=macs(graph),
        inputs=source.elements,
        outputs=result.elements,
        input_scale=source.scale,
        input_zero_point=source.zero_point,
        output_scale=result.scale,
        output_zero_point=result.zero_point,
        streaming=streamed,
    )


def _written(
    graph: Graph, program: Program, streaming: Streaming | None, labels: Sequence[str]
) -> tuple[dict[str, str], list[str], int, Streamed | None]:
    """model.c and model.h, the headers they include, the arena's size, and what streaming adds."""
    memory = plan(program)
    steps = (*program.steps, *(streaming.program.steps if streaming else ()))
    headers, tables = sorted({step.header for step in steps}), emit.Tables()
    body = Body(
        headers=headers,
        layers=[emit.layer(number, step, tables) for number, step in enumerate(steps)],
        calls=emit.Calls(program, memory).text(),
        arena_bytes=memory.arena_bytes,
        constants_bytes=_constants_bytes(program),
        labels=emit.labels(labels),
    )
    streamed, push = None, ""
    if streaming:
        state = plan(streaming.program)
        streamed = Streamed(streaming.samples, streaming.calls, streaming.layers, state.arena_bytes)
        push = push_source(streamed, emit.Calls(streaming.program, state, "tl_state", len(program.steps)).text())
    files = {
        "model.c": model_source(body, push),
        "model.h": model_header(
            graph.input_tensor, graph.output_tensor, memory.arena_bytes, push_header(graph.input_tensor, streamed)
        ),
    }
    return files, headers, memory.arena_bytes, streamed


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
