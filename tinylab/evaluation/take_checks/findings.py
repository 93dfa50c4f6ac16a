"""What a check says of a take: one finding, in words, with the take that it resembles."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from tinylab.text import tr


class FindingKind(Enum):
    """What is wrong with what a take holds."""

    NO_MOTION = "no motion"
    MOTION_AT_REST = "motion at rest"
    BEGINS_INSIDE = "begins inside"
    ENDS_INSIDE = "ends inside"
    LIKE_ANOTHER = "like another label"
    UNLIKE = "unlike its label"


_SHOWN = 40  # characters of a label


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a take that its neighbours do not share."""

    kind: FindingKind
    take_id: int
    label: str  # of the part that it is about
    strength: float  # 1 at the limit, more beyond it
    resembles: int = 0  # the id of the take that it looks most like; 0 where that says nothing
    resembles_label: str = ""

    @property
    def sentence(self) -> str:
        """What was found, as a clause that stands in a verdict."""
        label, other = self.label[:_SHOWN], self.resembles_label[:_SHOWN]
        if self.kind is FindingKind.NO_MOTION:
            return tr("nothing moves in it, while the other takes of “{label}” move", label=label)
        if self.kind is FindingKind.MOTION_AT_REST:
            return tr("it moves, while the other takes of “{label}” are at rest", label=label)
        if self.kind is FindingKind.BEGINS_INSIDE:
            return tr("it begins inside the movement")
        if self.kind is FindingKind.ENDS_INSIDE:
            return tr("it ends inside the movement")
        if self.kind is FindingKind.LIKE_ANOTHER:
            return tr(
                "it looks like “{other}” and not like “{label}”; most like take {take}",
                other=other,
                label=label,
                take=self.resembles,
            )
        return tr(
            "it looks unlike the other takes of “{label}”; most like take {take} (“{other}”)",
            other=other,
            label=label,
            take=self.resembles,
        )
