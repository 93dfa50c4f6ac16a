"""Advice in words, each from one fact of the table, with what to show for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from tinylab.evaluation.facts.fact import Fact
from tinylab.evaluation.rest_class import rest_advice
from tinylab.text import ntr, tr

ENOUGH_TAKES: Final = 5  # of a label: fewer leave nothing to test on
GOOD_TAKES: Final = 10
_BALANCED: Final = 2.0  # the most takes of a label over the fewest
_TEACH_WRONG: Final = ("takes.unlike_their_class", "takes.wrong_motion", "duplicates.groups")
_SHOWN: Final = 40  # characters of a label
_NAMED: Final = 3  # labels in a sentence


class Severity(Enum):
    """How much an advice matters."""

    GOOD = "good"
    CAUTION = "caution"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Show:
    """What “Show me” brings up: a page, there some takes, and a label; empty where it needs none."""

    page: str
    takes: tuple[int, ...] = ()
    label: str = ""
    view: str = ""  # of Explore: "map", "takes", "proposals" or "split"


@dataclass(frozen=True, slots=True)
class Advice:
    """One sentence about a project."""

    fact: str  # the name of the fact that it comes from
    severity: Severity
    sentence: str
    show: Show


Facts = Mapping[str, Fact]


def advice_of(facts: Facts) -> tuple[Advice, ...]:
    """What the facts of a project advise, what matters most first; good news last."""
    found = [advice for rule in _RULES if (advice := rule(facts)) is not None]
    order = list(Severity)
    return tuple(sorted(found, key=lambda advice: -order.index(advice.severity)))


def urgent(advice: Sequence[Advice]) -> Advice | None:
    """What should be seen to before anything is trained: a problem, or takes that teach something wrong."""
    return next((each for each in advice if each.severity is Severity.PROBLEM or each.fact in _TEACH_WRONG), None)


def _value(facts: Facts, name: str) -> float:
    """A fact as a number; 0 where it is not known."""
    return float(facts[name].value or 0)


def _names(labels: tuple[str, ...]) -> str:
    shown = ", ".join(f"“{label[:_SHOWN]}”" for label in labels[:_NAMED])
    return tr("{names} and others", names=shown) if len(labels) > _NAMED else shown


def _first(labels: tuple[str, ...]) -> str:
    return labels[0] if labels else ""


def _enough_takes(facts: Facts) -> Advice | None:
    fact = facts["takes.min_per_class"]
    fewest, most = _value(facts, fact.name), _value(facts, "takes.max_per_class")
    show = Show("Collect", label=_first(fact.labels))
    if not fact.labels:
        return None
    names = _names(fact.labels)
    if fewest < ENOUGH_TAKES:
        sentence = ntr(
            "Too few takes: {names} has 1. Record at least {enough} of each label.",
            "Too few takes: {names} has {count}. Record at least {enough} of each label.",
            int(fewest),
            names=names,
            enough=ENOUGH_TAKES,
        )
        return Advice(fact.name, Severity.PROBLEM, sentence, show)
    if most > _BALANCED * fewest:
        sentence = tr(
            "The labels are out of balance: {names} has {fewest} takes, another label {most}.",
            names=names,
            fewest=int(fewest),
            most=int(most),
        )
        return Advice("takes.max_per_class", Severity.CAUTION, sentence, show)
    if fewest < GOOD_TAKES:
        return None
    return Advice(
        fact.name, Severity.GOOD, tr("Every label has {fewest} takes or more.", fewest=int(fewest)), Show("Collect")
    )


def _one_class(facts: Facts) -> Advice | None:
    fact = facts["classes.count"]
    if fact.value != 1:
        return None
    sentence = tr("Everything is labelled {name}: record a second label to tell it from.", name=_names(fact.labels))
    return Advice(fact.name, Severity.PROBLEM, sentence, Show("Collect"))


def _people(facts: Facts) -> Advice | None:
    count, fewest = facts["subjects.count"], facts["subjects.min_per_class"]
    if not _value(facts, "takes.count"):
        return None
    if _value(facts, count.name) <= 1:
        sentence = tr("Only one person recorded: how well it works for others is unknown. Let somebody else record.")
        return Advice(count.name, Severity.CAUTION, sentence, Show("Collect"))
    if _value(facts, fewest.name) <= 1:
        sentence = tr("Only one person recorded {names}: let the others record it, too.", names=_names(fewest.labels))
        return Advice(fewest.name, Severity.CAUTION, sentence, Show("Collect", label=_first(fewest.labels)))
    sentence = tr("{count} people recorded, so unseen people can be tested on.", count=int(_value(facts, count.name)))
    return Advice(count.name, Severity.GOOD, sentence, Show("Explore", view="split"))


def _rest(facts: Facts) -> Advice | None:
    fact = facts["rest.present"]
    sentence = rest_advice(fact.labels)
    return Advice(fact.name, Severity.CAUTION, sentence, Show("Collect")) if sentence else None


def _flag(name: str, sentence: str) -> Callable[[Facts], Advice | None]:
    def rule(facts: Facts) -> Advice | None:
        fact = facts[name]
        return Advice(name, Severity.CAUTION, sentence, Show("Collect", fact.takes)) if fact.value else None

    return rule


def _counted(
    name: str, words: Callable[[int], str], severity: Severity = Severity.CAUTION, view: str = ""
) -> Callable[[Facts], Advice | None]:
    def rule(facts: Facts) -> Advice | None:
        fact, count = facts[name], int(_value(facts, name))
        show = Show("Explore" if view else "Collect", fact.takes, view=view)
        return Advice(name, severity, words(count), show) if count else None

    return rule


def _overlap(facts: Facts) -> Advice | None:
    fact = facts["classes.overlap"]
    if not fact.value:
        return None
    first, second = fact.labels[:2]
    sentence = tr(
        "“{first}” and “{second}” look alike: their windows lie among each other. Move more differently, or join them.",
        first=first[:_SHOWN],
        second=second[:_SHOWN],
    )
    return Advice(fact.name, Severity.CAUTION, sentence, Show("Explore", label=first, view="map"))


def _apart(facts: Facts) -> Advice | None:
    fact = facts["classes.overlap"]
    if fact.value != 0 or _value(facts, "classes.count") < 2:
        return None
    return Advice(
        fact.name, Severity.GOOD, tr("The labels lie well apart in the feature map."), Show("Explore", view="map")
    )


_RULES: Final[tuple[Callable[[Facts], Advice | None], ...]] = (
    _one_class,
    _enough_takes,
    _counted(
        "takes.shorter_than_window",
        lambda n: ntr(
            "1 take is shorter than a window, so nothing is learned from it.",
            "{count} takes are shorter than a window, so nothing is learned from them.",
            n,
        ),
        Severity.PROBLEM,
    ),
    _counted(
        "takes.unlike_their_class",
        lambda n: ntr(
            "1 take looks unlike the others of its label.",
            "{count} takes look unlike the others of their label.",
            n,
        ),
    ),
    _counted(
        "takes.wrong_motion",
        lambda n: ntr(
            "1 take does not move as its label means.",
            "{count} takes do not move as their label means.",
            n,
        ),
    ),
    _counted(
        "takes.cut_off",
        lambda n: ntr(
            "1 take begins or ends inside the movement.",
            "{count} takes begin or end inside the movement.",
            n,
        ),
    ),
    _counted(
        "duplicates.groups",
        lambda n: ntr(
            "The same samples were recorded twice: one of the takes should go, or test and training share them.",
            "{count} groups of takes hold the same samples: keep one of each, or test and training share them.",
            n,
        ),
        view="proposals",
    ),
    _overlap,
    _rest,
    _people,
    _flag("rates.differ", tr("The takes were measured at different rates; those of another rate are converted.")),
    _flag("ranges.differ", tr("The takes were measured with different ranges; the larger ones are coarser.")),
    _counted(
        "takes.unlabelled",
        lambda n: ntr("1 take has no label yet.", "{count} takes have no label yet.", n),
        view="proposals",
    ),
    _apart,
)
