"""A .tflite file becomes a typed graph: everything that cannot be compiled is refused here, by name."""

from __future__ import annotations

from collections.abc import Sequence

import tflite

from tinylab.engine.graph import Graph, Operator
from tinylab.engine.read.file_tensors import QUANTIZE_HINT, FileTensors
from tinylab.engine.read.flatbuffer import RawModel, RawOperator, parse
from tinylab.engine.read.operator_reader import OperatorReader
from tinylab.engine.read.operators import READERS
from tinylab.errors import EngineError
from tinylab.text import tr

# Operators on shapes (integers, not activations): with the batch fixed to 1 every shape is known, so they do nothing.
_SHAPE_ARITHMETIC = frozenset(
    {"SHAPE", "STRIDED_SLICE", "PACK", "GATHER", "CONCATENATION", "REDUCE_PROD", "MUL", "ADD", "CAST", "SLICE"}
)
_MOST_OPERATORS = 500
_INTEGER_TYPES = (tflite.TensorType.INT32, tflite.TensorType.INT64)
_INSTEAD = {
    "LSTM": tr("Use a small Conv1D stack instead of a recurrent layer."),
    "UNIDIRECTIONAL_SEQUENCE_LSTM": tr("Use a small Conv1D stack instead of a recurrent layer."),
    "WHILE": tr("Use a small Conv1D stack instead of a recurrent layer."),
    "ELU": tr("Use ReLU as the activation."),
    "GELU": tr("Use ReLU as the activation."),
    "HARD_SWISH": tr("Use ReLU6 as the activation."),
    "LEAKY_RELU": tr("Use ReLU as the activation."),
    "PRELU": tr("Use ReLU as the activation."),
    "SUB": tr("Leave centring to BatchNormalization straight after a convolution: the converter folds it away."),
    "TRANSPOSE": tr("Order the axes as time, columns, channels before training."),
    "REDUCE_MAX": "Use MaxPooling1D or MaxPooling2D.",
}
_DEFAULT_INSTEAD = tr("Use dense, convolution, pooling, add, ReLU and softmax layers.")


def load(data: bytes) -> Graph:
    """The typed graph of a full-integer int8 model.

    `data` is the whole file. Quantized tensors are int8; a float input or output is accepted where a QUANTIZE or
    DEQUANTIZE stands right beside it, which is then left out. Raises `EngineError` with a sentence and a hint for
    damaged files, float models, unknown operators (named together with their layer), more than one output, and inputs
    other than one, or two of which one is a window of a signal and the other its features. Two are told apart by their
    shapes alone, for a converter lists them as it likes: the window comes first in the graph.
    """
    raw = parse(data)
    if len(raw.operators) > _MOST_OPERATORS:
        raise EngineError(
            tr(
                "The model has {count} operators; up to {most} can be compiled.",
                count=len(raw.operators),
                most=_MOST_OPERATORS,
            ),
            hint=tr("Use a smaller network."),
        )
    _refuse_unknown(raw)
    starts, end, inner = _without_float_ends(raw)
    tensors = FileTensors(raw.tensors)
    first, last = _ordered([tensors.use(start) for start in starts], tensors), tensors.use(end)
    operators = tuple(_read(raw, o, tensors) for o in inner if not _is_shape_arithmetic(raw, o))
    graph = Graph(tuple(tensors.used), operators, first, last)
    _check_order(graph)
    return graph


def check_operators(data: bytes) -> None:
    """Raises `EngineError` with the operator's name where the board cannot run one; the file may be in float."""
    _refuse_unknown(parse(data))


def _layer(raw: RawModel, operator: RawOperator) -> str:
    """The name of what it writes; of the several that the converter joins with semicolons, the first."""
    return raw.tensors[operator.outputs[0]].name.split(";")[0] or tr("without a name")


def _is_shape_arithmetic(raw: RawModel, operator: RawOperator) -> bool:
    integers = all(raw.tensors[i].kind in _INTEGER_TYPES for i in operator.outputs)
    return operator.kind in _SHAPE_ARITHMETIC and integers


