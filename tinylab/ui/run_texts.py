"""What the page Evaluate says of a run in sentences."""

from __future__ import annotations

from typing import Final

from tinylab.text import percent, tr
from tinylab.ui.formats import one_line
from tinylab.workflow.training.runs import TrainedRun

_NAMED: Final = 8  # people


def facts_of(run: TrainedRun) -> str:
    """Who learned and who tested, how sure that is, person by person where folds asked each, and LiteRT's answers."""
    agree = tr("{n} of {all} windows equal in every bit in LiteRT.", n=run.litert_identical, all=run.int8.windows)
    return "\n\n".join(filter(None, (run.sentence, run.certainty, people_of(run), agree)))


def people_of(run: TrainedRun) -> str:
    """The people whom folds left out, the weakest first; empty where there are none."""
    people = run.folds.people if run.folds is not None else {}
    if not people:
        return ""
    weakest = sorted(people.items(), key=lambda pair: (pair[1], pair[0]))
    said = ", ".join(f"{one_line(name, 20)} {percent(share)}" for name, share in weakest[:_NAMED])
    return tr("Person by person, weakest first: {said}", said=said) + ("." if len(weakest) <= _NAMED else " …")
