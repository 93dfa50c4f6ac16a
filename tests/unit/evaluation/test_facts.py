"""Facts are named numbers of a project, and every advice comes from one of them and says what to show."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tinylab.data.parts import Part, parts_of
from tinylab.data.recording import Header
from tinylab.evaluation.advice import Advice, Severity, advice_of
from tinylab.evaluation.facts.fact import Fact, Found, Known
from tinylab.evaluation.facts.menu import definitions, facts_of
from tinylab.evaluation.take_checks.findings import Finding, FindingKind


def take(number: int, label: str, subject: str = "ann", **more: Any) -> Header:
    changes = {"rate_hz": 50.0, "samples": 200, "range_g": 4.0, **more}
    return Header(label, subject, 50.0, 0.002, 200, id=number).with_changes(**changes)


def good() -> list[Header]:
    """Three labels, ten takes each, of two people."""
    labels = ("wave", "shake", "nothing")
    return [take(n + 1, labels[n // 10], "ann" if n % 2 else "bob") for n in range(30)]


def known(takes: list[Header], **more: Any) -> Known:
    return Known(tuple(takes), {t.id: parts_of(t, ()) for t in takes}, **more)


def advised(takes: list[Header], **more: Any) -> dict[str, Advice]:
    return {advice.fact: advice for advice in advice_of(facts_of(known(takes, **more)))}


def values(facts: dict[str, Fact]) -> dict[str, Any]:
    return {name: fact.value for name, fact in facts.items()}


def test_every_fact_has_a_name_and_says_what_it_means() -> None:
    for name, definition in definitions().items():
        assert name == definition.name and "." in name
        assert definition.meaning.endswith(".") and definition.meaning[0].isupper()
    wanted = {"takes.count", "takes.min_per_class", "subjects.count", "rest.present", "duplicates.groups"}
    assert wanted <= set(definitions())


def test_the_facts_of_a_good_project() -> None:
    found = values(facts_of(known(good())))
    assert found["takes.count"] == 30 and found["classes.count"] == 3
    assert found["takes.min_per_class"] == found["takes.max_per_class"] == 10
    assert found["takes.seconds"] == 120.0
    assert found["subjects.count"] == found["subjects.min_per_class"] == 2
    assert found["rest.present"] is True and found["rates.differ"] is False and found["ranges.differ"] is False
    assert found["takes.shorter_than_window"] == found["takes.unlabelled"] == 0
    assert found["duplicates.groups"] is None and found["takes.unlike_their_class"] is None


def test_an_empty_project_has_facts_and_no_advice() -> None:
    found = values(facts_of(known([])))
    assert found["takes.count"] == found["takes.min_per_class"] == found["subjects.count"] == 0
    assert advised([]) == {}


def test_a_good_project_hears_good_news_only() -> None:
    news = advised(good(), findings={}, duplicates=(), overlaps=())
    assert {advice.severity for advice in news.values()} == {Severity.GOOD}
    assert set(news) == {"takes.min_per_class", "subjects.count", "classes.overlap"}


def test_regions_count_as_their_labels_and_not_as_the_takes() -> None:
    takes = [take(1, "wave"), take(2, "")]
    parts = {1: (Part("shake", 0, 60), Part("shake", 90, 60)), 2: ()}
    facts = facts_of(Known(tuple(takes), parts))
    assert facts["classes.count"].labels == ("shake",)
    assert facts["takes.max_per_class"].value == 1
    assert facts["takes.unlabelled"].takes == (2,)
    assert facts["takes.shorter_than_window"].takes == (1,)


@pytest.mark.parametrize(
    ("name", "change", "more", "word", "shown"),
    [
        ("takes.min_per_class", lambda t: t[:23], {}, "“nothing” has 3", ()),
        ("takes.max_per_class", lambda t: t + [take(n, "wave") for n in range(40, 61)], {}, "out of balance", ()),
        ("subjects.count", lambda t: [take(x.id, x.label) for x in t], {}, "Only one person", ()),
        (
            "subjects.min_per_class",
            lambda t: [take(x.id, x.label, "ann" if x.label == "wave" else x.subject) for x in t],
            {},
            "“wave”",
            (),
        ),
        ("rest.present", lambda t: t[:20], {}, "no class for doing nothing", ()),
        ("rates.differ", lambda t: [*t, take(99, "wave", rate_hz=100.0)], {}, "different rates", (99,)),
        ("ranges.differ", lambda t: [*t, take(99, "wave", range_g=8.0)], {}, "different ranges", (99,)),
        ("takes.shorter_than_window", lambda t: [*t, take(99, "wave", samples=50)], {}, "shorter than a window", (99,)),
        ("takes.unlabelled", lambda t: [*t, take(99, "")], {}, "no label yet", (99,)),
        ("classes.count", lambda t: t[:10], {}, "second label", ()),
        ("duplicates.groups", lambda t: t, {"duplicates": ((3, 4),)}, "same samples", (3, 4)),
        ("classes.overlap", lambda t: t, {"overlaps": (("wave", "shake"),)}, "“wave” and “shake” look alike", ()),
        (
            "takes.unlike_their_class",
            lambda t: t,
            {"findings": {7: (Finding(FindingKind.LIKE_ANOTHER, 7, "wave", 2.0, 12, "shake"),)}},
            "1 take looks unlike",
            (7,),
        ),
        (
            "takes.wrong_motion",
            lambda t: t,
            {"findings": {n: (Finding(FindingKind.NO_MOTION, n, "wave", 2.0),) for n in (7, 8)}},
            "2 takes do not move",
            (7, 8),
        ),
        (
            "takes.cut_off",
            lambda t: t,
            {"findings": {7: (Finding(FindingKind.ENDS_INSIDE, 7, "wave", 2.0),)}},
            "begins or ends inside",
            (7,),
        ),
    ],
)
def test_each_trouble_is_said_with_what_to_show(
    name: str, change: Any, more: dict[str, Any], word: str, shown: tuple[int, ...]
) -> None:
    advice = advised(change(good()), **more)[name]
    assert advice.severity is not Severity.GOOD
    assert word in advice.sentence
    assert advice.show.page in {"Collect", "Explore"} and advice.show.takes == shown


def test_what_matters_most_comes_first_and_good_news_last() -> None:
    found = advice_of(facts_of(known([*good()[:20], take(99, "wave", samples=50)], overlaps=())))
    order = [Severity.PROBLEM, Severity.CAUTION, Severity.GOOD]
    places = [order.index(advice.severity) for advice in found]
    assert places == sorted(places) and len(set(places)) == 3


def test_others_may_bring_facts_of_their_own() -> None:
    more = {"duplicates.groups": Found(2, (1, 2, 3, 4))}
    fact = facts_of(known(good(), more=more))["duplicates.groups"]
    assert (fact.value, fact.takes) == (2, (1, 2, 3, 4))


def test_rates_of_one_sensor_are_the_same() -> None:
    takes = [dataclasses.replace(each, rate_hz=50.0 + 0.02 * each.id) for each in good()]
    assert facts_of(known(takes))["rates.differ"].value is False
