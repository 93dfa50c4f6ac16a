"""A small whole network as a .tflite file, and the writer that tests damage files with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import tflite

from tinylab.engine.build_models.tflite_writer import FileOperator, FileTensor, write_tflite

INT8, INT32, FLOAT32 = tflite.TensorType.INT8, tflite.TensorType.INT32, tflite.TensorType.FLOAT32


def motion_tensors(seed: int = 3) -> list[FileTensor]:
    """A one-dimensional CNN as the converter writes it with a dynamic batch."""
    rng = np.random.default_rng(seed)

    def weights(name: str, shape: Sequence[int], channels: int) -> FileTensor:
        data = rng.integers(-127, 128, shape).astype(np.int8)
        return FileTensor(name, shape, scale=list(rng.uniform(0.002, 0.01, channels)), data=data)

    def bias(channels: int) -> FileTensor:
        return FileTensor("bias", [channels], INT32, 0.001, data=rng.integers(-500, 500, channels).astype(np.int32))

    def number(name: str, values: Sequence[int]) -> FileTensor:
        return FileTensor(name, [len(values)], INT32, None, data=np.array(values, np.int32))

    return [
        FileTensor("input", [1, 32, 3], scale=0.02, zero=-29, dynamic=True),  # 0
        number("axis", [1]),
        FileTensor("expanded", [1, 1, 32, 3], scale=0.02, zero=-29, dynamic=True),  # 2
        weights("kernel", [4, 1, 5, 3], 4),
        bias(4),
        FileTensor("conv", [1, 1, 28, 4], scale=0.03, zero=-128, dynamic=True),  # 5
        FileTensor("pooled", [1, 1, 14, 4], scale=0.03, zero=-128, dynamic=True),  # 6
        FileTensor("shape", [4], INT32, None),  # 7
        FileTensor("batch", [], INT32, None),  # 8
        number("begin", [0]),
        number("end", [1]),
        FileTensor("new shape", [2], INT32, None),  # 11
        FileTensor("flat", [1, 56], scale=0.03, zero=-128, dynamic=True),  # 12
        weights("matrix", [3, 56], 3),
        bias(3),
        FileTensor("logits", [1, 3], scale=0.2, zero=5, dynamic=True),  # 15
        FileTensor("probabilities", [1, 3], scale=1 / 256, zero=-128, dynamic=True),  # 16
        number("size", [56]),
    ]


def motion_operators() -> list[FileOperator]:
    """The operators for motion_tensors."""
    relu, valid = tflite.ActivationFunctionType.RELU, tflite.Padding.VALID
    conv = {"Padding": valid, "StrideH": 1, "StrideW": 1, "DilationHFactor": 1, "DilationWFactor": 1}
    pool = {"Padding": valid, "StrideH": 1, "StrideW": 2, "FilterHeight": 1, "FilterWidth": 2}
    return [
        FileOperator("EXPAND_DIMS", [0, 1], [2]),
        FileOperator("CONV_2D", [2, 3, 4], [5], {**conv, "FusedActivationFunction": relu}),
        FileOperator("MAX_POOL_2D", [5], [6], pool),
        FileOperator("SHAPE", [6], [7]),
        FileOperator("STRIDED_SLICE", [7, 9, 10, 10], [8]),
        FileOperator("PACK", [8, 17], [11]),
        FileOperator("RESHAPE", [6, 11], [12]),
        FileOperator("FULLY_CONNECTED", [12, 13, 14], [15], {"KeepNumDims": 0}),
        FileOperator("SOFTMAX", [15], [16], {"Beta": 1.0}),
    ]


class TfliteKit:
    """What the tests use to write files."""

    Tensor = FileTensor
    Operator = FileOperator
    write = staticmethod(write_tflite)
    tensors = staticmethod(motion_tensors)
    operators = staticmethod(motion_operators)
    INT8, INT32, FLOAT32 = INT8, INT32, FLOAT32

    @staticmethod
    def motion_model() -> bytes:
        """A whole small CNN."""
        return write_tflite(motion_tensors(), motion_operators(), [0], [16])
