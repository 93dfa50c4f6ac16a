"""Baselines: what was planted is found and said in units, chance is called chance, and the same seed gives the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

import tinylab.evaluation.baselines
from tinylab.dsp.features.menu import feature_groups, feature_names
from tinylab.dsp.windows import cut, to_counts
from tinylab.evaluation.baseline import Scale, Task, names_of, numbers_of
from tinylab.evaluation.baseline_rows import BaselineRow, as_good, baselines, best_simple, compare, simple_sentence
from tinylab.evaluation.baselines import nearest_centroid, threshold_rule
from tinylab.evaluation.feature_words import words_of
from tinylab.evaluation.intervals import AccuracyInterval
from tinylab.evaluation.splits import make_split
from tinylab.evaluation.units import Item
from tinylab.exchange.example import load_example

G_PER_COUNT = 1 / 1024
RATE_HZ = 50.0
Windows = npt.NDArray[np.int16]
Classes = npt.NDArray[np.int64]


def windows_of(deviations: list[float], each: int, seed: int) -> tuple[Windows, Classes]:
    """Windows of 1 s in which y swings with the class's deviation in g, differently in each, and all else is noise."""
    random = np.random.default_rng(seed)
    classes = np.repeat(np.arange(len(deviations)), each)
    signal = random.normal(0, 0.02, (len(classes), 50, 3))
    time = np.arange(50) / RATE_HZ
    for row, kind in enumerate(classes):
        size = deviations[kind] * random.uniform(0.9, 1.1) * np.sqrt(2)
        signal[row, :, 1] += size * np.sin(2 * np.pi * (3 * time + random.uniform()))
    counts = to_counts(signal.reshape(-1, 3), G_PER_COUNT, 8.0).reshape(signal.shape)
    return counts, classes.astype(np.int64)


def rows_of(
    deviations: list[float], names: tuple[str, ...] = (), each: int = 30, seed: int = 1
) -> dict[str, BaselineRow]:
    """The rows by name; five people with two takes of each class are tested."""
    taught, tested = windows_of(deviations, each, 1), windows_of(deviations, each, 2)
    takes = np.arange(len(tested[1])) // (each // 10)
    people = {int(take): f"person {take % 5}" for take in takes}
    labels = ["walking", "running", "resting", "jumping", "rowing"][: len(deviations)]
    rows = compare(*taught, *tested, takes, people, labels, G_PER_COUNT, RATE_HZ, names=names, seed=seed)
    return {row.name: row for row in rows}


def test_the_folder_is_the_menu_and_the_simplest_comes_first() -> None:
    folder = Path(tinylab.evaluation.baselines.__file__).parent
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == set(baselines())
    assert list(baselines()) == [
        "majority", "threshold_rule", "nearest_centroid", "logistic_regression", "decision_tree",
        "nearest_neighbours", "small_forest", "random_forest",
    ]  # fmt: skip
    assert all(module.TITLE for module in baselines().values())


def test_a_planted_threshold_is_found_by_all_and_said_in_g() -> None:
    rows = rows_of([0.7, 1.9])
    assert [row.accuracy for row in rows.values()] == [0.5, *[1.0] * 7]
    rule = rows["threshold_rule"]
    assert rule.macro_f1 == 1.0
    feature, rest = rule.words.split(" > ")
    assert rest.endswith(" → “running”, else “walking”")
    if feature == "deviation of y":  # several features tell these two apart without a mistake
        assert 0.8 < float(rest.split()[0]) < 1.7


def test_a_rule_is_in_the_unit_of_its_feature() -> None:
    """On the deviation alone the threshold lies in the middle between 0.7 and 1.9 g, about."""
    (windows, classes), names = windows_of([0.7, 1.9], 30, 1), names_of()
    task = Task(["walking", "running"], ("deviation y",), G_PER_COUNT, RATE_HZ, 50)
    numbers = numbers_of(windows)[:, [names.index("deviation y")]]
    fitted = threshold_rule.fit(numbers, classes, task)
    feature, rest = fitted.words.split(" > ")
    assert (feature, rest.split(" ", 1)[1]) == ("deviation of y", "g → “running”, else “walking”")
    assert 1.1 <= float(rest.split()[0]) <= 1.4
    assert (fitted.predict(numbers) == classes).all()


def test_a_value_at_the_threshold_lies_below_and_the_first_of_equal_features_is_taken() -> None:
    task = Task(["low", "high"], ("mean x", "mean y"), G_PER_COUNT, RATE_HZ, 50)
    numbers = np.repeat([[1.0, 1.0], [3.0, 3.0]], 4, axis=0)
    fitted = threshold_rule.fit(numbers, np.repeat([0, 1], 4), task)
    assert fitted.words == "mean of x > 0.002 g → “high”, else “low”"
    assert fitted.predict(np.array([[1.9, 9.0], [2.0, 9.0], [2.1, 0.0]])).tolist() == [0, 0, 1]


