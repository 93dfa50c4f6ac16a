"""What sits on both sides of a split, so that its figure may be too good; and what is on one side only.

Takes that only check (the validation side) count as learned from: a network was chosen by them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from tinylab.evaluation.duplicates.groups import group_numbers
from tinylab.evaluation.same_rates import merged
from tinylab.evaluation.splits import Split
from tinylab.text import ntr, tr

LeakKind = Literal[
    "people", "unnamed", "sessions", "copies",
    "rates_untaught", "rates_untested", "ranges_untaught", "ranges_untested",
]  # fmt: skip
_NAMED: Final = 3  # in a sentence
_SHOWN: Final = 40  # characters of a name


@dataclass(frozen=True, slots=True)
class SplitTake:
    """What has to be known of a take, in the order that the split's indices mean."""

    id: int
    subject: str = ""
    session: str = ""
    rate_hz: float = 0.0  # as measured; 0 where it is not known
    range_g: float = 0.0  # 0 where it is not known


@dataclass(frozen=True, slots=True)
class Leak:
    """Something about the two sides that a reader of the figure has to know.

    Of `kind` "…_untaught" is what only tested takes have, of "…_untested" what only taught ones have.
    """

    kind: LeakKind
    names: tuple[str, ...]  # of people, sessions, rates in Hz or ranges in g; of copies none
    count: int  # of those, of the groups of copies, or of the takes that are nobody's
    takes: tuple[int, ...]  # ids, on both sides where it is on both
    sentence: str

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "names": list(self.names), "takes": list(self.takes)}


def leaks_of(takes: Sequence[SplitTake], split: Split, copies: Sequence[Sequence[int]] = ()) -> tuple[Leak, ...]:
    """All that there is to say of a split; what flatters the figure first.

    `copies`: groups of ids of takes with the same samples. A session is one person's: two people who name theirs alike
    do not share it.
    """
    sides = _Sides(takes, [*split.train, *split.validation], list(split.test))
    groups = group_numbers(copies)
    found = [
        _copies(sides, groups),
        _sessions(sides),
        _people(sides),
        _unnamed(sides),
        *_rates(sides),
        *_ranges(sides),
    ]
    return tuple(leak for leak in found if leak is not None)


@dataclass(frozen=True, slots=True)
class _Sides:
    takes: Sequence[SplitTake]
    taught: list[int]  # indices
    tested: list[int]

    def common(self, key: Callable[[SplitTake], Hashable]) -> list[Any]:
        """The keys that both sides have, in order; one that is empty is none."""
        first, second = ({key(self.takes[i]) for i in side} - {None, ""} for side in (self.taught, self.tested))
        return sorted(first & second)

    def ids(self, key: Callable[[SplitTake], Hashable], wanted: Sequence[Hashable]) -> tuple[int, ...]:
        """The takes of either side with one of the wanted keys."""
        return tuple(sorted(self.takes[i].id for i in self.taught + self.tested if key(self.takes[i]) in wanted))


def _people(sides: _Sides) -> Leak | None:
    names = sides.common(lambda take: take.subject)
    if not names:
        return None
    sentence = ntr(
        "{names} is in training and in test, so the figure may be too good for people it never saw.",
        "{names} are in training and in test, so the figure may be too good for people it never saw.",
        len(names),
        names=_listed(names),
    )
    return Leak("people", tuple(names), len(names), sides.ids(lambda take: take.subject, names), sentence)


def _unnamed(sides: _Sides) -> Leak | None:
    """Takes that are nobody's may be anybody's, also of those whose names stand on the other side."""
    nobodys = [take.id for i in sides.taught + sides.tested if not (take := sides.takes[i]).subject]
    if not nobodys:
        return None
    sentence = ntr(
        "1 take does not say who recorded it, so people may be in training and in test.",
        "{count} takes do not say who recorded them, so people may be in training and in test.",
        len(nobodys),
    )
    return Leak("unnamed", (), len(nobodys), tuple(sorted(nobodys)), sentence)


