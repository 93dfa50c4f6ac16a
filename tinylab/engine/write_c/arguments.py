"""What the caller hands to a compiled network: a pointer for each input, as C and in words."""

from __future__ import annotations

from dataclasses import dataclass

from tinylab.engine.graph import Graph, Tensor
from tinylab.engine.lower.full_window import input_names
from tinylab.engine.program import FeatureStage


@dataclass(frozen=True, slots=True)
class Argument:
    """One pointer that tl_model_run takes."""

    name: str
    c_type: str
    values: int
    macro: str  # the constant of model.h that holds `values`
    text: str  # what the values are

    @property
    def bytes(self) -> int:
        """The size of what it points to."""
        return self.values * (2 if self.c_type == "int16_t" else 1)

    @property
    def declaration(self) -> str:
        """The pointer as a parameter."""
        return f"const {self.c_type} *{self.name}"


def arguments(graph: Graph, stage: FeatureStage | None) -> tuple[Argument, ...]:
    """One for each input of the network; with a feature stage one alone, for the counts that it takes."""
    if stage is not None:
        return (Argument("input", "int16_t", stage.values, "TL_MODEL_INPUTS", stage.description),)
    pairs = zip(input_names(graph).values(), graph.input_tensors, strict=True)
    alone = len(graph.inputs) == 1
    return tuple(
        Argument(name, "int8_t", tensor.elements, f"TL_MODEL_{'INPUTS' if alone else name.upper()}", _text(tensor))
        for name, tensor in pairs
    )


def _text(tensor: Tensor) -> str:
    return f"{shape_of(tensor)}. int8 value = real value / {tensor.scale!r} + ({tensor.zero_point})."


def shape_of(tensor: Tensor) -> str:
    """A shape without its batch, in plain ASCII."""
    return " x ".join(str(n) for n in tensor.shape[1:]) or "1"
