"""What is typed into a field for a number: both separators, the unit or not, and nothing changed in silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tinylab.ui.shell.application import make_application
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.widgets.number_field import NumberField, parse_number

Type = Callable[[str], str]  # types a text, takes it, and returns the remark


@pytest.fixture
def field(qtbot: QtBot) -> NumberField:
    make_application("light")
    made = NumberField(0.2, 600, step=0.5, decimals=2, unit="s")
    made.setValue(5)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def type_in(field: NumberField, qtbot: QtBot) -> Type:
    def work(text: str) -> str:
        field.selectAll()
        qtbot.keyClick(field, Qt.Key.Key_Delete)
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        return field.remark

    return work


@pytest.mark.parametrize(
    ("typed", "number"),
    [("2,5", 2.5), ("2.5", 2.5), ("2,5 s", 2.5), ("2.5s", 2.5), ("12", 12), (",5", 0.5), ("1e1", 10)],
)
def test_both_separators_are_taken_with_the_unit_or_without(
    field: NumberField, type_in: Type, typed: str, number: float
) -> None:
    assert type_in(typed) == ""
    assert field.value() == number


@pytest.mark.parametrize(
    ("typed", "remark"),
    [
        ("9999", "9999 is more than 600 s, so it stays 5 s."),
        ("-5", "-5 is less than 0.2 s, so it stays 5 s."),
        ("0", "0 is less than 0.2 s, so it stays 5 s."),
        ("five", "“five” is not a number, so it stays 5 s."),
        ("", "“” is not a number, so it stays 5 s."),
        ("2,5,1", "“2,5,1” is not a number, so it stays 5 s."),
        ("1e999", "“1e999” is not a number, so it stays 5 s."),
        ("nan", "“nan” is not a number, so it stays 5 s."),
        ("2.555", "2.555 is rounded to 2.56 s."),
    ],
)
def test_nothing_typed_is_changed_in_silence(field: NumberField, type_in: Type, typed: str, remark: str) -> None:
    assert type_in(typed) == remark
    assert field.accessibleDescription() == remark
    assert field.text() == f"{field.value():.2f} s"
    assert type_in("7") == ""


def test_a_field_that_is_left_says_the_same_as_one_that_gets_enter(field: NumberField, qtbot: QtBot) -> None:
    field.selectAll()
    qtbot.keyClicks(field, "9999")
    field.clearFocus()
    assert field.remark == "9999 is more than 600 s, so it stays 5 s."
    assert field.value() == 5


def test_the_locale_writes_the_number(field: NumberField, type_in: Type) -> None:
    field.setLocale(QLocale(QLocale.Language.German))
    assert type_in("2.5") == ""
    assert field.text() == "2,50 s"
    assert type_in("9999") == "9999 is more than 600 s, so it stays 2,5 s."


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,234.5", 1234.5), ("1.234,5", 1234.5), ("1 234,5", 1234.5), ("1_0", None), ("1,2.3", None), ("\u22122", -2.0)],
)
def test_grouped_digits_are_understood(text: str, number: float | None) -> None:
    assert parse_number(text) == number


@given(st.floats(-1e9, 1e9), st.sampled_from([".", ","]))
def test_every_number_is_read_back(number: float, separator: str) -> None:
    assert parse_number(f"{number:.4f} s".replace(".", separator), " s") == pytest.approx(number, abs=1e-3)


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_none(text: str) -> None:
    number = parse_number(text, "s")
    assert number is None or number == number  # noqa: PLR0124 - not a number is not equal to itself


def test_the_window_has_space_and_escape_unless_somebody_is_typing(qtbot: QtBot) -> None:
    make_application("light")
    passed: list[int] = []

    class Window(QWidget):
        def keyPressEvent(self, event: QKeyEvent) -> None:
            passed.append(event.key())

    parent = Window()
    qtbot.addWidget(parent)
    field = NumberField(0.2, 600, decimals=2, unit="s")
    field.setParent(parent)
    field.setValue(5)
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Space)
    qtbot.keyClicks(field, "8 ")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (passed, field.value(), field.text()) == ([Qt.Key.Key_Space], 5, "5.00 s")
    field.selectAll()
    qtbot.keyClicks(field, "8")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClick(field, Qt.Key.Key_Space)
    assert (passed[1:], field.value()) == ([Qt.Key.Key_Return, Qt.Key.Key_Space], 8)


def test_the_wheel_of_a_scrolling_panel_changes_no_number(field: NumberField) -> None:
    field.clearFocus()
    here = QPointF(5, 5)
    down = QWheelEvent(
        here, here, QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(field, down)
    assert field.value() == 5


def test_the_remark_stands_below_the_field(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("Collect")
    panel = window.page("Collect").next_take  # type: ignore[attr-defined]
    window.activateWindow()
    panel.how.length.setFocus()
    panel.how.length.selectAll()
    qtbot.keyClicks(panel.how.length, "9999")
    qtbot.keyClick(panel.how.length, Qt.Key.Key_Return)
    texts = [each.text() for each in panel.findChildren(QLabel) if each.isVisible()]
    assert "9999 is more than 600 s, so it stays 2 s." in texts
