"""Who performs the next take: the people of the project, with how much each has of every class."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from tinylab.data.recording import tidy
from tinylab.text import tr
from tinylab.ui.formats import one_line
from tinylab.ui.pages.collect.named_choice import NamedChoice
from tinylab.ui.pages.collect.roster import AskRoster
from tinylab.ui.theme import class_colour, theme
from tinylab.ui.widgets.basic import button, clear, text_label
from tinylab.ui.widgets.question import AskName
from tinylab.workflow.capture.balance import Balance
from tinylab.workflow.capture.people import People
from tinylab.workflow.project.document import Document

_NAME_LENGTH = 15
_MOST_CELLS = 10
_ROW_HEIGHT, _MOST_SEEN = 28, 6  # more people are scrolled to


class PeopleList(QWidget):
    """One line a person: the name, and one cell a class, as full as that person's share."""

    chosen = Signal(str)

    def __init__(self, document: Document, people: People) -> None:
        super().__init__()
        self._document, self._people = document, people
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(2)
        holder = QWidget()
        self._rows = QVBoxLayout(holder)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(2)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(holder)
        self._area.setFixedHeight(0)
        outer.addWidget(self._area)
        self.group = QButtonGroup(self)
        self.group.buttonClicked.connect(self._clicked)
        below = QHBoxLayout()
        self.add = button(tr("+ Person"), self._ask_for_one, "link")
        self.paste = button(tr("Paste a class list"), self._ask_for_roster, "link")
        below.addWidget(self.add)
        below.addWidget(self.paste)
        below.addStretch(1)
        outer.addLayout(below)
        self._current = ""

    def refresh(self, current: str, balance: Balance) -> None:
        """Draw the people; `current` performs the next take."""
        self._current = current
        names = list(dict.fromkeys([*self._people.names, *([current] if current else [])]))
        if [each.property("person") for each in self.group.buttons()] != names:
            for old in self.group.buttons():
                self.group.removeButton(old)
            clear(self._rows)
            for name in names:
                made = _PersonButton(name, self)
                self.group.addButton(made)
                self._rows.addWidget(made)
            self._area.setFixedHeight(min(len(names), _MOST_SEEN) * (_ROW_HEIGHT + 2))
        self.group.setExclusive(False)  # nobody may be chosen
        for each in self.group.buttons():
            name = each.property("person")
            each.setChecked(name == current)
            if name == current:
                self._area.ensureWidgetVisible(each)
            each.show_shares(  # type: ignore[attr-defined]
                [(balance.share(label, name), class_colour(number)) for number, label in enumerate(balance.labels)]
            )

        self.group.setExclusive(True)  # arrow keys go from one to the next

    def _clicked(self, pressed: QPushButton) -> None:
        """The same person once more: nobody in particular."""
        name = pressed.property("person")
        self.chosen.emit("" if name == self._current else name)

    def _ask_for_one(self) -> None:
        AskName(tr("New person"), tr("Who records?"), "", tr("Add"), self._take_one, self.window())

    def _take_one(self, name: str) -> str:
        if not tidy(name):
            return tr("Type a name.")
        if tidy(name) not in self._people.names and not self._people.add(tidy(name)):
            return tr("That name cannot be added.")
        self.chosen.emit(tidy(name))
        return ""

    def _ask_for_roster(self) -> None:
        AskRoster(self._people, self.window())

    def ask_to_rename(self, name: str) -> None:
        """Let the user type another name, for all takes of that person."""
        text = tr("All takes of this person get the new name, too.")
        title = tr("Rename “{label}”", label=one_line(name))
        AskName(title, text, name, tr("Rename"), partial(self._take_rename, name), self.window())

    def _take_rename(self, old: str, new: str) -> str:
        if not tidy(new):
            return tr("Type a name.")
        if tidy(new) != old and self._people.rename(old, tidy(new)) and self._current == old:
            self.chosen.emit(tidy(new))
        return ""

    def remove(self, name: str) -> None:
        """Take a person off the list."""
        self._people.remove(name)
        if self._current == name and name not in self._people.names:
            self.chosen.emit("")


class _PersonButton(NamedChoice):
    """A person, and how much there is of each class."""

    def __init__(self, name: str, people: PeopleList) -> None:
        super().__init__(name, _NAME_LENGTH, partial(people.ask_to_rename, name), partial(people.remove, name))
        self.setProperty("person", name)
        self.setFixedHeight(_ROW_HEIGHT)
        self.setAccessibleName(tr("Person {name}", name=one_line(name)))
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 8, 0)
        caption = text_label(one_line(name, _NAME_LENGTH))
        self.cells = _Cells()
        for widget in (caption, self.cells):
            widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(caption, 1)
        row.addWidget(self.cells)

    def show_shares(self, shares: list[tuple[float, QColor]]) -> None:
        """How much there is of each class, 0…1, and its colour."""
        self.cells.shares = shares[:_MOST_CELLS]
        self.cells.updateGeometry()
        self.cells.update()


class _Cells(QWidget):
    """One cell a class: full, half, dashed where there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.shares: list[tuple[float, QColor]] = []
        self.setFixedHeight(12)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As wide as its cells."""
        return QSize(len(self.shares) * (self._width() + 3), 12)

    def minimumSizeHint(self) -> QSize:
        """Nothing is cut."""
        return self.sizeHint()

    def _width(self) -> int:
        return 14 if len(self.shares) <= 6 else 8

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The cells, in the classes' colours."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, (share, colour) in enumerate(self.shares):
            box = QRectF(number * (self._width() + 3) + 0.5, 1.5, self._width() - 1, 9)
            shade = QColor(colour)
            shade.setAlpha(round(70 + 185 * share) if share else 0)
            style = Qt.PenStyle.NoPen if share else Qt.PenStyle.DashLine
            painter.setPen(QPen(theme.colour("muted"), 1, style))
            painter.setBrush(shade)
            painter.drawRoundedRect(box, 2, 2)
