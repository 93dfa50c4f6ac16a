"""All checks of what takes hold, over a whole project and for one more take."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tinylab.evaluation.take_checks.content import Labelled
from tinylab.evaluation.take_checks.findings import Finding
from tinylab.evaluation.take_checks.likeness import Likeness
from tinylab.evaluation.take_checks.motion_rules import motion_findings


class Reference:
    """The takes of a project as those that others are judged beside."""

    def __init__(self, parts: Sequence[Labelled]) -> None:
        self.parts = tuple(parts)
        self._by_label: dict[str, list[Labelled]] = {}
        for part in self.parts:
            self._by_label.setdefault(part.label, []).append(part)
        self._likeness = Likeness(self.parts)
        self._likeness.learn_distances()

    def judge(self, part: Labelled) -> tuple[Finding, ...]:
        """What is wrong with a part of a known take, which is left out, or of a new one; strongest first."""
        others = [other for other in self._by_label.get(part.label, ()) if other.take_id != part.take_id]
        found = motion_findings(part, others) + self._likeness.findings(part)
        return tuple(sorted(found, key=lambda finding: -finding.strength))

    def judge_all(self, cancelled: Callable[[], bool] = lambda: False) -> dict[int, tuple[Finding, ...]]:
        """Take id → what is wrong with it; takes without findings are there with none. Ends early where cancelled."""
        found: dict[int, tuple[Finding, ...]] = {}
        for part in self.parts:
            if cancelled():
                break
            found[part.take_id] = found.get(part.take_id, ()) + self.judge(part)
        return found
