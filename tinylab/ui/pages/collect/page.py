"""The page Collect: perform a gesture while the board listens."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHideEvent, QShowEvent

from tinylab.errors import TinyLabError
from tinylab.evaluation.advice import Show
from tinylab.evaluation.rest_class import rest_advice
from tinylab.text import ntr, tr
from tinylab.ui.formats import one_line, seconds
from tinylab.ui.pages.collect.balance_strip import BalanceStrip
from tinylab.ui.pages.collect.countdown_tones import CountdownTones
from tinylab.ui.pages.collect.next_take import NextTakePanel
from tinylab.ui.pages.collect.signal_card import SignalCard
from tinylab.ui.pages.collect.take_menu import TakeMenu
from tinylab.ui.pages.collect.take_view import TakeView
from tinylab.ui.pages.collect.trash import TrashDialog
from tinylab.ui.pages.collect.verdict_bar import VerdictBar
from tinylab.ui.widgets.basic import button, text_label
from tinylab.ui.widgets.cards import Card
from tinylab.ui.widgets.empty_state import EmptyState
from tinylab.ui.widgets.page import Page
from tinylab.ui.widgets.take_grid import TakeGrid
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.session import Session


def make_page(session: Session) -> Page:
    """The page, given the session's parts for capture."""
    return CollectPage(session)


