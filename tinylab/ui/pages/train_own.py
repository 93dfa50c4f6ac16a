"""The user's own network among the expert settings of Train: choose its file, and see whether it may run."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from tinylab.errors import TrainingError
from tinylab.learning.own_source import FAMILY
from tinylab.text import ntr, tr
from tinylab.ui.widgets.basic import button, show_text, text_label
from tinylab.ui.widgets.cards import Fold
from tinylab.workflow.training.own_choice import choose_own, why_own_is_refused
from tinylab.workflow.training.trainer import Trainer

_TIP = tr(
    "A Python file with build(spec) that returns a keras.Model. It runs on this computer: choose only files that you"
    " trust. What the board cannot run is said before anything is trained."
)


class OwnNetwork:
    """A button and a line inside the fold."""

    def __init__(self, trainer: Trainer, fold: Fold) -> None:
        self._trainer, self._fold = trainer, fold
        self._wrong = ""  # what was wrong with the file that was chosen last
        self.choose = button(tr("Own network …"), self.ask, "link", tr(_TIP))
        self.said = text_label("", "small", wrap=True)
        fold.body.addWidget(self.choose)
        fold.body.addWidget(self.said)

    def ask(self) -> None:
        """Let the user choose the file."""
        chosen, _ = QFileDialog.getOpenFileName(
            self._fold.window(), tr("Own network"), str(Path.home()), tr("Python files (*.py)")
        )
        if chosen:
            self.take(Path(chosen))

    def take(self, path: Path) -> None:
        """The next network is the one that this file builds."""
        try:
            choose_own(self._trainer, path)
            self._wrong = ""
        except TrainingError as error:
            self._wrong = str(error)
        self.refresh()

    def refresh(self) -> None:
        """Draw what the settings hold."""
        self.choose.setEnabled(not self._trainer.busy)
        network, refused = self._trainer.settings.network, why_own_is_refused(self._trainer)
        if self._wrong or refused is not None:
            show_text(self.said, self._wrong or str(refused))
        elif network.family == FAMILY:
            lines = len(network.own.splitlines())
            show_text(
                self.said, ntr("Your file of {count} line builds it.", "Your file of {count} lines builds it.", lines)
            )
        else:
            show_text(self.said, "")
