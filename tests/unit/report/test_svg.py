"""Pictures of a report: what a user typed is text in them, whatever it looks like."""

from __future__ import annotations

from xml.etree import ElementTree

from tinylab.report.svg import Curve, confusion_picture, line_plot

HOSTILE = '<img src=x> & "y"'
SVG = "{http://www.w3.org/2000/svg}"


def texts(picture: str) -> list[str]:
    """What a reader sees of a picture; fails where it is no XML, or has elements that pictures do not have."""
    root = ElementTree.fromstring(picture)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "text", "rect", "line", "polyline", "g"
    }  # fmt: skip
    return [element.text or "" for element in root.iter() if element.tag.endswith(("text", "title"))]


def test_labels_are_text_in_pictures() -> None:
    assert texts(confusion_picture([HOSTILE, "b"], [[3, 1], [0, 4]])).count(HOSTILE) == 2
    assert HOSTILE in texts(line_plot([Curve(HOSTILE, [0, 1], [0, 1])], "time (s)", "g"))
    assert f"{HOSTILE} over time (s)" in texts(line_plot([Curve("a", [0, 1], [0, 1])], "time (s)", HOSTILE))


def test_the_matrix_has_truth_in_rows_and_its_own_numbers() -> None:
    numbers = [text for text in texts(confusion_picture(["a", "b"], [[3, 1], [0, 4]])) if text.isdigit()]
    assert numbers == ["3", "1", "0", "4"]


def test_an_axis_has_a_handful_of_round_numbers() -> None:
    for low, high in ((0.0, 1.0), (100.0, 110.0), (-3.0, -1.0), (-0.02, 0.05), (0.0, 4999.0)):
        shown = texts(line_plot([Curve("a", [low, high], [0, 1])], "x", "y"))
        numbers = [float(text) for text in shown if text.lstrip("-")[:1].isdigit()]
        across = [number for number in numbers if low <= number <= high and number not in (0.2, 0.4, 0.6, 0.8)]
        assert 3 <= len(across) <= 9, (low, high, numbers)