class CollectPage(Page):
    """Shows the capture and the takes; recording is one key."""

    name = "Collect"
    icon_name = "record-circle-outline"

    def __init__(self, session: Session) -> None:
        super().__init__(
            tr("Collect"), tr("Perform a gesture while the board listens; every take is checked before it counts.")
        )
        self._session = session
        self._document, self._connection, self._boards = session.document, session.connection, session.boards
        self._recorder, self._row, self._marking = session.recorder, session.row, session.marking
        self._importer, self._verdicts = session.importer, session.explore.verdicts
        self._tones = CountdownTones(session.recorder)
        self.primary(tr("Record"), self.record_or_stop, tr("Space"))
        self.discard = button(tr("Discard"), self.on_escape, tip=tr("Throw the running take away (Esc)"))
        self.beside_primary(self.discard)
        self._build_signal()
        self._build_takes()
        self.next_take = NextTakePanel(
            session.document, session.connection, session.recorder, session.marking, session.people, session.sitting,
            session.motion, session.notices,
        )  # fmt: skip
        self.side.addWidget(self.next_take)
        session.show_asked.subscribe(self._bring_up)
        self.follow(
            session.row.changed,  # also whenever the recorder's state changes
            session.document.changed, session.connection.changed, session.motion.changed, session.marking.changed,
        )  # fmt: skip

    def _build_signal(self) -> None:
        self.signal = SignalCard(self._document, self._connection, self._recorder, self._row, self._marking)
        self.plot, self.ring = self.signal.plot, self.signal.ring
        self.no_board = EmptyState(
            "usb-port",
            tr("No board is connected"),
            tr("Without one there is no signal; the virtual board needs no hardware."),
        )
        self.no_board.add(button(tr("Connect the virtual board"), self._boards.connect_virtual))
        self.signal.body.addWidget(self.no_board, 1)
        self.main.addWidget(self.signal, 5)
        self.verdict = VerdictBar(self._recorder, self._row, self._document, self._verdicts)
        self.main.addWidget(self.verdict)

    def _build_takes(self) -> None:
        self.takes_card = Card(tr("Takes"))
        self.delete_button = button(
            tr("Delete"), self._delete_selected, tip=tr("Delete the selected takes (Del); Ctrl+Z brings them back")
        )
        self.trash_button = button(tr("Trash"), self._open_trash, "link", tr("What was deleted, until you empty it"))
        self.takes_card.corner.addWidget(self.trash_button)
        self.takes_card.corner.addWidget(self.delete_button)
        self.balance = BalanceStrip()
        self.takes_card.body.addWidget(self.balance)
        self.takes = TakeGrid(self._document, self._verdicts.of)
        self._verdicts.changed.subscribe(self._judged_anew)
        self.takes.selected.connect(lambda _: self._show_selection())
        self.takes.delete_asked.connect(lambda _: self._delete_selected())
        self.takes.opened.connect(self._open_take)
        self.takes.menu_asked.connect(self._show_menu)
        self.takes.dropped.connect(self._session.take_actions.relabel)
        self.takes_card.body.addWidget(self.takes, 1)
        self.advice = text_label("", "small", wrap=True)
        self.takes_card.body.addWidget(self.advice)
        self.empty = EmptyState(
            "gesture-tap",
            tr("No takes yet"),
            tr("Name a label at the right, press Record and perform it. Or bring recordings along."),
        )
        self.empty.add(button(tr("Load the example"), self._importer.load_example))
        self.takes_card.body.addWidget(self.empty, 1)
        self.main.addWidget(self.takes_card, 6)

    # --- drawing ----------------------------------------------------------------------------------------

    def state(self) -> tuple[str, str]:
        """How many takes there are."""
        count = len(self._document.takes)
        return ("", ntr("{count:,} take", "{count:,} takes", count)) if count else ("", "")

    def refresh(self) -> None:
        """Draw everything but the signal."""
        self._show_action()
        self.next_take.refresh()
        self.signal.refresh()
        self.no_board.setVisible(self._connection.linked is None)
        self.verdict.refresh()
        self._show_takes()
        self._show_selection()

    def _show_action(self) -> None:
        recorder, row = self._recorder, self._row
        idle = recorder.state is CaptureState.IDLE
        why_not = recorder.why_not()
        wanted = recorder.next.in_row
        record = ntr("● Record   Space", "● Record {count}   Space", wanted)
        waiting = recorder.state is CaptureState.WAITING
        stop = tr("■ Stop the row   Space") if row.in_row else tr("■ Stop   Space")
        self.action.setText(record if idle else tr("▶ Begin now   Space") if waiting else stop)
        self.action.setEnabled(not why_not or not idle)
        self.action.setToolTip(why_not if idle else tr("Ends the take and keeps it; Esc throws it away"))
        self.discard.setVisible(not idle)
        self.sentence.setText(
            tr(
                "Take {n} of {all}. ⌫ drops the last take, the row goes on; Esc ends it.",
                n=min(len(row.ids) + 1, row.asked),
                all=row.asked,
            )
            if row.running and row.in_row
            else self._sentence()
        )

    def _sentence(self) -> str:
        if self._marking.possible:
            return tr("Hold the number of a label, or click it, while the movement happens.")
        return tr("Perform a gesture while the board listens; every take is checked before it counts.")

    def _show_takes(self) -> None:
        document = self._document
        has_takes = bool(document.labels)
        for widget in (self.takes, self.advice, self.balance):
            widget.setVisible(has_takes)
        self.empty.setVisible(not has_takes)
        self.balance.show_balance(self.next_take.balance)
        self.takes_card.heading.setText(
            tr("Takes: {n}, {time}", n=len(document.takes), time=seconds(document.seconds))
            if has_takes
            else tr("Takes")
        )
        trashed = len(document.trashed)
        self.trash_button.setVisible(trashed > 0)
        self.trash_button.setText(tr("Trash ({n})", n=trashed))
        self.advice.setText(self._advice(self._recorder.why_not()))

    def _advice(self, why_not: str) -> str:
        balance, labels = self.next_take.balance, self._document.labels
        if why_not and self._connection.connected:  # that there is no board is said above
            return why_not
        if not self._document.takes:
            return tr("Press Space to record the first takes.")
        if len(labels) < 2:
            return tr("One label alone teaches nothing: add a second one.")
        fewest = max(labels, key=balance.missing)
        if balance.missing(fewest):
            return tr(
                "“{label}” has the fewest takes: record {n} more.", label=one_line(fewest), n=balance.missing(fewest)
            )
        return rest_advice(labels) or tr("Every label has as many takes as the others.")

    def _show_selection(self) -> None:
        ids = self.takes.selected_ids()
        self.delete_button.setVisible(bool(ids))
        self.delete_button.setText(tr("Delete {n}", n=len(ids)) if len(ids) > 1 else tr("Delete"))
        if len(ids) == 1:
            take = self._document.header(ids[0])
            if take is not None:
                who = one_line(take.subject) or tr("no subject")
                self.advice.setText(
                    f"{who} · {seconds(take.seconds)} · {take.rate_hz:.2f} Hz · {self._verdicts.of(take)}"
                )

    def _judged_anew(self, take_ids: frozenset[int]) -> None:
        self.takes.judged_anew(take_ids)
        self.changed()

    def showEvent(self, event: QShowEvent) -> None:
        """From now on what the takes hold is looked at, in a thread."""
        self._session.explore.checks.start()
        super().showEvent(event)

    def tick(self) -> None:
        """Draw the signal and the ring; called at the screen's pace."""
        self._tones.tick()
        self.signal.tick()

    # --- clicks and keys --------------------------------------------------------------------------------

    def record_or_stop(self) -> None:
        """The primary action: begin, or end what runs and keep it; a take that waits begins now."""
        if self._recorder.state is CaptureState.IDLE:
            self._row.start()
        elif self._recorder.state is CaptureState.WAITING:
            self._recorder.begin_now()
        else:
            self._row.stop()

    def on_space(self) -> None:
        """Space records, and stops."""
        self.record_or_stop()

    def on_escape(self) -> None:
        """Esc throws the running take away and ends the row."""
        self._row.cancel()

    def on_digit(self, number: int) -> None:
        """The keys 1 to 9 choose the label; in a long take they mark a region as long as they are held."""
        labels = self._document.labels
        if self._marking.possible:
            if number < len(labels):
                self._marking.press(labels[number])
        else:
            self.next_take.labels.choose_number(number)

    def on_digit_released(self, _number: int) -> None:
        """The movement is over."""
        self._marking.release()

    def on_key(self, key: Qt.Key) -> bool:
        """K keeps, Backspace records again, P stops the picture, Page up and down choose the person."""
        acts: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_K: self._row.keep,
            Qt.Key.Key_Backspace: self._row.drop,
            Qt.Key.Key_P: self.signal.toggle_pause,
            Qt.Key.Key_PageUp: lambda: self.next_take.choose_person(-1),
            Qt.Key.Key_PageDown: lambda: self.next_take.choose_person(1),
        }
        if key in acts:
            acts[key]()
        return key in acts

    def hideEvent(self, event: QHideEvent) -> None:
        """A key that is held while the page goes is let go."""
        self._marking.release()
        super().hideEvent(event)

    def close_page(self) -> None:
        """Let go of the sound device."""
        self._tones.close()

    def _delete_selected(self) -> None:
        ids = self.takes.selected_ids()
        if ids:
            self._document.trash(ids)

    def _bring_up(self, show: Show) -> None:
        """Somebody wants to see takes, or to record a label."""
        if show.page == self.name:
            self.takes.select(show.takes)
            if show.label in self._document.labels:
                self._recorder.choose_label(show.label)

    def _open_take(self, take_id: int) -> None:
        view = TakeView(self._session, take_id, self.window())
        view.show()
        view.raise_()
        view.activateWindow()  # its keys are its own

    def _show_menu(self, ids: list[int], at: QPoint) -> None:
        session = self._session
        TakeMenu(ids, session.document, session.take_actions, session.people, self._open_take, self._play, self).popup(
            at
        )

    def _play(self, take_id: int) -> None:
        """Play a take; the virtual board moves along, and so does the plot."""
        with contextlib.suppress(TinyLabError):  # its card says that it cannot be read
            self._session.player.play(self._document.recording(take_id))

    def _open_trash(self) -> None:
        TrashDialog(self._document, self).exec()
