"""The fixed text around a compiled network: the documented header and the frame of model.c."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

from tinylab.engine.emit import Labels
from tinylab.engine.graph import Tensor

_HEADER = Template("""\
// model.h: one trained network, compiled by TinyLab. No heap, no floats, no library.
//
//     int8_t input[TL_MODEL_INPUTS], output[TL_MODEL_OUTPUTS];
//     ... fill input ...
//     tl_model_run(input, output);
//     ... output[i] is how sure the network is of tl_model_label(i) ...
//
// Input: $input_shape. int8 value = real value / $input_scale + ($input_zero).
// Output: $output_shape. Real value = (int8 value - ($output_zero)) * $output_scale.
// Static RAM: $arena_bytes bytes, beside the input and the output, which belong to the caller.
#ifndef TL_MODEL_H
#define TL_MODEL_H

#include <stdint.h>

#define TL_MODEL_INPUTS $inputs
#define TL_MODEL_OUTPUTS $outputs

// Runs the network once. `input` has TL_MODEL_INPUTS values and is only read; `output` has TL_MODEL_OUTPUTS values and
// must not overlap it. Nothing is kept between two calls; not to be called from two threads at once.
void tl_model_run(const int8_t *input, int8_t *output);

// The name of output `index`, UTF-8, ended by a zero byte; empty when there is no such output.
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
void tl_model_run(const int8_t *input, int8_t *output)
{
$calls}

$labels
static const unsigned char *const tl_labels[TL_MODEL_OUTPUTS] = {$label_names};
static const uint16_t tl_label_bytes[TL_MODEL_OUTPUTS] = {$label_bytes};

const char *tl_model_label(uint8_t index)
{
    return index < TL_MODEL_OUTPUTS ? (const char *)tl_labels[index] : "";
}

uint16_t tl_model_label_bytes(uint8_t index)
{
    return index < TL_MODEL_OUTPUTS ? tl_label_bytes[index] : (uint16_t)0;
}
""")


def model_header(source: Tensor, result: Tensor, arena_bytes: int) -> str:
    """The text of model.h."""
    return _HEADER.substitute(
        input_shape=_shape(source),
        input_scale=repr(source.scale),
        input_zero=source.zero_point,
        output_shape=_shape(result),
        output_scale=repr(result.scale),
        output_zero=result.zero_point,
        arena_bytes=arena_bytes,
        inputs=source.elements,
        outputs=result.elements,
    )


def model_source(headers: Sequence[str], layers: Sequence[str], calls: str, arena_bytes: int, labels: Labels) -> str:
    """The text of model.c."""
    arena = f"_Alignas(4) static int8_t tl_arena[{arena_bytes}];\n" if arena_bytes else ""
    return _SOURCE.substitute(
        includes="\n".join(f'#include "{name}"' for name in headers) + "\n",
        arena=arena,
        layers="\n".join(layers),
        calls=calls,
        labels=labels.tables,
        label_names=", ".join(f"tl_label{i}" for i in range(len(labels.bytes))),
        label_bytes=", ".join(str(n) for n in labels.bytes),
    )


def _shape(tensor: Tensor) -> str:
    return " x ".join(str(n) for n in tensor.shape[1:]) or "1"
