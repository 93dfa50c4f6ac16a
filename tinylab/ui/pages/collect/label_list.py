"""The labels of a project: choose the next take's, add, rename, remove; and the offer of one for doing nothing."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from tinylab.data.editing.label_edits import RemoveLabel, RenameLabel
from tinylab.data.recording import tidy
from tinylab.evaluation.rest_class import REST_LABEL, is_rest_label
from tinylab.text import ntr, tr
from tinylab.ui.formats import one_line
from tinylab.ui.pages.collect.named_choice import NamedChoice
from tinylab.ui.theme import class_colour, theme
from tinylab.ui.widgets.basic import Swatch, button, clear, icon, keep_focus, text_label
from tinylab.ui.widgets.question import AskName
from tinylab.workflow.capture.marking import Marking
from tinylab.workflow.capture.recorder import Recorder
from tinylab.workflow.notices import NoticeAction, Notices, Tone
from tinylab.workflow.project.document import Document
from tinylab.workflow.project.label_names import reason_against

_NAME_LENGTH = 20


class LabelList(QWidget):
    """One button for each label."""

    def __init__(self, document: Document, recorder: Recorder, marking: Marking, notices: Notices) -> None:
        super().__init__()
        self._document, self._recorder, self._notices = document, recorder, notices
        self._marking = marking
        self._agreed = ""  # a name that the user wants although it looks like another
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(2)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        outer.addLayout(self._rows)
        self.group = QButtonGroup(self)
        self.group.buttonClicked.connect(lambda chosen: self._clicked(chosen.property("label")))
        self.no_label = QPushButton(tr("No label: mark while it records"))
        self.no_label.setProperty("role", "choice")
        self.no_label.setCheckable(True)
        self.no_label.setToolTip(tr("For a long take: hold a label's number, or click it, while the movement happens"))
        keep_focus(self.no_label)
        self.no_label.clicked.connect(lambda: self._recorder.choose_label(""))
        outer.addWidget(self.no_label)
        self.offer = button(
            tr("+ “{label}”: at rest, other movements", label=REST_LABEL),
            lambda: self._recorder.add_label(REST_LABEL),
            "link",
            tr("Without a class for doing nothing, a board at rest still chooses one of the others."),
        )
        outer.addWidget(self.offer)
        self.add = button(tr("+ New label"), self.ask_for_label, "link")
        outer.addWidget(self.add)

    def refresh(self) -> None:
        """Draw everything."""
        labels = self._document.labels
        if [each.property("label") for each in self.group.buttons()] != list(labels):
            for old in self.group.buttons():
                self.group.removeButton(old)
            clear(self._rows)
            for number, name in enumerate(labels):
                made = LabelButton(number, name, self)
                self.group.addButton(made)
                self._rows.addWidget(made)
        self.group.setExclusive(False)  # none may be chosen
        for each in self.group.buttons():
            chosen = self._marking.label or ("" if self._recorder.next.unlabelled else self._recorder.next.label)
            each.setChecked(each.property("label") == chosen)
        self.group.setExclusive(True)
        self.no_label.setVisible(bool(labels))
        self.no_label.setChecked(self._recorder.next.unlabelled)
        self.offer.setVisible(bool(labels) and not any(map(is_rest_label, labels)))

    # --- what a user does -------------------------------------------------------------------------------

    def _clicked(self, label: str) -> None:
        """In a long take a click marks; else it chooses."""
        if self._marking.possible:
            self._marking.toggle(label)
        else:
            self._recorder.choose_label(label)
        self.refresh()

    def choose_number(self, number: int) -> None:
        """The keys 1 to 9."""
        labels = self._document.labels
        if number < len(labels):
            self._recorder.choose_label(labels[number])

    def ask_for_label(self) -> None:
        """Let the user type a new label."""
        self._agreed = ""
        AskName(tr("New label"), tr("What will be performed?"), "", tr("Add"), self._take_new, self.window())

    def _take_new(self, name: str) -> str:
        reason = self._reason(name, "")
        if not reason:
            self._recorder.add_label(name)
        return reason

    def ask_to_rename(self, label: str) -> None:
        """Let the user type another name, for all takes that have this one."""
        self._agreed = ""
        count = self._document.takes_by_label[label]
        text = ntr("Its take gets the new name, too.", "Its {count:,} takes get the new name, too.", count)
        take = partial(self._take_rename, label)
        AskName(tr("Rename “{label}”", label=one_line(label)), text, label, tr("Rename"), take, self.window())

    def _take_rename(self, label: str, name: str) -> str:
        reason = self._reason(name, label)
        if reason or tidy(name) == label:
            return reason
        chosen = self._recorder.next.label == label
        if self._document.do(RenameLabel(label, tidy(name))) and chosen:
            self._recorder.choose_label(tidy(name))
        return ""

    def _reason(self, name: str, besides: str) -> str:
        """Why a name is not taken at once; one that only looks like another is taken when it is given twice."""
        reason = reason_against(name, self._document, besides=besides)
        doubtful = tidy(name) and tidy(name) not in self._document.labels
        if doubtful and tidy(name) == self._agreed:
            return ""
        self._agreed = tidy(name)
        return reason

    def remove(self, label: str) -> None:
        """Remove a label; its takes go to the trash, and one step of undo brings all back."""
        count = self._document.takes_by_label[label]
        if not self._document.do(RemoveLabel(label, with_takes=True)):
            return
        if self._recorder.next.label == label:
            self._recorder.choose_label(next(iter(self._document.labels), ""))
        gone = (
            ntr("and its take are removed", "and its {count:,} takes are removed", count) if count else tr("is removed")
        )
        self._notices.show(
            Tone.INFO,
            tr("“{label}” {gone}.", label=one_line(label), gone=gone),
            "",
            NoticeAction(tr("Undo"), self._document.undo),
        )


class LabelButton(NamedChoice):
    """A label in its colour with the key that chooses it; its menu renames and removes it."""

    def __init__(self, number: int, name: str, labels: LabelList) -> None:
        super().__init__(name, _NAME_LENGTH, partial(labels.ask_to_rename, name), partial(labels.remove, name))
        self.setProperty("label", name)
        self.setMinimumHeight(30)
        self.setAccessibleName(tr("Label {name}", name=one_line(name)))
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 4, 0)
        parts: list[QWidget] = [Swatch(class_colour(number)), text_label(one_line(name, _NAME_LENGTH))]
        if number < 9:
            parts.append(text_label(str(number + 1), "small"))
        for part in parts:
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(part, 1 if part is parts[1] else 0)
        self.more = more = QToolButton()
        more.setAccessibleName(tr("Rename or remove {name}", name=one_line(name)))
        more.setToolTip(tr("Rename or remove"))
        more.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # by keyboard: F2 and Del on the label
        more.clicked.connect(lambda: self._menu().popup(more.mapToGlobal(more.rect().bottomLeft())))
        row.addWidget(more)
        theme.changed.connect(self.paint_theme)
        self.paint_theme()

    def paint_theme(self) -> None:
        """Icons are pictures: they have the colour they were made in."""
        self.more.setIcon(icon("dots-vertical"))
