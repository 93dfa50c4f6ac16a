"""People at the window: one who has a keyboard only, one who has a mouse only and types nothing but names."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tinylab.ui.shell.window import MainWindow
from tinylab.ui.widgets.number_field import NumberField
from tinylab.ui.widgets.question import AskName
from tinylab.workflow.session import Session

_LONG_MS = 120_000
_CTRL = Qt.KeyboardModifier.ControlModifier


class User:
    """What a person does at the window; subclasses have hands of their own."""

    def __init__(self, window: MainWindow, session: Session, qtbot: QtBot) -> None:
        self.window, self.session, self.qtbot = window, session, qtbot
        self.clicks: list[str] = []  # of the mouse: on what, in order

    @contextlib.contextmanager
    def beside_the_way(self) -> Iterator[None]:
        """What the test does for its own sake, so that its clicks do not count."""
        before = len(self.clicks)
        yield
        del self.clicks[before:]

    def until(self, done: Callable[[], bool]) -> None:
        """Wait for a state."""
        self.qtbot.waitUntil(done, timeout=_LONG_MS)

    def go(self, page: str) -> None:
        """Go to a page."""
        raise NotImplementedError

    def next_step(self) -> None:
        """Press the button at the top right."""
        raise NotImplementedError

    def press(self, name: str) -> None:
        """Press a button of the page by what stands on it."""
        raise NotImplementedError

    def connect(self) -> None:
        """Connect the virtual board, from the page Collect, and be there again."""
        raise NotImplementedError

    def enter_number(self, name: str, value: int, steps: int) -> None:
        """Put a number into a field, `steps` away from what is there."""
        raise NotImplementedError

    def choose_label(self, number: int) -> None:
        """Choose the label of the next take."""
        raise NotImplementedError

    def record(self) -> None:
        """Begin a take."""
        raise NotImplementedError

    def choose_motion(self, name: str) -> None:
        """Choose what the virtual board plays."""
        raise NotImplementedError

    def type_name(self, name: str) -> None:
        """Type into the small dialog that asks, and agree."""
        dialog = self.window.findChildren(AskName)[-1]
        self.qtbot.keyClicks(dialog.field, name)
        self.agree(dialog)
        self.window.activateWindow()  # without a screen nobody does it for the user
        self.until(self.window.isActiveWindow)

    def agree(self, dialog: AskName) -> None:
        """Close the dialog."""
        raise NotImplementedError


class ByKeyboard(User):
    """Every key goes to whatever has the focus."""

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focused = QApplication.focusWidget()
        self.qtbot.keyClick(focused if focused is not None else self.window, key, modifier)

    def tab_to(self, name: str) -> None:
        for _ in range(80):
            self.key(Qt.Key.Key_Tab)
            focused = QApplication.focusWidget()
            assert focused is not None
            text = focused.text() if isinstance(focused, QPushButton) else ""
            if name in (focused.accessibleName(), text):
                return
        raise AssertionError(f"Tab never reached {name}")

    def go(self, page: str) -> None:
        number = [each.name for each in self.window.pages].index(page) + 1
        self.key(getattr(Qt.Key, f"Key_{number}"), _CTRL)
        assert self.window.current_page.name == page

    def next_step(self) -> None:
        self.key(Qt.Key.Key_Return, _CTRL)

    def press(self, name: str) -> None:
        self.tab_to(name)
        self.key(Qt.Key.Key_Space)

    def connect(self) -> None:
        self.go("Board")
        self.next_step()
        self.until(lambda: self.session.connection.connected)
        self.go("Collect")

    def enter_number(self, name: str, value: int, steps: int) -> None:
        self.tab_to(name)
        self.qtbot.keyClicks(QApplication.focusWidget(), str(value))
        self.key(Qt.Key.Key_Return)

    def choose_label(self, number: int) -> None:
        self.key(getattr(Qt.Key, f"Key_{number + 1}"))

    def record(self) -> None:
        self.key(Qt.Key.Key_Space)

    def choose_motion(self, name: str) -> None:
        self.tab_to("What the virtual board plays")
        box = QApplication.focusWidget()
        assert isinstance(box, QComboBox)
        while box.currentData() != name:
            self.key(Qt.Key.Key_Down)

    def agree(self, dialog: AskName) -> None:
        self.qtbot.keyClick(dialog.field, Qt.Key.Key_Return)


class ByMouse(User):
    """Clicks and the wheel; only names are typed."""

    def click(self, widget: QWidget) -> None:
        assert widget.isVisible()
        assert widget.isEnabled()
        self.clicks.append(getattr(widget, "text", widget.accessibleName)() or type(widget).__name__)
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def go(self, page: str) -> None:
        self.click(self.window.navigation.button(page))
        assert self.window.current_page.name == page

    def next_step(self) -> None:
        self.click(self.window.current_page.action)

    def press(self, name: str) -> None:
        buttons = self.window.current_page.findChildren(QPushButton)
        self.click(next(each for each in buttons if each.text() == name and each.isVisible()))

    def connect(self) -> None:
        self.press("Connect the virtual board")
        self.until(lambda: self.session.connection.connected)

    def enter_number(self, name: str, value: int, steps: int) -> None:
        fields = self.window.current_page.findChildren(NumberField)
        field = next(each for each in fields if each.accessibleName() == name)
        edit = field.findChild(QLineEdit)
        assert edit is not None
        self.click(edit)
        for _ in range(abs(steps)):
            turn = QPoint(0, 120 if steps > 0 else -120)
            here = QPointF(5, 5)
            wheel = QWheelEvent(
                here, field.mapToGlobal(here), QPoint(), turn, Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
            )  # fmt: skip
            QApplication.sendEvent(field, wheel)

    def choose_label(self, number: int) -> None:
        labels = self.window.page("Collect").next_take.labels  # type: ignore[attr-defined]
        self.until(labels.group.buttons()[number].isVisible)
        self.click(labels.group.buttons()[number])

    def record(self) -> None:
        self.next_step()

    def choose_motion(self, name: str) -> None:
        box = self.window.page("Live").motion.motions  # type: ignore[attr-defined]
        if box.currentData() == name:
            return
        self.clicks += ["the list of motions", name]
        box.activated.emit(box.findData(name))
        box.setCurrentIndex(box.findData(name))

    def agree(self, dialog: AskName) -> None:
        self.click(dialog.yes)
