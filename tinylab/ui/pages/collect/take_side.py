"""What is known of a take, and can be changed: verdict, label, person, side of the split, session, note."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QLineEdit

from tinylab.data.recording import Header
from tinylab.data.samples import Gap
from tinylab.data.verdict import Verdict
from tinylab.text import ntr, tr
from tinylab.ui.formats import one_line, seconds
from tinylab.ui.widgets.basic import button, set_tone, show_text, text_label
from tinylab.ui.widgets.cards import Panel
from tinylab.ui.widgets.side_names import SIDES
from tinylab.ui.widgets.take_picture import GRADE_TONES

_UNLABELLED = tr("unlabelled")


class TakeSide(Panel):
    """The fields at the right of a take; each change is one step of undo."""

    def __init__(
        self,
        relabel: Callable[[str], object],
        set_subject: Callable[[str], object],
        set_split: Callable[[str], object],
        set_note: Callable[[str], object],
        split_at_gaps: Callable[[], object],
    ) -> None:
        super().__init__()
        self.grade = text_label("", "head")
        self.body.addWidget(self.grade)
        self.reasons = text_label("", "small", wrap=True)
        self.body.addWidget(self.reasons)
        self.split_at_gaps = button(tr("Split at the gaps"), split_at_gaps, "link")
        self.body.addWidget(self.split_at_gaps)
        self.measured = text_label("", "small", wrap=True)
        self.body.addWidget(self.measured)
        self.label, self.subject, self.side = QComboBox(), QComboBox(), QComboBox()
        self.subject.setEditable(True)
        self.subject.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.note = QLineEdit()
        self.note.setPlaceholderText(tr("Note"))
        self.field(tr("Label"), self.label)
        self.field(tr("Who"), self.subject)
        self.field(tr("Used to"), self.side, tr("Which side of a given split the take is on"))
        self.field(tr("Note"), self.note)
        for data, text in SIDES.items():
            self.side.addItem(text, data)
        self.label.activated.connect(lambda _: relabel(self.label.currentData()))
        self.side.activated.connect(lambda _: set_split(self.side.currentData()))
        self.subject.activated.connect(lambda _: set_subject(self.subject.currentText()))
        typed = self.subject.lineEdit()
        assert typed is not None
        typed.editingFinished.connect(lambda: self._if_changed(self.subject.currentText(), "subject", set_subject))
        self.note.editingFinished.connect(lambda: self._if_changed(self.note.text(), "note", set_note))
        self.recorded = text_label("", "small", wrap=True)
        self.body.addWidget(self.recorded)
        self.stretch()
        self._take: Header | None = None

    def _if_changed(self, text: str, field: str, act: Callable[[str], object]) -> None:
        if self._take is not None and text.strip() != getattr(self._take, field):
            act(text)

    def show_take(
        self, take: Header, verdict: Verdict, gaps: tuple[Gap, ...], labels: tuple[str, ...], people: tuple[str, ...]
    ) -> None:
        """Draw everything."""
        self._take = take
        self.grade.setText(tr("Verdict: {grade}", grade=str(Verdict(verdict.grade, ()))))
        set_tone(self.grade, GRADE_TONES[verdict.grade])
        show_text(self.reasons, "\n".join(f"• {reason}" for reason in verdict.reasons))
        self.split_at_gaps.setVisible(bool(gaps))
        self.measured.setText(_measured(take, gaps))
        _fill(self.label, [(name, one_line(name, 28)) for name in labels] + [("", _UNLABELLED)], take.label)
        _fill(self.subject, [(name, name) for name in people], take.subject)
        self.subject.setEditText(take.subject)
        self.side.setCurrentIndex(max(0, self.side.findData(take.split)))
        if not self.note.hasFocus():
            self.note.setText(take.note)
        when = take.created_at[:16].replace("T", " ")
        facts = (
            when,
            tr("session {name}", name=one_line(take.session)) if take.session else "",
            take.board,
            take.source,
        )
        self.recorded.setText(" · ".join(one_line(fact, 30) for fact in facts if fact))

    def set_enabled(self, enabled: bool) -> None:
        """Whether anything can be changed."""
        for widget in (self.label, self.subject, self.side, self.note, self.split_at_gaps):
            widget.setEnabled(enabled)


def _measured(take: Header, gaps: tuple[Gap, ...]) -> str:
    lines = [tr("{time} at {rate:.2f} Hz", time=seconds(take.seconds), rate=take.rate_hz)]
    if take.rate_asked_hz:
        lines.append(
            tr("asked {asked:g} Hz, jitter {jitter:.2f} ms", asked=take.rate_asked_hz, jitter=take.jitter_us / 1000)
        )
    if gaps:
        longest = max(gap.missing for gap in gaps) / take.rate_hz
        count = ntr("{count} gap", "{count} gaps", len(gaps))
        lines.append(tr("{gaps}, the longest {longest:.2f} s", gaps=count, longest=longest))
    lines.append(
        tr("{clipped} samples clipped at ±{range:g} g", clipped=take.clipped, range=take.range_g)
        if take.clipped
        else tr("nothing clipped")
    )
    return "\n".join(lines)


def _fill(box: QComboBox, items: list[tuple[str, str]], chosen: str) -> None:
    box.blockSignals(True)
    box.clear()
    for data, text in items:
        box.addItem(text, data)
    box.setCurrentIndex(box.findData(chosen))
    box.blockSignals(False)
