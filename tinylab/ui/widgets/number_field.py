"""A field for a number: takes both decimal separators, and says so when it does not take what was typed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox

from tinylab.text import tr
from tinylab.ui.formats import one_line

_PASSED_ON = (Qt.Key.Key_Space, Qt.Key.Key_Escape)  # the window has them, unless somebody is typing here
_COMMITS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_GROUPED = re.compile(r"[-+]?\d{1,3}([.,' ]\d{3})+[.,]\d*")


def parse_number(text: str, unit: str = "") -> float | None:
    """The number in a typed text, with a decimal point or comma and with or without its unit; None where it is none."""
    bare = _without(unit, text).replace("\N{MINUS SIGN}", "-")
    if _GROUPED.fullmatch(bare):
        whole, fraction = re.split(r"[.,](?=\d*$)", bare)
        bare = re.sub(r"[.,' ]", "", whole) + "." + fraction
    try:
        number = float(bare.replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in bare else None


def _without(unit: str, text: str) -> str:
    """A typed text without its unit, which a user may have typed once more."""
    bare, unit = text.strip(), unit.strip()
    while unit and bare.endswith(unit):
        bare = bare.removesuffix(unit).strip()
    return bare


class NumberField(QDoubleSpinBox):
    """Takes a number when Enter is pressed or the field is left. What it does not take it says aloud, by `remarked`."""

    remarked = Signal(str)  # a sentence about what was typed; empty when all is well

    def __init__(
        self,
        low: float,
        high: float,
        *,
        step: float = 1,
        decimals: int = 0,
        unit: str = "",
        changed: Callable[[float], object] | None = None,
    ) -> None:
        super().__init__()
        self.lineEdit().setTextMargins(6, 0, 4, 0)  # air before the text, as in other fields
        self.setDecimals(decimals)
        self.setRange(low, high)
        self.setSingleStep(step)
        self.setSuffix(f" {unit}" if unit else "")
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel of a scrolling panel must not reach it
        self.remark = ""
        if changed is not None:
            self.valueChanged.connect(changed)
        self._typing = False
        self.lineEdit().textEdited.connect(self._typed_on)

    def show_value(self, value: float) -> None:
        """Show what is set elsewhere, without announcing it; what is being typed stays."""
        if self.value() != value:
            self.blockSignals(True)
            self.setValue(value)
            self.blockSignals(False)

    def forget_remark(self) -> None:
        """Another project is shown: what was typed for the one before is gone."""
        self._show_again()
        self._say("")

    # --- what Qt asks -----------------------------------------------------------------------------------

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Anything may be typed; a number within the limits is taken."""
        good = self._reason(text) == ""
        return QValidator.State.Acceptable if good else QValidator.State.Intermediate, text, position

    def valueFromText(self, text: str) -> float:
        """The number in the text."""
        number = parse_number(text, self.suffix())
        return self.value() if number is None else number

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes the number, Esc brings the one before back; with nothing typed, the window has Space and Esc."""
        if event.key() in _PASSED_ON and not self._typing:
            event.ignore()
        elif event.key() == Qt.Key.Key_Escape:
            self._show_again()
        else:
            if event.key() in _COMMITS:
                self._judge()
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving the field takes the number."""
        self._judge()
        super().focusOutEvent(event)

    def stepBy(self, steps: int) -> None:
        """A step up or down from what is typed."""
        self._judge()
        super().stepBy(steps)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel changes a number only where somebody is in the field."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    # --- what is said -----------------------------------------------------------------------------------

    def _reason(self, text: str) -> str:
        """Why a text is not taken; empty where it is."""
        number = parse_number(text, self.suffix())
        typed = self._typed(text)
        if number is None:
            return tr("“{typed}” is not a number", typed=typed)
        if number < self.minimum():
            return tr("{typed} is less than {limit}", typed=typed, limit=self._shown(self.minimum()))
        if number > self.maximum():
            return tr("{typed} is more than {limit}", typed=typed, limit=self._shown(self.maximum()))
        return ""

    def _typed(self, text: str) -> str:
        return one_line(_without(self.suffix(), text), 24)

    def _shown(self, value: float) -> str:
        text = self.textFromValue(value)
        point = self.locale().decimalPoint()
        return (text.rstrip("0").rstrip(point) if point in text else text) + self.suffix()

    def _judge(self) -> None:
        """Say what becomes of the text that is about to be taken."""
        self._typing = False
        text = self.lineEdit().text()
        reason = self._reason(text)
        if reason:
            self._show_again()
            self._say(tr("{reason}, so it stays {value}.", reason=reason, value=self._shown(self.value())))
            return
        number = self.valueFromText(text)
        taken = round(number, self.decimals())
        if not math.isclose(number, taken, rel_tol=1e-9, abs_tol=1e-12):
            self._say(tr("{typed} is rounded to {value}.", typed=self._typed(text), value=self._shown(taken)))

    def _typed_on(self, _text: str) -> None:
        self._typing = True
        self._say("")

    def _show_again(self) -> None:
        """The value that counts, in place of what was typed."""
        self._typing = False
        self.lineEdit().setText(self.textFromValue(self.value()) + self.suffix())

    def _say(self, remark: str) -> None:
        if remark != self.remark:
            self.remark = remark
            self.setAccessibleDescription(remark)
            self.remarked.emit(remark)
