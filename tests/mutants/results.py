"""What is known of every mutant: build/mutants.json, from which a run that was broken off goes on."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from mutant import ROOT, Mutant
from trying import EQUIVALENT, KILLED, SURVIVED, TIMEOUT

PLACE = ROOT / "build" / "mutants.json"


@dataclass(frozen=True, slots=True)
class Result:
    """A line of the file."""

    name: str
    outcome: str  # KILLED, TIMEOUT (killed by a test that hangs), SURVIVED or EQUIVALENT
    by: str  # the test that failed; of an equivalent one, the reason
    seconds: float
    file: str
    before: str  # the lines that the edit touched
    after: str
    state: str  # of the file and of the tests that were run; what was found out about others does not count


class Results:
    """Results by the mutant's name."""

    def __init__(self, place: Path = PLACE, *, fresh: bool = False) -> None:
        self._place = place
        self._known: dict[str, Result] = {}
        if place.exists() and not fresh:
            self._known = {each["name"]: Result(**each) for each in json.loads(place.read_text(encoding="utf-8"))}

    def find(self, mutant: Mutant) -> Result | None:
        """What was found out about a mutant of the sources and tests as they are now."""
        known = self._known.get(mutant.name)
        return known if known is not None and known.state == state_of(mutant, known.by) else None

    def add(self, result: Result) -> None:
        """Keep a result; written at once, all of it or nothing."""
        self._known[result.name] = result
        self._place.parent.mkdir(parents=True, exist_ok=True)
        partial = self._place.with_suffix(".part")
        text = json.dumps([asdict(each) for each in self._known.values()], indent=1, ensure_ascii=False)
        partial.write_text(text, encoding="utf-8")
        partial.replace(self._place)


def state_of(mutant: Mutant, by: str) -> str:
    """Changes with the mutant, its file, and the file of the test that noticed it: of all its tests, where none did."""
    tests = (by,) if "::" in by else mutant.tests
    digest = hashlib.sha256(repr((mutant.old, mutant.new)).encode())
    for name in (mutant.file, *sorted({test.split("::")[0] for test in tests})):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()[:16]


def summary(results: Iterable[Result]) -> list[str]:
    """The figures in a line, and a line for every mutant that nobody noticed."""
    found = list(results)
    count = Counter(each.outcome for each in found)
    killed, real = count[KILLED] + count[TIMEOUT], len(found) - count[EQUIVALENT]
    share = killed / real if real else 1.0
    seconds = sum(each.seconds for each in found)
    head = (
        f"{len(found)} mutants in {seconds:.0f} s: {killed} killed ({count[TIMEOUT]} of them by a test that hangs), "
        f"{count[EQUIVALENT]} equivalent, {count[SURVIVED]} survived: {share:.1%} of those that matter are killed"
    )
    return [
        head,
        *(f"survived: {each.name}\n  - {each.before}\n  + {each.after}" for each in found if each.outcome == SURVIVED),
    ]