def test_the_nearest_mean_is_the_one_of_the_least_distance() -> None:
    random = np.random.default_rng(5)
    numbers, classes = random.normal(0, 1, (60, 4)), np.repeat([0, 2, 3], 20)
    numbers += classes[:, None]
    answers = nearest_centroid.fit(numbers, classes, Task((), (), G_PER_COUNT, RATE_HZ, 50)).predict(numbers)
    scaled = Scale.of(numbers).scaled(numbers)
    means = np.stack([scaled[classes == number].mean(axis=0) for number in (0, 2, 3)])
    expected = np.linalg.norm(scaled[:, None] - means, axis=2).argmin(axis=1)
    assert answers.tolist() == np.array([0, 2, 3])[expected].tolist()


def test_a_rule_for_several_labels_has_thresholds_upwards_and_at_most_three() -> None:
    rows = rows_of([0.2, 0.5, 1.0, 2.0, 3.5], ("threshold_rule",))
    words = rows["threshold_rule"].words
    assert words.count("up to") == 3
    assert words.index("“walking”") < words.index("“running”") < words.index(", above ")
    assert rows["threshold_rule"].accuracy == pytest.approx(0.8)
    three = rows_of([2.0, 0.2, 0.7], ("threshold_rule",))["threshold_rule"]
    assert three.accuracy == 1.0
    assert three.words.index("“running”") < three.words.index("“resting”") < three.words.index(", above “walking”")


def test_what_goes_on_a_board_and_why_the_others_do_not() -> None:
    rows = rows_of([0.7, 1.9])
    assert {name for name, row in rows.items() if row.deployable} == {
        "threshold_rule", "nearest_centroid", "logistic_regression", "decision_tree", "small_forest"
    }  # fmt: skip
    assert rows["nearest_neighbours"].why_not.startswith("It keeps every training window: 60 of them take 3 KB")
    assert "at most 20 trees" in rows["random_forest"].why_not
    assert rows["decision_tree"].words.startswith("1 question: ")
    assert rows["random_forest"].to_json()["why_not"]
    assert all(BaselineRow.from_json(row.to_json()) == row for row in rows.values())


def test_chance_is_not_called_good() -> None:
    """Labels that mean nothing: no interval lies above one half, and a network at 95 % is better than all."""
    rows = list(rows_of([1.0, 1.0]).values())
    assert len(rows) == 8
    assert all(each.interval is not None and each.interval.low <= 0.5 for each in rows)
    assert simple_sentence(rows, 0.95, AccuracyInterval(0.85, 1.0, "people", 20)) == ""
    assert simple_sentence(rows, 0.5) != ""


def test_the_same_seed_gives_the_same() -> None:
    chosen = ("decision_tree", "small_forest", "threshold_rule")
    assert rows_of([1.0, 1.05], chosen) == rows_of([1.0, 1.05], chosen)
    other = rows_of([1.0, 1.05], chosen, seed=2)
    assert other["threshold_rule"] == rows_of([1.0, 1.05], chosen)["threshold_rule"]
    assert other["small_forest"] != rows_of([1.0, 1.05], chosen)["small_forest"]


def test_as_many_labels_as_takes_are_no_reason_for_a_warning() -> None:
    windows, _ = windows_of([0.7, 1.9], 15, 1)
    labels = [str(number) for number in range(30)]
    rows = compare(
        windows, np.arange(30), windows, np.arange(30), np.arange(30), {}, labels, G_PER_COUNT, RATE_HZ,
        names=["decision_tree", "threshold_rule"],
    )  # fmt: skip
    assert len(rows) == 2


def test_one_class_no_window_and_windows_that_are_all_alike() -> None:
    windows, classes = windows_of([0.7, 1.9], 10, 1)
    takes, labels = np.arange(20), ["a", "b"]
    one = compare(windows[:10], classes[:10], windows, classes, takes, {}, labels, G_PER_COUNT, RATE_HZ)
    assert [row.name for row in one] == ["majority"]
    none = windows[:0], classes[:0]
    assert compare(*none, windows, classes, takes, {}, labels, G_PER_COUNT, RATE_HZ) == ()
    assert compare(windows, classes, *none, takes[:0], {}, labels, G_PER_COUNT, RATE_HZ) == ()
    alike = np.zeros_like(windows)
    rows = compare(alike, classes, alike, classes, takes, {}, labels, G_PER_COUNT, RATE_HZ)
    assert {row.accuracy for row in rows} == {0.5}
    assert rows[1].words == "always “a”"