def _refuse_unknown(raw: RawModel) -> None:
    for operator in raw.operators:
        known = operator.kind in READERS or operator.kind == "DEQUANTIZE"
        if not (known or _is_shape_arithmetic(raw, operator)):
            raise EngineError(
                tr(
                    "The layer '{layer}' uses {kind}, which cannot run on the board.",
                    layer=_layer(raw, operator),
                    kind=operator.kind,
                ),
                hint=_INSTEAD.get(operator.kind, _DEFAULT_INSTEAD),
            )


def _ordered(inputs: list[int], tensors: FileTensors) -> tuple[int, ...]:
    """The graph's inputs, the window before the features."""
    ranks = {number: len(tensors.used[number].shape) for number in inputs}
    if len(inputs) == 2 and (min(ranks.values()) != 2 or max(ranks.values()) < 3):
        shapes = ["×".join(map(str, tensors.used[number].shape)) for number in inputs]
        raise EngineError(
            tr("The model's two inputs have the shapes {first} and {second}.", first=shapes[0], second=shapes[1]),
            hint=tr("Two inputs must be a window (1, samples, 1, channels) and its features (1, features)."),
        )
    return tuple(sorted(inputs, key=ranks.__getitem__, reverse=True))


def _without_float_ends(raw: RawModel) -> tuple[list[int], int, Sequence[RawOperator]]:
    """Inputs, output and operators without a QUANTIZE at each start and a DEQUANTIZE at the end."""
    if len(raw.inputs) not in (1, 2) or len(set(raw.inputs)) != len(raw.inputs) or len(raw.outputs) != 1:
        raise EngineError(
            tr(
                "The model has {count} inputs and {outputs} outputs; the board takes one or two inputs and one output.",
                count=len(raw.inputs),
                outputs=len(raw.outputs),
            ),
            hint=tr("Train a model with one input window, or a window and its features, and one output."),
        )
    starts: list[int] = []
    end = raw.outputs[0]
    operators = list(raw.operators)
    for start in raw.inputs:
        place = next((i for i, o in enumerate(operators) if _is_float_end(raw, o, "QUANTIZE", o.inputs, start)), None)
        starts.append(start if place is None else operators.pop(place).outputs[0])
    if operators and _is_float_end(raw, operators[-1], "DEQUANTIZE", operators[-1].outputs, end):
        end = operators.pop().inputs[0]
    return starts, end, operators


def _is_float_end(raw: RawModel, operator: RawOperator, kind: str, ends: tuple[int, ...], end: int) -> bool:
    is_float = raw.tensors[end].kind == tflite.TensorType.FLOAT32
    return (
        is_float and operator.kind == kind and ends == (end,) and len(operator.inputs) == 1 and operator.inputs[0] >= 0
    )


def _read(raw: RawModel, operator: RawOperator, tensors: FileTensors) -> Operator:
    if operator.kind == "DEQUANTIZE":
        raise EngineError(
            tr("The layer '{layer}' turns int8 back into float inside the network.", layer=_layer(raw, operator)),
            hint=QUANTIZE_HINT,
        )
    return READERS[operator.kind](OperatorReader(tensors, operator, _layer(raw, operator)))


def _check_order(graph: Graph) -> None:
    """Every operator reads what was written before it, and the output is written."""
    written = set(graph.inputs)
    for operator in graph.operators:
        if any(i not in written for i in operator.inputs) or operator.output in written:
            raise EngineError(
                tr("The layer '{name}' does not stand in an order in which it can run.", name=operator.name),
                hint=tr("Convert the model again with TFLiteConverter."),
            )
        written.add(operator.output)
    unread = written.intersection(graph.inputs).difference(i for op in graph.operators for i in op.inputs)
    if len(graph.inputs) > 1 and unread:
        raise EngineError(
            tr("No layer reads the input '{name}'.", name=graph.tensors[min(unread)].name),
            hint=tr("Train a model that uses both of its inputs, or one with a single input."),
        )
    if graph.output not in written:
        raise EngineError(tr("No layer computes the model's output."), hint=tr("Convert the model again."))
