"""Plants faults and sees whether the tests notice: python packaging/bootstrap.py mutants [words]

    --hand          the list by_hand.toml, whole (about ten minutes); without words this is what is done
    --drawn N       N edits drawn over lines that the suite runs (200 take about half an hour)
    --seed S        of the drawing; 1 unless given
    --only WORD     those whose name or file has the word in it
    --fresh         forget what earlier runs found out
    lines           record first which test runs which line (the whole suite, slower than usual); --drawn needs it once

Each fault is planted in a copy of the project, never in the checkout. A run that was broken off goes on where it was:
build/mutants.json has what is known, and a fault is tried again where its file or its tests have changed. Needs POSIX.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from by_hand import by_hand, equivalents, named_survivors
from drawing import draw
from lines import record_lines
from mutant import ROOT, Mutant
from results import Result, Results, state_of, summary
from trying import EQUIVALENT, SURVIVED, ProjectCopy

_MORE_S = 150.0  # what the tests for a fault that others did not notice may take


def main(arguments: Sequence[str]) -> int:
    """Carry out the command line; the exit code is 1 where a fault survived that is not named in survivors.toml."""
    options = _options(arguments)
    if options.lines:
        return record_lines()
    chosen = [*(by_hand() if options.hand or not options.drawn else ()), *draw(options.drawn, options.seed)]
    chosen = [each for each in chosen if options.only in each.name or options.only in each.file]
    found = try_all(chosen, Results(fresh=options.fresh))
    print("\n".join(["", *summary(found)]))
    named = named_survivors()
    return int(any(each.outcome == SURVIVED and (each.file, each.before, each.after) not in named for each in found))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", nargs="?", choices=["lines"])
    parser.add_argument("--hand", action="store_true")
    parser.add_argument("--drawn", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--fresh", action="store_true")
    return parser.parse_args(arguments)


def try_all(mutants: Sequence[Mutant], results: Results) -> list[Result]:
    """Try those that are not known yet; returns the results of all."""
    found = []
    with ProjectCopy() as copy:
        for number, mutant in enumerate(mutants, 1):
            result = results.find(mutant)
            if result is None:
                result = try_one(mutant, copy)
                results.add(result)
                print(
                    f"[{number}/{len(mutants)}] {result.outcome}: {mutant.name} ({result.seconds:.1f} s) {result.by}",
                    flush=True,
                )
            found.append(result)
    return found


def try_one(mutant: Mutant, copy: ProjectCopy) -> Result:
    """Try one; what was named as equivalent is not tried."""
    before, after = mutant.shown((ROOT / mutant.file).read_text(encoding="utf-8"))
    reason = equivalents().get((mutant.file, before, after))
    if reason is not None:
        return Result(mutant.name, EQUIVALENT, reason, 0.0, mutant.file, before, after, state_of(mutant, reason))
    verdict = copy.try_out(mutant)
    if verdict.outcome == SURVIVED and mutant.more:
        verdict = copy.try_out(replace(mutant, tests=mutant.more), _MORE_S)
    state = state_of(mutant, verdict.by)
    return Result(mutant.name, verdict.outcome, verdict.by, verdict.seconds, mutant.file, before, after, state)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
