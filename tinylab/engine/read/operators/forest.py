"""A forest, which only TinyLab writes: a custom operator whose trees are constants.

Its inputs are what is asked about, then for each node feature, threshold and the other way on, then each tree's first
node, then the rows of votes; see `graph.Forest`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import tflite

from tinylab.engine.forest import NO_QUESTION, WHOLE_VOTE, Forest
from tinylab.engine.read.file_tensors import CONVERT_HINT
from tinylab.engine.read.flatbuffer import FOREST
from tinylab.engine.read.operator_reader import OperatorReader
from tinylab.errors import EngineError
from tinylab.text import tr

MOST_FEATURES = 255  # a byte says which, and one value of it a leaf
_MOST_NODES = 1 << 15
_AGAIN = tr("Train it again in TinyLab.")
_TYPES: dict[type[np.generic], int] = {
    np.int8: tflite.TensorType.INT8, np.uint8: tflite.TensorType.UINT8, np.int16: tflite.TensorType.INT16
}  # fmt: skip


def _forest(reader: OperatorReader) -> Forest:
    columns = [_constant(reader, place, kind, 1) for place, kind in ((1, np.int16), (2, np.int8), (3, np.int16))]
    roots, votes = _constant(reader, 4, np.int16, 1), _constant(reader, 5, np.uint8, 2)
    forest = Forest(reader.name, (reader.input(0),), reader.output, columns[0], columns[1], columns[2], roots, votes)
    source, result = reader.tensor(0), reader.result
    reader.require(source.elements <= MOST_FEATURES and result.elements == votes.shape[1])
    reader.require(0 < len(forest.features) <= _MOST_NODES)
    reader.require(len(forest.features) == len(forest.thresholds) == len(forest.others))
    if (result.scale, result.zero_point) != (1 / 256, -128):
        raise reader.refuse(tr("has an output scale other than 1/256"), CONVERT_HINT)
    if (votes > WHOLE_VOTE).any() or (votes.sum(axis=1, dtype=np.int64) != WHOLE_VOTE).any():
        raise reader.refuse(tr("has leaves whose votes do not add up"), _AGAIN)
    _check_trees(reader, forest, source.elements)
    return forest


def _constant(reader: OperatorReader, place: int, dtype: type[np.generic], axes: int) -> npt.NDArray[Any]:
    raw = reader.constant(place)
    reader.require(raw.kind == _TYPES[dtype] and len(raw.shape) == axes and min(raw.shape) >= 1)
    return raw.constant(dtype)


def _check_trees(reader: OperatorReader, forest: Forest, values: int) -> None:
    """Every way through every tree ends in a leaf of its own."""
    roots, nodes = forest.roots.astype(np.int64), len(forest.features)
    if roots[0] != 0 or (np.diff(roots) < 1).any() or roots[-1] >= nodes:
        raise _refused(reader, tr("has trees that do not stand one after the other"))
    numbers = np.arange(nodes)
    ends = np.append(roots[1:], nodes)[np.searchsorted(roots, numbers, side="right") - 1]  # of each node's tree
    features, others = forest.features.astype(np.int64), forest.others.astype(np.int64)
    asked = features != NO_QUESTION
    if ((features < NO_QUESTION) | (features >= values)).any():
        raise _refused(reader, tr("asks about a value that is not there"))
    if (asked & ((others <= numbers + 1) | (others >= ends))).any():
        raise _refused(reader, tr("has a question that does not lead on within its tree"))
    if (~asked & ((others < 0) | (others >= len(forest.votes)))).any():
        raise _refused(reader, tr("has a leaf without votes"))


def _refused(reader: OperatorReader, what: str) -> EngineError:
    return reader.refuse(what, _AGAIN)


READERS = {FOREST: _forest}
