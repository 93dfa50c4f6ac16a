"""A class for doing nothing is known by its label, and advised where there is none."""

from __future__ import annotations

import pytest

from tinylab.evaluation.rest_class import REST_LABEL, is_rest_label, rest_advice


@pytest.mark.parametrize(
    "label",
    ["nothing", "Idle", "AT_REST", "at-rest", "still", "none", "No motion", "doNothing", "other", "Others", " rest "],
)
def test_labels_for_doing_nothing_are_known(label: str) -> None:
    assert is_rest_label(label)
    assert rest_advice(["punch", label]) == ""


@pytest.mark.parametrize("label", ["punch", "restart", "walking", "ideal", "", "☃", "nothing but punches"])
def test_other_labels_are_not(label: str) -> None:
    assert not is_rest_label(label)


def test_without_such_a_class_one_is_advised_by_name() -> None:
    advice = rest_advice(iter(["punch", "wave"]))
    assert "no class for doing nothing" in advice and f"“{REST_LABEL}”" in advice


def test_with_fewer_than_two_labels_there_is_nothing_to_advise() -> None:
    assert rest_advice([]) == rest_advice(["punch"]) == ""