def test_the_scale_is_the_training_sides_own_and_clipped() -> None:
    scale = Scale.of(np.array([[0.0, 5.0], [2.0, 5.0]]))
    assert scale.scaled(np.array([[3.0, 6.0], [99.0, 5.0]])).tolist() == [[2.0, 1.0], [4.0, 0.0]]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("mean x", -512, "mean of x −0.5 g"),
        ("deviation magnitude", 16 * 1331, "deviation of the magnitude 1.3 g"),
        ("change y", 16 * 102.4, "change of y 5 g/s"),
        ("crossings z", 6, "crossings of z 3 a second"),
        ("correlation xz", 512, "correlation of x and z 0.5"),
        ("peak y", 8, "strongest frequency of y 3.1 Hz"),
        ("peak share y", 256, "share of the strongest frequency of y 25 %"),
        ("minimum y", 0, "minimum of y 0 g"),
        ("maximum y", 131072, "maximum of y 128 g"),
        ("lower quartile z", 256, "lower quartile of z 0.25 g"),
        ("skewness x", -384, "skewness of x −1.5"),
        ("kurtosis magnitude", 768, "kurtosis of the magnitude 3"),
        ("turning points x", 90, "turning points of x 45 a second"),
        ("largest jerk y", 512, "largest jerk of y 25 g/s"),
        ("jerk change y", 16 * 1024, "change of the jerk of y 2500 g/s²"),
        ("distance z", 16 * 512, "mean distance of z from its mean 0.5 g"),
    ],
)
def test_features_are_said_in_units(name: str, value: float, said: str) -> None:
    task = Task((), (), G_PER_COUNT, RATE_HZ, 100)
    found = words_of(name, task)
    assert found is not None
    assert f"{found[0]} {found[1](value)}" == said.replace("−", "-")


def test_all_features_but_the_octaves_can_be_said() -> None:
    task = Task((), names_of(), G_PER_COUNT, RATE_HZ, 100)
    assert {name.split()[0] for name in feature_names(tuple(feature_groups())) if words_of(name, task) is None} == {
        "band"
    }


# --- as good as a network -------------------------------------------------------------------------------


def row(name: str, accuracy: float, half: float = 0.02, why_not: str = "") -> BaselineRow:
    interval = AccuracyInterval(accuracy - half, accuracy + half, "takes", 40)
    return BaselineRow(name, f"{name}’s title", accuracy, accuracy, interval, "words", why_not)


@pytest.mark.parametrize(
    ("own", "own_half", "network_half", "good"),
    [
        (0.90, 0.01, 0.01, True),
        (0.86, 0.01, 0.01, True),
        (0.83, 0.02, 0.10, True),
        (0.82, 0.02, 0.10, False),
        (0.82, 0.10, 0.02, False),
        (0.81, 0.2, 0.2, True),
        (0.79, 0.2, 0.2, False),
        (0.84, 0.2, None, False),
        (0.85, 0.2, None, True),
    ],
)
def test_as_good_is_within_the_narrower_interval_and_five_points(
    own: float, own_half: float, network_half: float | None, good: bool
) -> None:
    interval = (
        None if network_half is None else AccuracyInterval(0.845 - network_half, 0.845 + network_half, "takes", 9)
    )
    assert as_good(row("majority", own, own_half), 0.845, interval) is good


def test_what_is_as_good_is_said_first() -> None:
    interval = AccuracyInterval(0.78, 0.84, "takes", 40)
    forest, tree = row("random_forest", 0.836, why_not="too large"), row("decision_tree", 0.8)
    said = "random_forest’s title on simple features is as good: 83.6 % against 81.0 %."
    assert simple_sentence([tree, forest], 0.81, interval) == said
    assert simple_sentence([row("decision_tree", 0.7), forest], 0.81, interval).endswith("against 81.0 %.")
    assert simple_sentence([tree], 0.81, interval).endswith("80.0 % against 81.0 %.")
    assert "is as good: 81.0 % against 81.0 % (words)." in simple_sentence(
        [row("threshold_rule", 0.81)], 0.81, interval
    )
    assert simple_sentence([row("majority", 0.81, why_not="no")], 0.81).startswith("Always the most frequent label")
    assert simple_sentence([tree, forest], 0.95, AccuracyInterval(0.93, 0.97, "takes", 40)) == ""
    assert simple_sentence([], 0.5) == ""
    assert best_simple([]) is None


def test_of_equally_good_ones_the_simplest_that_goes_on_a_board_is_named() -> None:
    rows = [row("majority", 0.8, why_not="no"), row("rule", 0.8), row("tree", 0.8), row("forest", 0.7)]
    assert best_simple(rows) == rows[1]


def test_on_the_example_the_simple_ones_are_well_above_the_majority() -> None:
    """By person, a window each four seconds, the quick ones: all of them take two seconds."""
    recordings = load_example()
    items = [Item(each.header.label, each.header.subject, "", each.header.seconds) for each in recordings]
    labels = sorted({item.label for item in items})
    split = make_split(items)
    windows = [cut(to_counts(r.counts * r.header.g_per_count, G_PER_COUNT, 8.0), 100, 200) for r in recordings]
    sides = []
    for side in ([*split.train, *split.validation], split.test):
        classes = np.concatenate([np.full(len(windows[i]), labels.index(items[i].label)) for i in side])
        sides.append((np.concatenate([windows[i] for i in side]), classes))
    takes = np.concatenate([np.full(len(windows[i]), i) for i in split.test])
    people = {i: items[i].subject for i in split.test}
    quick = ("majority", "nearest_centroid", "threshold_rule", "decision_tree")
    rows = compare(*sides[0], *sides[1], takes, people, labels, G_PER_COUNT, RATE_HZ, names=quick)
    majority, rule, centroid, tree = (each.accuracy for each in rows)
    assert majority < 0.2
    assert 0.3 < rule < tree
    assert centroid > 0.7