def _sessions(sides: _Sides) -> Leak | None:
    def key(take: SplitTake) -> tuple[str, str] | None:
        return (take.subject, take.session) if take.session else None

    found = sides.common(key)
    if not found:
        return None
    names = tuple(
        tr("“{session}” of {person}", session=session[:_SHOWN], person=person[:_SHOWN])
        if person
        else tr("“{session}”", session=session[:_SHOWN])
        for person, session in found
    )
    sentence = ntr(
        "Session {names} is in training and in test: the board sat as it did while the network learned.",
        "Sessions {names} are in training and in test: the board sat as it did while the network learned.",
        len(names),
        names=_listed(names),
    )
    return Leak("sessions", names, len(names), sides.ids(key, found), sentence)


def _copies(sides: _Sides, groups: dict[int, int]) -> Leak | None:
    def key(take: SplitTake) -> int | None:
        return groups.get(take.id)

    found = sides.common(key)
    if not found:
        return None
    sentence = ntr(
        "The same samples are in training and in test: the network is tested on what it has learned.",
        "{count} groups of takes with the same samples are in training and in test: the network is tested on what it "
        "has learned.",
        len(found),
    )
    return Leak("copies", (), len(found), sides.ids(key, found), sentence)


# --- on one side only -----------------------------------------------------------------------------------


def _rates(sides: _Sides) -> tuple[Leak | None, Leak | None]:
    rates = merged([take.rate_hz for take in sides.takes])

    def said(hz: float) -> str:
        return tr("{hz} Hz", hz=f"{hz:.3g}")

    return _one_sided(sides, rates, "rates_untaught", said), _one_sided(sides, rates, "rates_untested", said)


def _ranges(sides: _Sides) -> tuple[Leak | None, Leak | None]:
    ranges = [take.range_g for take in sides.takes]

    def said(g: float) -> str:
        return tr("±{g:g} g", g=g)

    return _one_sided(sides, ranges, "ranges_untaught", said), _one_sided(sides, ranges, "ranges_untested", said)


Said = Callable[[float], str]


def _one_sided(sides: _Sides, values: Sequence[float], kind: LeakKind, said: Said) -> Leak | None:
    """What tested takes alone have, or with a `kind` of "…_untested" taught ones alone."""
    untested = kind.endswith("_untested")
    here, there = (sides.taught, sides.tested) if untested else (sides.tested, sides.taught)
    only, ids = _only(sides, values, here, there)
    if not only:
        return None
    names = tuple(map(said, only))
    sentence = (_untested_text if untested else _untaught_text)(len(names), _listed(names))
    return Leak(kind, names, len(names), ids, sentence)


def _untaught_text(count: int, names: str) -> str:
    return ntr(
        "{names} is in test only: nothing measured so was learned.",
        "{names} are in test only: nothing measured so was learned.",
        count,
        names=names,
    )


def _untested_text(count: int, names: str) -> str:
    return ntr(
        "{names} is in training only, so the figure says nothing about it.",
        "{names} are in training only, so the figure says nothing about them.",
        count,
        names=names,
    )


def _only(
    sides: _Sides, values: Sequence[float], here: Sequence[int], there: Sequence[int]
) -> tuple[list[float], tuple[int, ...]]:
    """The known values that one side has and the other does not, and the takes with them; 0 is not known."""
    only = sorted({values[i] for i in here} - {values[i] for i in there} - {0.0})
    return only, tuple(sorted(sides.takes[i].id for i in here if values[i] in only))


def _listed(names: Sequence[str]) -> str:
    """“Anna, Ben and Cleo”, or the first of them and how many more."""
    shown = [name[:_SHOWN] for name in names]
    if len(shown) == 1:
        return shown[0]
    if len(shown) > _NAMED + 1:
        first = ", ".join(shown[:_NAMED])
        return tr("{names} and {count} others", names=first, count=len(shown) - _NAMED)
    return tr("{names} and {last}", names=", ".join(shown[:-1]), last=shown[-1])
