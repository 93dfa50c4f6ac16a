"""Windows become points: alike lies near; what lies among another label is said."""

from __future__ import annotations

import numpy as np
import pytest
from made_takes import RATE_HZ, signal

from tinylab.evaluation.feature_map.neighbours import nearest, odd_windows, overlapping
from tinylab.evaluation.feature_map.projection import fit_projection
from tinylab.evaluation.feature_map.window_set import (
    SHORTEST_S,
    WindowSet,
    cut_windows,
    fitting_window_s,
    joined,
    stratified,
)


def windows_of(*takes: tuple[int, str, str]) -> WindowSet:
    """Windows of 2 s of made takes: (id, label, what it looks like)."""
    return joined([(take, label, 0.0, *cut_windows(signal(looks, take), RATE_HZ, 2.0)) for take, label, looks in takes])


def project(swap: int = 0) -> WindowSet:
    """Three labels of four takes; the take `swap` looks like a wave whatever its label."""
    labels = ("shake", "wave", "nothing")
    ids = range(1, 13)
    return windows_of(*((i, labels[(i - 1) // 4], "wave" if i == swap else labels[(i - 1) // 4]) for i in ids))


def test_windows_are_cut_each_half_a_window_and_say_where() -> None:
    numbers, starts = cut_windows(signal("shake", 1, 5.0), RATE_HZ, 2.0)
    assert len(numbers) == 4 and starts.tolist() == [0.0, 1.0, 2.0, 3.0]
    assert len(cut_windows(signal("shake", 1, 1.0), RATE_HZ, 2.0)[0]) == 0


def test_parts_say_where_their_windows_lie_in_the_take() -> None:
    one = cut_windows(signal("shake", 1, 3.0), RATE_HZ, 2.0)
    both = joined([(7, "shake", 0.0, *one), (7, "wave", 4.5, *one)])
    assert both.starts_s.tolist() == [0.0, 1.0, 4.5, 5.5]
    assert both.labels == ("shake", "shake", "wave", "wave") and both.take_ids.tolist() == [7] * 4
    assert len(joined([])) == 0


@pytest.mark.parametrize(("seconds", "expected"), [([4.0, 9.0], 2.0), ([1.5, 4.0], 1.5), ([], 2.0), ([0.1, 3.0], 2.0)])
def test_windows_are_as_short_as_the_shortest_part(seconds: list[float], expected: float) -> None:
    assert fitting_window_s(2.0, seconds) == expected >= SHORTEST_S


def test_two_labels_are_two_clouds() -> None:
    windows = project()
    projection = fit_projection(windows.numbers)
    points = projection.place(windows.numbers)
    assert 0.3 < projection.share <= 1
    labels = np.array(windows.labels)
    means = {label: points[labels == label].mean(axis=0) for label in set(windows.labels)}
    for label, mean in means.items():
        spread = np.linalg.norm(points[labels == label] - mean, axis=1).mean()
        assert all(np.linalg.norm(mean - other) > 2 * spread for name, other in means.items() if name != label)


def test_a_live_window_falls_into_the_cloud_of_its_movement() -> None:
    windows = project()
    projection = fit_projection(windows.numbers)
    points, labels = projection.place(windows.numbers), np.array(windows.labels)
    live = projection.place(cut_windows(signal("wave", 77, 2.0), RATE_HZ, 2.0)[0])[0]
    away = {label: np.linalg.norm(points[labels == label].mean(axis=0) - live) for label in set(windows.labels)}
    assert min(away, key=lambda label: away[label]) == "wave"


def test_the_same_windows_give_the_same_picture_and_nothing_gives_an_empty_one() -> None:
    windows = project()
    once, again = (fit_projection(windows.numbers).place(windows.numbers) for _ in range(2))
    assert np.array_equal(once, again)
    assert fit_projection(np.empty((0, 5))).place(np.empty((0, 5))).shape == (0, 2)
    assert fit_projection(np.ones((4, 3))).place(np.ones((4, 3))).tolist() == [[0.0, 0.0]] * 4


def test_a_sample_keeps_the_share_of_each_label_and_touches_every_take() -> None:
    windows = project()
    rows = stratified(windows, 18)
    assert len(rows) <= 18 and np.array_equal(rows, np.unique(rows))
    chosen = windows.chosen(rows)
    assert {chosen.labels.count(label) for label in set(windows.labels)} == {6}
    assert set(chosen.take_ids.tolist()) == set(range(1, 13))
    assert len(stratified(windows, 1000)) == len(windows)


def test_neighbours_are_of_other_takes() -> None:
    windows = project()
    rows = nearest(fit_projection(windows.numbers).standardized(windows.numbers), windows.take_ids)
    assert rows.shape == (len(windows), 7)
    for row, others in enumerate(rows):
        assert windows.take_ids[row] not in windows.take_ids[others]
        assert [windows.labels[other] for other in others].count(windows.labels[row]) > 3


def test_windows_among_another_label_are_odd_and_say_what_they_look_like() -> None:
    windows = project(swap=2)
    rows = nearest(fit_projection(windows.numbers).standardized(windows.numbers), windows.take_ids)
    odd = odd_windows(windows, rows)
    assert {each.take_id for each in odd} == {2} and len(odd) == 3
    assert {(each.label, each.suggested, each.share) for each in odd} == {("shake", "wave", 1.0)}
    assert overlapping(windows, rows) == ()


def test_labels_that_look_alike_overlap() -> None:
    windows = windows_of(*((i, "left" if i % 2 else "right", "wave") for i in range(1, 11)))
    rows = nearest(fit_projection(windows.numbers).standardized(windows.numbers), windows.take_ids)
    assert overlapping(windows, rows) == (("left", "right"),)


def test_a_take_alone_has_no_neighbours() -> None:
    windows = windows_of((1, "wave", "wave"))
    rows = nearest(windows.numbers, windows.take_ids)
    assert rows.shape[1] == 0
    assert odd_windows(windows, rows) == () and overlapping(windows, rows) == ()
