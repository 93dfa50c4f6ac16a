"""What the modules of `operators` read with: one operator of the file, behind checks."""

from __future__ import annotations

from dataclasses import dataclass

import tflite

from tinylab.engine.graph import Activation, Padding, Tensor, Window
from tinylab.engine.read.file_tensors import CONVERT_HINT, FileTensors
from tinylab.engine.read.flatbuffer import Options, RawOperator, RawTensor
from tinylab.errors import EngineError
from tinylab.text import tr

_ACTIVATIONS = {
    tflite.ActivationFunctionType.NONE: Activation.NONE,
    tflite.ActivationFunctionType.RELU: Activation.RELU,
    tflite.ActivationFunctionType.RELU_N1_TO_1: Activation.RELU_N1_TO_1,
    tflite.ActivationFunctionType.RELU6: Activation.RELU6,
}
_MOST_BEYOND = 255  # rows or columns that a kernel may reach, or step, beyond its whole input


@dataclass(frozen=True, slots=True)
class OperatorReader:
    """One operator of the file; positions count its inputs from 0."""

    tensors: FileTensors
    raw: RawOperator
    name: str

    def tensor(self, position: int) -> Tensor:
        """Input number `position` as an activation."""
        return self.tensors.used[self.input(position)]

    def input(self, position: int) -> int:
        """The graph's index of input number `position`."""
        return self.tensors.use(self._file_index(position))

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

    def constant(self, position: int) -> RawTensor:
        """Input number `position` as a constant."""
        tensor = self.tensors.raw[self._file_index(position)]
        if not tensor.data:
            raise self.refuse(tr("has weights that are computed while it runs"), tr("Use layers with fixed weights."))
        return tensor

    def activation(self, options: Options) -> Activation:
        """The fused activation."""
        number = options["FusedActivationFunction"]
        if number not in _ACTIVATIONS:
            raise self.refuse(tr("has a fused activation other than ReLU and ReLU6"), tr("Use ReLU as the activation."))
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
            raise self.refuse(tr("has a kernel or steps far larger than its input"), tr("Use a smaller kernel."))
        if result[1:3] != (window.output_size(shape[1], 0), window.output_size(shape[2], 1)):
            raise self.damaged()
        return window

    def refuse(self, what: str, instead: str) -> EngineError:
        """The error for a layer that cannot run on the board."""
        return EngineError(
            tr("The layer '{name}' ({kind}) {what}.", name=self.name, kind=self.raw.kind, what=what), hint=instead
        )

    def damaged(self) -> EngineError:
        """The error for sizes that contradict each other."""
        return self.refuse(tr("has sizes that do not fit together"), CONVERT_HINT)

    def require(self, holds: bool) -> None:
        """Raise `damaged()` unless `holds`."""
        if not holds:
            raise self.damaged()

    def require_same_quantization(self) -> None:
        """Refuse the layer where input 0 and the output differ in scale or zero point."""
        source, result = self.tensor(0), self.result
        if (source.scale, source.zero_point) != (result.scale, result.zero_point):
            raise self.refuse(tr("changes the scale, which it should not"), CONVERT_HINT)

    def _file_index(self, position: int) -> int:
        if position >= len(self.raw.inputs) or self.raw.inputs[position] < 0:
            raise self.refuse(tr("lacks an input"), CONVERT_HINT)
        return self.raw.inputs[position]

    def has(self, position: int) -> bool:
        """Whether input number `position` is there."""
        return position < len(self.raw.inputs) and self.raw.inputs[position] >= 0
