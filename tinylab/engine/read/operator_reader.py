"""What a builder of operators works with: the file's records behind checks."""

from __future__ import annotations

from dataclasses import dataclass

import tflite

from tinylab.engine.graph import Activation, Padding, Tensor, Window
from tinylab.engine.read.file_tensors import CONVERT_HINT, FileTensors
from tinylab.engine.read.flatbuffer import Options, RawOperator, RawTensor
from tinylab.errors import EngineError

_ACTIVATIONS = {
    tflite.ActivationFunctionType.NONE: Activation.NONE,
    tflite.ActivationFunctionType.RELU: Activation.RELU,
    tflite.ActivationFunctionType.RELU_N1_TO_1: Activation.RELU_N1_TO_1,
    tflite.ActivationFunctionType.RELU6: Activation.RELU6,
}


_MOST_BEYOND = 255  # rows or columns that a kernel may reach, or step, beyond its whole input


@dataclass(frozen=True, slots=True)
class Builder:
    """What a builder function works with."""

    tensors: FileTensors
    raw: RawOperator
    name: str

    def tensor(self, place: int) -> Tensor:
        """Input number `place` as an activation."""
        return self.tensors.used[self.input(place)]

    def input(self, place: int) -> int:
        """The graph's index of input number `place`."""
        return self.tensors.use(self._file_index(place))

    @property
    def output(self) -> int:
        """The graph's index of the output."""
        return self.tensors.use(self.raw.outputs[0])

    @property
    def result(self) -> Tensor:
        """The output as an activation."""
        return self.tensors.used[self.output]

    def options(self, kind: str) -> Options:
        """The options, whose name in the schema is `kind`."""
        return Options(self.raw, kind)

    def constant(self, place: int) -> RawTensor:
        """Input number `place` as a constant."""
        tensor = self.tensors.raw[self._file_index(place)]
        if not tensor.data:
            raise self.refuse("has weights that are computed while it runs", "Use layers with fixed weights.")
        return tensor

    def activation(self, options: Options) -> Activation:
        """The fused activation."""
        number = options["FusedActivationFunction"]
        if number not in _ACTIVATIONS:
            raise self.refuse("has a fused activation other than ReLU and ReLU6", "Use ReLU as the activation.")
        return _ACTIVATIONS[number]

    def window(self, options: Options, kernel: tuple[int, int], dilation: tuple[int, int] = (1, 1)) -> Window:
        """Kernel, stride and padding, checked against input and output."""
        padding = Padding.SAME if options["Padding"] == tflite.Padding.SAME else Padding.VALID
        window = Window(kernel, (options["StrideH"], options["StrideW"]), dilation, padding)
        shape, result = self.tensor(0).shape, self.result.shape
        if len(shape) != 4 or len(result) != 4 or shape[0] != 1 or result[0] != 1:
            raise self.damaged()
        if min(*window.kernel, *window.stride, *window.dilation, *shape) < 1:
            raise self.damaged()
        if any(max(window.reach(a), window.stride[a]) > shape[1 + a] + _MOST_BEYOND for a in (0, 1)):
            raise self.refuse("has a kernel or steps far larger than its input", "Use a smaller kernel.")
        if result[1:3] != (window.output_size(shape[1], 0), window.output_size(shape[2], 1)):
            raise self.damaged()
        return window

    def refuse(self, what: str, instead: str) -> EngineError:
        """The error for a layer that cannot run on the board."""
        return EngineError(f"The layer '{self.name}' ({self.raw.kind}) {what}.", hint=instead)

    def damaged(self) -> EngineError:
        """The error for sizes that contradict each other."""
        return self.refuse("has sizes that do not fit together", CONVERT_HINT)

    def require(self, holds: bool) -> None:
        """Raise `damaged()` unless `holds`."""
        if not holds:
            raise self.damaged()

    def _file_index(self, place: int) -> int:
        if place >= len(self.raw.inputs) or self.raw.inputs[place] < 0:
            raise self.refuse("lacks an input", CONVERT_HINT)
        return self.raw.inputs[place]

    def has(self, place: int) -> bool:
        """Whether input number `place` is there."""
        return place < len(self.raw.inputs) and self.raw.inputs[place] >= 0
