"""Coverage-guided fuzzing of everything that reads a .tflite file, with atheris (libFuzzer).

    python tests/fuzz/fuzz_tflite.py -max_total_time=3600 CORPUS     for an hour; CORPUS keeps what it learns
    python tests/fuzz/fuzz_tflite.py crash-0123abcd                  once more what a run has found

Whatever the file, it must load and compile or end in an EngineError with a sentence and a hint, within the limits of
time and memory; and what loads must compute the same before and after every pass. Flags are libFuzzer's. Beside the
runs it prints how many files loaded, compiled and computed: a fuzzer that never gets in has tested nothing.
"""

from __future__ import annotations

import math
import random
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

import atheris
import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

with atheris.instrument_imports(include=["tinylab.engine", "flatbuffers"]):
    from tinylab.engine import memory_plan
    from tinylab.engine.compiler import compile_graph
    from tinylab.engine.contract import reference
    from tinylab.engine.graph import AveragePool2D, Graph, MaxPool2D
    from tinylab.engine.graph_text import macs
    from tinylab.engine.lower.full_window import lower
    from tinylab.engine.passes.pipeline import optimize, passes
    from tinylab.engine.program import Struct, Table
    from tinylab.engine.read.tflite_file import load
    from tinylab.errors import EngineError

    from file_numbers import changed  # isort: skip
    from seeds import seeds  # isort: skip

LIMITS = ("-timeout=20", "-rss_limit_mb=2048", "-max_len=40000", "-mutate_depth=2")
_MOST_WORK, _MOST_VALUES = 50_000, 5_000  # of a network that is also run
_PRINTED_EVERY = 500

memory_plan._MOST_EXACT, memory_plan._TRIES = 2, 2  # the search for a small arena would take most of the time
WHOLE = list(seeds().values())
counts: Counter[str] = Counter()


def try_file(data: bytes) -> None:
    """What atheris calls: anything but an EngineError is a finding."""
    counts["files"] += 1
    try:
        graph = load(data)
        counts["loaded"] += 1
        compile_graph(graph, ["?"] * graph.output_tensor.elements, 4)
        counts["compiled"] += 1
        for call in lower(optimize(graph)).calls:
            _check_numbers(call.constants)
        _compute(graph)
    except EngineError as error:
        assert error.message.endswith((".", "”")), error.message
        assert error.hint, error.message
    if counts["files"] % _PRINTED_EVERY == 0:
        print_counts()


def _check_numbers(struct: Struct) -> None:
    """Every number fits its type in C."""
    for name, value in struct.members.items():
        if isinstance(value, Struct):
            _check_numbers(value)
        elif isinstance(value, Table):
            limits = np.iinfo(value.c_type.removesuffix("_t"))
            assert value.values.size
            assert limits.min <= value.values.min() <= value.values.max() <= limits.max, name
        else:
            assert -(1 << 31) <= value < 1 << 31, f"{name} = {value}"


def _compute(graph: Graph) -> None:
    """A small network gives the same bits before and after every pass."""
    pools = [op for op in graph.operators if isinstance(op, MaxPool2D | AveragePool2D)]
    work = macs(graph) + sum(graph.tensors[p.output].elements * math.prod(p.window.kernel) for p in pools)
    if work > _MOST_WORK or sum(t.elements for t in graph.tensors) > _MOST_VALUES:
        return
    rng = np.random.default_rng(1)
    inputs = [rng.integers(-128, 128, (2, tensor.elements), np.int8) for tensor in graph.input_tensors]
    expected = reference.run(graph, inputs)
    for title, after in passes(graph):
        assert np.array_equal(reference.run(after, inputs), expected), title
    counts["computed"] += 1


def mutate(data: bytes, most: int, seed: int) -> bytes:
    """Mostly numbers where the schema says they stand; now and then bytes anywhere, as libFuzzer does it by itself."""
    chance = random.Random(seed)
    if chance.random() < 0.15:
        return atheris.Mutate(data, most)
    if chance.random() < 0.4:
        data = chance.choice(WHOLE)  # damage upon damage seldom loads
    return changed(data, chance)[:most]


def print_counts() -> None:
    """The counts so far, on a line that a program can read."""
    sys.stderr.write("counts " + " ".join(f"{name}={counts[name]}" for name in ORDER) + "\n")
    sys.stderr.flush()


ORDER = ("files", "loaded", "compiled", "computed")


def main() -> None:
    """Hand libFuzzer its flags and a corpus that holds the seeds."""
    arguments = sys.argv[1:]
    files = [a for a in arguments if not a.startswith("-") and Path(a).is_file()]
    if not files:
        corpus = tempfile.mkdtemp(prefix="tinylab-seeds-")
        for name, data in seeds().items():
            (Path(corpus) / f"{name}.tflite").write_bytes(data)
        arguments.append(corpus)
    warnings.simplefilter("error")  # an overflow is a finding too
    atheris.Setup([sys.argv[0], *LIMITS, *arguments], try_file, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
