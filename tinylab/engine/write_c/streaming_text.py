"""The text of the streaming function: what model.h says of it, and its frame in model.c."""

from __future__ import annotations

from dataclasses import dataclass

from tinylab.engine.graph import Tensor


@dataclass(frozen=True, slots=True)
class Streamed:
    """What streaming adds."""

    samples: int  # per call of tl_model_push
    values: int  # int8 values that these have
    calls: int  # until the first decision
    layers: int  # that keep what they computed
    state_bytes: int  # static RAM, instead of the arena where only tl_model_push is used


def push_header(source: Tensor, streamed: Streamed | None) -> str:
    """What model.h says of streaming; empty where there is none."""
    if streamed is None:
        return ""
    rows = next(size for size in source.shape[1:-1] if size > 1)
    return f"""\
// The same decisions from new samples alone: most of what a window asks for was computed for the one before. `samples`
// has TL_MODEL_STEP values, the newest {streamed.samples} of {rows} samples. Returns 1 when a whole window has passed
// since tl_model_init, that is from call number {streamed.calls} on; `output` is then, bit for bit, what tl_model_run
// gives for that window. Needs {streamed.state_bytes} bytes of static RAM of its own; a linker that drops unused
// sections leaves out whichever of the two functions is not called.
#define TL_MODEL_STEP {streamed.values}
#define TL_MODEL_CALLS {streamed.calls}  // until the first decision
uint8_t tl_model_push(const int8_t *samples, int8_t *output);

"""


def push_source(streamed: Streamed, calls: str) -> str:
    """The streaming function of model.c."""
    return f"""
_Alignas(4) static int8_t tl_state[{streamed.state_bytes}];

uint8_t tl_model_push(const int8_t *input, int8_t *output) {{
{calls}    if (tl_pushes < {streamed.calls}) {{
        tl_pushes++;
    }}
    return tl_pushes >= {streamed.calls} ? 1 : 0;
}}
"""
