"""The page Board: what is plugged in, what runs on it, and how it measures."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from tinylab.boards.discovery import BoardPort
from tinylab.text import tr
from tinylab.ui.formats import one_line
from tinylab.ui.plots.legend import axes_legend
from tinylab.ui.plots.signal import SignalPlot
from tinylab.ui.widgets.basic import button, icon, text_label
from tinylab.ui.widgets.cards import Card, Panel
from tinylab.ui.widgets.empty_state import EmptyState
from tinylab.ui.widgets.motion import MotionPanel
from tinylab.ui.widgets.page import Page
from tinylab.workflow.board.board_actions import BoardActions
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.board.link_states import LinkState
from tinylab.workflow.board.motion import Motion
from tinylab.workflow.board.opened_board import Sampling
from tinylab.workflow.capture.sampling import SamplingChoice
from tinylab.workflow.project.document import Document
from tinylab.workflow.session import Session

_LOOK_MS = 1500
_SHOWN_S = 6.0


def make_page(session: Session) -> Page:
    """The page, given its parts of the session."""
    return BoardPage(session.document, session.connection, session.boards, session.sampling, session.motion)


class BoardPage(Page):
    """Shows the connection; connecting, sampling and the simulated motion are one click each."""

    name = "Board"
    needs_project = False
    icon_name = "developer-board"

    def __init__(
        self,
        document: Document,
        connection: Connection,
        boards: BoardActions,
        sampling: SamplingChoice,
        motion: Motion,
    ) -> None:
        super().__init__(tr("Board"), tr("Plug a board in, or use the virtual one: it runs the same firmware."))
        self._document = document
        self._connection = connection
        self._boards = boards
        self._sampling = sampling
        self._motion = motion
        self._ports: list[BoardPort] = []
        self.primary(tr("Connect the virtual board"), self._act)
        self._build_main()
        self._build_side()
        self._look_timer = QTimer(self)
        self._look_timer.setInterval(_LOOK_MS)
        self._look_timer.timeout.connect(self._look)
        self._look_timer.start()
        self.follow(connection.changed, motion.changed, document.changed)

    def _build_main(self) -> None:
        self.facts = Card(tr("Connected"))
        self._fact_grid = QVBoxLayout()
        self._fact_grid.setSpacing(6)
        self.facts.body.addLayout(self._fact_grid)
        self._values: dict[str, QWidget] = {}
        for name in (tr("board"), tr("sensor"), tr("firmware"), tr("network"), tr("wire")):
            line = QHBoxLayout()
            head = text_label(name, "field")
            head.setFixedWidth(84)
            value = text_label("", "", wrap=True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._values[name] = value
            line.addWidget(head, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(value, 1)
            self._fact_grid.addLayout(line)
        self.main.addWidget(self.facts)
        self.signal = Card(tr("Signal now"))
        self.signal.corner.addWidget(axes_legend())
        self.plot = SignalPlot()
        self.signal.body.addWidget(self.plot)
        self.main.addWidget(self.signal, 1)
        self.empty = EmptyState(
            "usb-port",
            tr("No board is connected"),
            tr("Plug a micro:bit V2 in and choose it at the right, or start the virtual board: no hardware needed."),
        )
        self.main.addWidget(self.empty, 1)

    def _build_side(self) -> None:
        panel = Panel(tr("Found"))
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Boards and ports found"))
        self.list.setFixedHeight(84)
        self.list.itemActivated.connect(lambda item: self._connect(item.data(Qt.ItemDataRole.UserRole)))
        self.list.itemSelectionChanged.connect(self._show_choice)
        panel.body.addWidget(self.list)
        self.nothing = text_label(tr("Nothing is plugged in and no virtual board is running."), "small", wrap=True)
        panel.body.addWidget(self.nothing)
        self._connect_button = button(tr("Connect"), self._connect_chosen)
        panel.body.addWidget(self._connect_button)
        self._flash_button = button(
            tr("Put TinyLab's firmware on it"),
            self._flash_chosen,
            tip=tr("Flashes the firmware that records; a board fresh from its box needs it once."),
        )
        panel.body.addWidget(self._flash_button)
        panel.head(tr("Measuring"))
        self.rate, self.range = QComboBox(), QComboBox()
        panel.field(tr("Rate"), self.rate, tr("How often the sensor measures; the board's own clock, in Hz."))
        panel.field(
            tr("Range"), self.range, tr("The largest acceleration it can measure; beyond it the signal is clipped.")
        )
        self.rate.activated.connect(self._set_sampling)
        self.range.activated.connect(self._set_sampling)
        self.motion = MotionPanel(self._motion)
        panel.body.addWidget(self.motion)
        panel.stretch()
        self.side.addWidget(panel)

    # --- drawing ----------------------------------------------------------------------------------------

    def state(self) -> tuple[str, str]:
        """Done when something streams."""
        connection = self._connection
        if connection.connected:
            return "done", ""
        return ("attention", tr("lost")) if connection.state is LinkState.LOST else ("", "")

    def refresh(self) -> None:
        """Draw everything."""
        connection = self._connection
        linked = connection.linked
        there = linked is not None
        self.facts.setVisible(there)
        self.signal.setVisible(there)
        self.empty.setVisible(not there)
        text = {
            LinkState.CONNECTED: tr("Disconnect"),
            LinkState.CONNECTING: tr("Stop connecting"),
            LinkState.LOST: tr("Stop looking for it"),
            LinkState.RELEASED: tr("Deploying …"),
        }
        self.action.setText(text.get(connection.state, tr("Connect the virtual board")))
        self.action.setEnabled(connection.state is not LinkState.RELEASED)
        self.empty.title.setText(
            tr("The board is lost") if connection.state is LinkState.LOST else tr("No board is connected")
        )
        self._show_sampling()
        self.motion.refresh()
        if linked is not None:
            self._show_facts()
        self._look()

    def _show_facts(self) -> None:
        linked = self._connection.linked
        assert linked is not None
        hello = linked.identity.hello
        labels = ", ".join(one_line(name, 24) for name in linked.identity.shown_labels)
        facts = {
            tr("board"): f"{linked.board.name}, {linked.port.device}, id {hello.unique_id:016x}",
            tr("sensor"): tr(
                "{name}, {rate} Hz asked, ±{range} g, {mg:.2f} mg a count",
                name=linked.board.sensor.name,
                rate=hello.rate_hz,
                range=hello.range_g,
                mg=linked.g_per_count * 1000,
            ),
            tr("firmware"): tr(
                "TinyLab, build {build}, protocol {number}", build=linked.identity.build_id, number=hello.protocol
            ),
            tr("network"): labels or tr("none yet: train one and flash it"),
            tr("wire"): "",
        }
        for name, text in facts.items():
            self._values[name].setText(text)  # type: ignore[attr-defined]

    def tick(self) -> None:
        """Draw the signal; called at the screen's pace while the page is shown."""
        linked = self._connection.linked
        if linked is None:
            return
        rate = linked.identity.hello.rate_hz
        shot = linked.link.stream.snapshot(int(_SHOWN_S * rate))
        self.plot.show_live(shot, linked.g_per_count, rate, _SHOWN_S)
        state = linked.link.stream.state()
        self._values[tr("wire")].setText(  # type: ignore[attr-defined]
            tr(
                "{rate:.2f} Hz measured by the board's clock, {n:,} samples, {lost} lost, {bad} damaged frames",
                rate=state.rate_hz,
                n=state.samples,
                lost=state.lost,
                bad=linked.link.bad_frames,
            )
        )

    def _show_sampling(self) -> None:
        sampling = self._connection.sampling
        sensor = self._sampling.sensor
        for box, values, chosen, text in (
            (self.rate, sensor.rates_hz, sampling.rate_hz, "{} Hz"),
            (self.range, tuple(sensor.g_per_count), sampling.range_g, "±{} g"),
        ):
            if box.count() != len(values):
                box.clear()
                for value in values:
                    box.addItem(text.format(value), value)
            box.setCurrentIndex(box.findData(chosen))

    def _look(self) -> None:
        if not self.isVisible():
            return
        ports = self._connection.ports()
        if [p.device for p in ports] != [p.device for p in self._ports] or self.list.count() != len(ports):
            self._ports = ports
            self.list.clear()
            for port in ports:
                text = tr("{name}\n{device}", name=port.name, device=port.device)
                item = QListWidgetItem(icon("usb-port" if port.kind == "serial" else "chip"), text)
                item.setData(Qt.ItemDataRole.UserRole, port)
                self.list.addItem(item)
        self.list.setVisible(bool(ports))
        self.nothing.setVisible(not ports)
        self._show_choice()

    def _chosen(self) -> BoardPort | None:
        items = self.list.selectedItems()
        return items[0].data(Qt.ItemDataRole.UserRole) if items else None

    def _show_choice(self) -> None:
        chosen = self._chosen()
        idle = self._connection.state in (LinkState.DISCONNECTED, LinkState.LOST, LinkState.CONNECTED)
        self._connect_button.setEnabled(chosen is not None and idle)
        self._flash_button.setEnabled(chosen is not None and chosen.drive is not None and idle)

    # --- clicks -----------------------------------------------------------------------------------------

    def _act(self) -> None:
        if self._connection.state is not LinkState.DISCONNECTED:
            self._connection.disconnect()
        else:
            self._boards.connect_virtual()

    def _connect(self, port: BoardPort) -> None:
        self._connection.connect(port)

    def _connect_chosen(self) -> None:
        self._with_choice(self._connection.connect)

    def _flash_chosen(self) -> None:
        self._with_choice(self._boards.flash_capture_firmware)

    def _with_choice(self, act: Callable[[BoardPort], object]) -> None:
        chosen = self._chosen()
        if chosen is not None:
            act(chosen)

    def _set_sampling(self) -> None:
        self._sampling.choose(Sampling(self.rate.currentData(), self.range.currentData()))
