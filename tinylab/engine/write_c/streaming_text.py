"""The text of the streaming functions: what model.h says of them, and their frame in model.c."""

from __future__ import annotations

from dataclasses import dataclass

from tinylab.engine.graph import Tensor
from tinylab.engine.program import FeatureStage


@dataclass(frozen=True, slots=True)
class Streamed:
    """What streaming adds."""

    samples: int  # per call of tl_model_push
    values: int  # that these have: int8, or raw counts behind a feature stage
    calls: int  # until the first decision
    layers: int  # that keep what they computed
    state_bytes: int  # static RAM, instead of the arena where only tl_model_push is used
    argument_bytes: tuple[int, ...]  # what each pointer points to that tl_model_push takes, without the output
    stage: FeatureStage | None = None  # makes the network's inputs; the new samples then stand in the window

    @property
    def caller_bytes(self) -> int:
        """RAM for what the caller hands over."""
        return self.argument_bytes[-1] if self.stage else sum(self.argument_bytes)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters of tl_model_push before its output."""
        kind = "int16_t" if self.stage else "int8_t"
        whole = "window" if self.stage else "features"
        return tuple(f"const {kind} *{name}" for name in ("samples", whole)[: len(self.argument_bytes)])


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
{_of_second(streamed)}#define TL_MODEL_STEP {streamed.values}
#define TL_MODEL_CALLS {streamed.calls}  // until the first decision
uint8_t tl_model_push({", ".join(streamed.parameters)}, int8_t *output);
{_THIRDS_HEADER if streamed.stage else ""}
"""


def _of_second(streamed: Streamed) -> str:
    if streamed.stage is not None:
        return "// `window` is the whole window that ends with these samples: TL_MODEL_INPUTS raw counts.\n"
    if len(streamed.argument_bytes) > 1:
        return "// `features` has TL_MODEL_FEATURES values, those of the window that ends with these samples.\n"
    return ""


_THIRDS_HEADER = """
// The same in three parts, which are called in this order. The first keeps what follows from the new samples and must
// be called with all of them; the other two are needed when it returned 1, and a decision is wanted.
uint8_t tl_model_push_samples(const int16_t *samples);
void tl_model_push_features(const int16_t *window);
void tl_model_push_decide(int8_t *output);
"""


def push_source(streamed: Streamed, thirds: tuple[str, str, str]) -> str:
    """The streaming functions of model.c; `thirds` are the calls for new samples, for features, and for the rest."""
    samples, features, rest = thirds
    count = f"""\
    if (tl_pushes < {streamed.calls}) {{
        tl_pushes++;
    }}
    return tl_pushes >= {streamed.calls} ? 1 : 0;
"""
    state = f"\n_Alignas(4) static int8_t tl_state[{streamed.state_bytes}];\n"
    head = f"uint8_t tl_model_push({', '.join(streamed.parameters)}, int8_t *output)"
    if streamed.stage is None:
        return f"{state}\n{head} {{\n{samples}{features}{rest}{count}}}\n"
    return f"""{state}
uint8_t tl_model_push_samples(const int16_t *samples) {{
{samples}{count}}}

void tl_model_push_features(const int16_t *window) {{
{features}}}

void tl_model_push_decide(int8_t *output) {{
{rest}}}

{head} {{
    const uint8_t whole = tl_model_push_samples(samples);
    tl_model_push_features(window);
    tl_model_push_decide(output);
    return whole;
}}
"""
