"""`tinylab bench`: measurements of TinyLab itself."""

from __future__ import annotations

import argparse
from pathlib import Path

from tinylab.bench.outcome import Options, benchmarks, run_benchmark
from tinylab.cli.output import Output
from tinylab.text import tr

_DIFFERENT = 3  # exit code: compared, and not the same


def register(parsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line; the folder tinylab/bench is its menu."""
    parser = parsers.add_parser("bench", help=tr("measure TinyLab on this machine"))
    menu = benchmarks()
    parser.add_argument("what", choices=tuple(menu), help="; ".join(f"{name}: {text}" for name, text in menu.items()))
    parser.add_argument(
        "--inputs", type=int, default=2100, metavar="N", help=tr("litert only: inputs for each network")
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help=tr("content only: folders with an index.csv, beside the example")
    )
    parser.add_argument(
        "--seeds", type=int, default=3, metavar="N", help=tr("content only: how often labels are drawn")
    )
    parser.add_argument("--json", action="store_true", help=tr("print one JSON object"))
    parser.set_defaults(work=bench)


def bench(arguments: argparse.Namespace, output: Output) -> int:
    """Carry one benchmark out; exit code 3 where it compared two things and they differ."""
    options = Options(output.report, arguments.inputs, arguments.data, arguments.seeds)
    outcome = run_benchmark(arguments.what, options)
    output.result(outcome.figures, outcome.lines)
    return _DIFFERENT if outcome.differs else 0
