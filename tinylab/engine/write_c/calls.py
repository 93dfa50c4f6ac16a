"""A program and its memory plan as the body of a C function: one line per kernel call."""

from __future__ import annotations

from dataclasses import dataclass

from tinylab.engine.memory_plan import Plan
from tinylab.engine.program import KernelCall, Program
from tinylab.engine.write_c.layout import INDENT


@dataclass(frozen=True, slots=True)
class Calls:
    """A program as calls: its layers are numbered from `first`, its buffers stand in `arena`."""

    program: Program
    plan: Plan
    arena: str = "tl_arena"
    first: int = 0

    def text(self, begin: int = 0, end: int | None = None) -> str:
        """The body of the function: all calls, or those from `begin` to before `end`."""
        numbered = list(enumerate(self.program.calls))
        return "".join(self._call(number, call) for number, call in numbered[begin:end])

    def _call(self, number: int, call: KernelCall) -> str:
        arguments = [f"&tl_layer{self.first + number}"]
        arguments += [self._pointer(buffer) for buffer in call.sources]
        arguments.append(self._pointer(call.target, call.target_offset))
        if call.scratch_bytes is not None:
            arguments.append(f"{self.arena} + {self.plan.scratch[number]}" if call.scratch_bytes else "0")
        return f"{INDENT}{call.kernel.name}({', '.join(arguments)});\n"

    def _pointer(self, buffer: int, at: int = 0) -> str:
        if buffer in self.program.inputs:
            return self.program.inputs[buffer]
        if buffer == self.program.output:
            return f"output + {at}" if at else "output"
        return f"{self.arena} + {self.plan.offsets[buffer] + at}"
