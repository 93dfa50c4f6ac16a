"""How much was recorded, of what and of whom: facts from the headers of the takes alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tinylab.data.recording import Header
from tinylab.evaluation.facts.fact import Definition, Found, Known
from tinylab.evaluation.rest_class import has_rest_class
from tinylab.text import tr

_SAME_RATE: Final = 1.05  # the largest over the smallest; an oscillator is no more exact than that
_SAME_LENGTH: Final = 0.99  # a take of 1.99 s holds a window of 2 s, but for the first sample


def _count(known: Known) -> Found:
    return Found(len(known.takes))


def _seconds(known: Known) -> Found:
    return Found(round(sum(take.seconds for take in known.takes), 3))


def _unlabelled(known: Known) -> Found:
    return _those(known, lambda take: not known.parts.get(take.id))


def _classes(known: Known) -> Found:
    return Found(len(known.labels), labels=known.labels)


def _takes_of_a_class(choose: Callable[[list[int]], int]) -> Callable[[Known], Found]:
    def compute(known: Known) -> Found:
        counts = {label: len(takes) for label, takes in known.takes_by_label.items()}
        chosen = choose(list(counts.values())) if counts else 0
        return Found(chosen, labels=tuple(label for label, count in counts.items() if count == chosen))

    return compute


def _people(takes: tuple[Header, ...]) -> set[str]:
    return {take.subject for take in takes if take.subject}


def _subjects(known: Known) -> Found:
    return Found(len(_people(known.takes)))


def _nameless(known: Known) -> Found:
    return _those(known, lambda take: not take.subject)


def _subjects_of_a_class(known: Known) -> Found:
    counts = {label: len(_people(takes)) for label, takes in known.takes_by_label.items()}
    fewest = min(counts.values(), default=0)
    return Found(fewest, labels=tuple(label for label, count in counts.items() if count == fewest))


def _rest(known: Known) -> Found:
    return Found(has_rest_class(known.labels), labels=known.labels)


def _rates(known: Known) -> Found:
    rates = sorted(take.rate_hz for take in known.takes)
    if not rates or rates[-1] <= _SAME_RATE * rates[0]:
        return Found(False)
    usual = rates[len(rates) // 2]
    odd = _those(known, lambda take: not usual / _SAME_RATE <= take.rate_hz <= usual * _SAME_RATE)
    return Found(True, odd.takes)


def _ranges(known: Known) -> Found:
    ranges = [take.range_g for take in known.takes if take.range_g]
    if len(set(ranges)) < 2:
        return Found(False)
    usual = max(set(ranges), key=ranges.count)
    return Found(True, _those(known, lambda take: bool(take.range_g) and take.range_g != usual).takes)


def _short(known: Known) -> Found:
    def too_short(take: Header) -> bool:
        parts = known.parts.get(take.id, ())
        return bool(parts) and all(p.count / take.rate_hz < known.window_s * _SAME_LENGTH for p in parts)

    return _those(known, too_short)


def _those(known: Known, chosen: Callable[[Header], bool]) -> Found:
    ids = tuple(take.id for take in known.takes if chosen(take))
    return Found(len(ids), ids)


FACTS: Final = (
    Definition("takes.count", tr("takes"), tr("How many takes there are."), _count),
    Definition("takes.seconds", "s", tr("How long all takes last together."), _seconds),
    Definition("takes.unlabelled", tr("takes"), tr("How many takes have no label and no region yet."), _unlabelled),
    Definition("classes.count", tr("classes"), tr("How many labels have takes or regions."), _classes),
    Definition(
        "takes.min_per_class", tr("takes"), tr("How many takes the label with the fewest has."), _takes_of_a_class(min)
    ),
    Definition(
        "takes.max_per_class", tr("takes"), tr("How many takes the label with the most has."), _takes_of_a_class(max)
    ),
    Definition("subjects.count", tr("people"), tr("How many people recorded."), _subjects),
    Definition("subjects.unnamed", tr("takes"), tr("How many takes do not say who recorded them."), _nameless),
    Definition(
        "subjects.min_per_class",
        tr("people"),
        tr("How many people recorded the label that the fewest recorded."),
        _subjects_of_a_class,
    ),
    Definition("rest.present", "", tr("Whether a label is for doing nothing."), _rest),
    Definition("rates.differ", "", tr("Whether some takes were measured at another rate than most."), _rates),
    Definition("ranges.differ", "", tr("Whether some takes were measured with another range than most."), _ranges),
    Definition(
        "takes.shorter_than_window",
        tr("takes"),
        tr("How many takes hold no whole window, so that nothing is learned from them."),
        _short,
    ),
)
