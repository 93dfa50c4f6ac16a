"""The fixed text around a compiled network: the documented header and the frame of model.c."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import Template

from tinylab.engine.graph import Tensor
from tinylab.engine.program import FeatureStage
from tinylab.engine.write_c.labels import Labels

_HEADER = Template("""\
// model.h: one trained network, compiled by TinyLab. No heap, no floats, no library.
//
//     $input_type input[TL_MODEL_INPUTS];
//     int8_t output[TL_MODEL_OUTPUTS];
//     tl_model_init();
//     ... fill input ...
//     tl_model_run(input, output);
//     ... output[i] is how sure the network is of tl_model_label(i) ...
//
// Four functions, in the order in which they are called:
//     tl_model_sizes   what the network takes and needs
//     tl_model_init    once, before anything is computed
//     tl_model_run     one window in, one decision out
//     tl_model_label   what an output is called (tl_model_label_bytes: how long that name is)
//
// Input: $input_text
// Output: $output_shape. Real value = (int8 value - ($output_zero)) * $output_scale.
// Static RAM: $arena_bytes bytes, beside the input and the output, which belong to the caller.
#ifndef TL_MODEL_H
#define TL_MODEL_H

#include <stdint.h>

#define TL_MODEL_INPUTS $inputs
#define TL_MODEL_OUTPUTS $outputs

struct tl_model_sizes {
    uint32_t inputs;           // values of one window
    uint32_t outputs;          // int8 values of one decision
    uint32_t ram_bytes;        // static, beside input and output
    uint32_t constants_bytes;  // weights, biases, multipliers and shifts in flash
};

// The numbers above, for programs that do not know at compile time which network they carry.
const struct tl_model_sizes *tl_model_sizes(void);

// Makes the network forget what it has seen. Cheap; allowed at any time.
void tl_model_init(void);

// Runs the network once. `input` has TL_MODEL_INPUTS values and is only read; `output` has TL_MODEL_OUTPUTS values and
// must not overlap it. Nothing is kept between two calls; not to be called from two threads at once.
void tl_model_run(const $input_type *input, int8_t *output);

$halves$streaming// The name of output `index`, UTF-8, ended by a zero byte; empty when there is no such output.
const char *tl_model_label(uint8_t index);

// How many bytes that name has, without the zero byte at its end.
uint16_t tl_model_label_bytes(uint8_t index);

#endif
""")

_SOURCE = Template("""\
// model.c: the numbers of one trained network and the calls that run it. Written by TinyLab; see model.h.
#include "model.h"

$includes
$arena
$layers
const struct tl_model_sizes *tl_model_sizes(void) {
    static const struct tl_model_sizes sizes = {TL_MODEL_INPUTS, TL_MODEL_OUTPUTS, $arena_bytes, $constants_bytes};
    return &sizes;
}

${counter}void tl_model_init(void) {
$forget}

$run
$push
$labels
static const unsigned char *const tl_labels[TL_MODEL_OUTPUTS] = {$label_names};
static const uint16_t tl_label_bytes[TL_MODEL_OUTPUTS] = {$label_bytes};

const char *tl_model_label(uint8_t index) {
    return index < TL_MODEL_OUTPUTS ? (const char *)tl_labels[index] : "";
}

uint16_t tl_model_label_bytes(uint8_t index) {
    return index < TL_MODEL_OUTPUTS ? tl_label_bytes[index] : (uint16_t)0;
}
""")


_HALVES = """\
// The same in two halves, for whoever wants to know how long each takes: what is made of the window, and the network.
void tl_model_prepare(const int16_t *input);
void tl_model_decide(int8_t *output);

"""

_RUN = """\
void tl_model_run(const int8_t *input, int8_t *output) {{
{calls}}}"""

_RUN_HALVES = """\
void tl_model_prepare(const int16_t *input) {{
{prepare}}}

void tl_model_decide(int8_t *output) {{
{calls}}}

void tl_model_run(const int16_t *input, int8_t *output) {{
    tl_model_prepare(input);
    tl_model_decide(output);
}}"""


@dataclass(frozen=True, slots=True)
class Body:
    """What model.c is made of."""

    headers: Sequence[str]
    layers: Sequence[str]
    prepare: str  # calls of the feature stage; empty where there is none
    calls: str
    arena_bytes: int
    constants_bytes: int
    labels: Labels


def model_header(
    source: Tensor, result: Tensor, arena_bytes: int, streaming: str = "", feature_stage: FeatureStage | None = None
) -> str:
    """The text of model.h."""
    quantized = f"{_shape(source)}. int8 value = real value / {source.scale!r} + ({source.zero_point})."
    return _HEADER.substitute(
        input_text=feature_stage.description if feature_stage else quantized,
        input_type="int16_t" if feature_stage else "int8_t",
        halves=_HALVES if feature_stage else "",
        output_shape=_shape(result),
        output_scale=repr(result.scale),
        output_zero=result.zero_point,
        arena_bytes=arena_bytes,
        inputs=feature_stage.values if feature_stage else source.elements,
        outputs=result.elements,
        streaming=streaming,
    )


def model_source(body: Body, push: str = "") -> str:
    """The text of model.c; `push` is the streaming function, where there is one."""
    arena = f"_Alignas(4) static int8_t tl_arena[{body.arena_bytes}];\n" if body.arena_bytes else ""
    lengths = body.labels.bytes
    return _SOURCE.substitute(
        includes="\n".join(f'#include "{name}"' for name in body.headers) + "\n",
        arena=arena,
        layers="\n".join(body.layers),
        arena_bytes=body.arena_bytes,
        constants_bytes=body.constants_bytes,
        counter="static uint16_t tl_pushes;  // since tl_model_init, up to a whole window\n\n" if push else "",
        forget="    tl_pushes = 0;\n" if push else "",
        run=(_RUN_HALVES if body.prepare else _RUN).format(prepare=body.prepare, calls=body.calls),
        push=push,
        labels=body.labels.tables,
        label_names=", ".join(f"tl_label{i}" for i in range(len(lengths))),
        label_bytes=", ".join(str(n) for n in lengths),
    )


def _shape(tensor: Tensor) -> str:
    return " x ".join(str(n) for n in tensor.shape[1:]) or "1"
