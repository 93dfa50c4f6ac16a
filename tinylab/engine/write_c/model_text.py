"""The fixed text around a compiled network: the documented header and the frame of model.c."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import Template

from tinylab.engine.graph import Tensor
from tinylab.engine.write_c.arguments import Argument, shape_of
from tinylab.engine.write_c.labels import Labels

_HEADER = Template("""\
// model.h: one trained network, compiled by TinyLab. No heap, no floats, no library.
//
$arrays//     int8_t output[TL_MODEL_OUTPUTS];
//     tl_model_init();
//     ... fill $filled ...
//     tl_model_run($given, output);
//     ... output[i] is how sure the network is of tl_model_label(i) ...
//
// Four functions, in the order in which they are called:
//     tl_model_sizes   what the network takes and needs
//     tl_model_init    once, before anything is computed
//     tl_model_run     one window in, one decision out
//     tl_model_label   what an output is called (tl_model_label_bytes: how long that name is)
//
$inputs_text// Output: $output_shape. Real value = (int8 value - ($output_zero)) * $output_scale.
// Static RAM: $arena_bytes bytes, beside input and output, which belong to the caller.
#ifndef TL_MODEL_H
#define TL_MODEL_H

#include <stdint.h>

$sizes#define TL_MODEL_OUTPUTS $outputs

struct tl_model_sizes {
    uint32_t inputs;           // values that one decision takes
    uint32_t outputs;          // int8 values of one decision
    uint32_t ram_bytes;        // static, beside input and output
    uint32_t constants_bytes;  // weights, biases, multipliers and shifts in flash
};

// The numbers above, for programs that do not know at compile time which network they carry.
const struct tl_model_sizes *tl_model_sizes(void);

// Makes the network forget what it has seen. Cheap; allowed at any time.
void tl_model_init(void);

${run_text}void tl_model_run($parameters, int8_t *output);

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


_RUN_TEXT = """\
// Runs the network once. `input` has TL_MODEL_INPUTS values and is only read; `output` has TL_MODEL_OUTPUTS values and
// must not overlap it. Nothing is kept between two calls; not to be called from two threads at once.
"""

_RUN_TEXT_OF_TWO = """\
// Runs the network once. `window` has TL_MODEL_WINDOW values, `features` has TL_MODEL_FEATURES; both are only read.
// `output` has TL_MODEL_OUTPUTS values and must not overlap them. Nothing is kept between two calls; not to be called
// from two threads at once.
"""

_HALVES = """\
// The same in two halves, for whoever wants to know how long each takes: what is made of the window, and the network.
void tl_model_prepare(const int16_t *input);
void tl_model_decide(int8_t *output);

"""

_RUN = """\
void tl_model_run({parameters}, int8_t *output) {{
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


def model_header(given: Sequence[Argument], result: Tensor, arena_bytes: int, streaming: str = "") -> str:
    """The text of model.h; `given` is what tl_model_run takes."""
    alone = len(given) == 1
    names = [argument.name for argument in given]
    return _HEADER.substitute(
        arrays="".join(f"//     {a.c_type} {a.name}[{a.macro}];\n" for a in given),
        filled=" and ".join(names),
        given=", ".join(names),
        inputs_text="".join(f"// Input{'' if alone else ' ' + a.name}: {a.text}\n" for a in given),
        sizes=_sizes(given),
        run_text=_RUN_TEXT if alone else _RUN_TEXT_OF_TWO,
        parameters=_parameters(given),
        halves=_HALVES if given[0].c_type == "int16_t" else "",
        output_shape=shape_of(result),
        output_scale=repr(result.scale),
        output_zero=result.zero_point,
        arena_bytes=arena_bytes,
        outputs=result.elements,
        streaming=streaming,
    )


def _sizes(given: Sequence[Argument]) -> str:
    total = sum(argument.values for argument in given)
    each = "".join(f"#define {a.macro} {a.values}\n" for a in given)
    return each if len(given) == 1 else f"#define TL_MODEL_INPUTS {total}  // all together\n{each}"


def _parameters(given: Sequence[Argument]) -> str:
    return ", ".join(argument.declaration for argument in given)


def model_source(given: Sequence[Argument], body: Body, push: str = "") -> str:
    """The text of model.c; `push` is the streaming function, where there is one."""
    run = _RUN_HALVES if body.prepare else _RUN
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
        run=run.format(parameters=_parameters(given), prepare=body.prepare, calls=body.calls),
        push=push,
        labels=body.labels.tables,
        label_names=", ".join(f"tl_label{i}" for i in range(len(lengths))),
        label_bytes=", ".join(str(n) for n in lengths),
    )
