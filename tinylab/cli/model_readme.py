"""The README that stands beside a compiled network: sizes, cycles, and how to call it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from string import Template
from typing import Any

from tinylab.engine.compiler import CompiledModel
from tinylab.text import tr

_README = Template("""\
# A trained network in C

`model.c` is the network, `model.h` says how to call it, the other headers are the kernels it uses. Plain C11, no heap,
no floats, no library; put the folder into a project and compile `model.c`. It runs on any 8-, 16- or 32-bit core; on an
Arm core with the DSP extension (Cortex-M4, M7, M33) it uses that.

```c
#include "model.h"

int8_t $arrays, output[TL_MODEL_OUTPUTS];

tl_model_init();
for (;;) {
$fill    tl_model_run($given, output);
    /* output[i]: (value - ($output_zero)) * $output_scale for tl_model_label(i) */
}
```

## What it costs

Measured on an emulated Cortex-M4F, built by clang with `$optimization -fomit-frame-pointer`. Cycles by the processor's
manual, with memory that never waits.

| | |
|---|---|
| flash | $flash bytes, of which $constants are weights and other constants |
| RAM | $ram bytes static, beside $inputs for the input and $outputs for the output |
| instructions per run | $instructions |
| cycles per run | $cycles, $ms ms at 64 MHz |
| multiplications | $macs |
$streaming
The arithmetic is TFLite's, every product rounded once, as LiteRT's default interpreter computes it: same input, same
bits. Compiles without a warning under `-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow`.
""")


_STREAMING = Template("""
## From new samples alone

`tl_model_push` takes the $samples newest samples and gives the same decisions, bit for bit, from call number $calls on:
$instructions instructions and $cycles cycles per decision instead of $full_instructions and $full_cycles, with $flash
bytes of flash and $ram bytes of static RAM instead of $full_flash and $full_ram. Call one of the two functions and let
the linker drop the other (`-ffunction-sections -fdata-sections -Wl,--gc-sections`).
""")


@dataclass(frozen=True, slots=True)
class StreamingFigures:
    """What tl_model_push costs."""

    flash_bytes: int  # without tl_model_run
    ram_bytes: int  # static
    instructions: int
    cycles: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a build of a network costs on a Cortex-M4F."""

    optimization: str  # the compiler's flag
    flash_bytes: int  # model code and constants alone
    ram_bytes: int  # static, without the caller's input and output
    instructions: int
    cycles: int
    streaming: StreamingFigures | None = None

    def as_json(self, model: CompiledModel) -> dict[str, Any]:
        """For programs."""
        return {
            "optimization": self.optimization,
            "flash_bytes": self.flash_bytes,
            "constants_bytes": model.constants_bytes,
            "ram_bytes": self.ram_bytes,
            "instructions": self.instructions,
            "cycles": self.cycles,
            "macs": model.macs,
            "inputs": model.inputs,
            "outputs": model.outputs,
            "streaming": asdict(self.streaming) if self.streaming else None,
        }

    def lines(self, model: CompiledModel) -> list[str]:
        """For people."""
        lines = [
            tr(
                "{inputs} inputs, {outputs} outputs, {macs:,} multiplications",
                inputs=model.inputs,
                outputs=model.outputs,
                macs=model.macs,
            ),
            tr(
                "Cortex-M4F, {optimization}: {flash_bytes:,} bytes of flash ({constants_bytes:,} of them "
                "constants), {ram_bytes:,} of RAM, {instructions:,} instructions, {cycles:,} cycles",
                optimization=self.optimization,
                flash_bytes=self.flash_bytes,
                constants_bytes=model.constants_bytes,
                ram_bytes=self.ram_bytes,
                instructions=self.instructions,
                cycles=self.cycles,
            ),
        ]
        if push := self.streaming:
            lines.append(
                tr(
                    "with tl_model_push: {flash_bytes:,} bytes of flash, {ram_bytes:,} of RAM, "
                    "{instructions:,} instructions, {cycles:,} cycles",
                    flash_bytes=push.flash_bytes,
                    ram_bytes=push.ram_bytes,
                    instructions=push.instructions,
                    cycles=push.cycles,
                )
            )
        return lines


def readme(model: CompiledModel, figures: Figures) -> str:
    """The text of README.md."""
    return _README.substitute(
        arrays=", ".join(f"{a.name}[{a.macro}]" for a in model.arguments),
        given=", ".join(a.name for a in model.arguments),
        fill="".join(
            f"    /* fill {argument.name}: real value / {scale!r} + ({zero}) */\n"
            for argument, (scale, zero) in zip(model.arguments, model.quantizations, strict=True)
        ),
        output_scale=repr(model.output_scale),
        output_zero=model.output_zero_point,
        optimization=figures.optimization,
        flash=f"{figures.flash_bytes:,}",
        constants=f"{model.constants_bytes:,}",
        ram=f"{figures.ram_bytes:,}",
        inputs=model.inputs,
        outputs=model.outputs,
        instructions=f"{figures.instructions:,}",
        cycles=f"{figures.cycles:,}",
        ms=f"{figures.cycles / 64000:.2f}",
        macs=f"{model.macs:,}",
        streaming=_streaming(model, figures),
    )


def _streaming(model: CompiledModel, figures: Figures) -> str:
    if model.streaming is None or figures.streaming is None:
        return ""
    return _STREAMING.substitute(
        samples=model.streaming.samples,
        calls=model.streaming.calls,
        **{name: f"{value:,}" for name, value in _compared(figures, figures.streaming).items()},
    )


def _compared(full: Figures, streaming: StreamingFigures) -> dict[str, int]:
    return {
        "instructions": streaming.instructions,
        "cycles": streaming.cycles,
        "flash": streaming.flash_bytes,
        "ram": streaming.ram_bytes,
        "full_instructions": full.instructions,
        "full_cycles": full.cycles,
        "full_flash": full.flash_bytes,
        "full_ram": full.ram_bytes,
    }
