"""What the network that is chosen would cost the board: drafted by the worker, compiled and counted by the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tinylab.boards.catalog import Board
from tinylab.boards.ranges import recorded_range
from tinylab.deploy.network_cost import NetworkCost, network_cost
from tinylab.dsp.features.menu import feature_names
from tinylab.dsp.recipe import InputRecipe
from tinylab.errors import CancelledError, TinyLabError, TrainingError
from tinylab.events import Event
from tinylab.learning.menu import is_simple, title_of
from tinylab.learning.plan import NetworkPlan
from tinylab.text import ntr, tr
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.project.document import Document
from tinylab.workflow.project.target import TargetBoard
from tinylab.workflow.task import Task, Tasks
from tinylab.workflow.training.dataset import base_recipe
from tinylab.workflow.training.movement_choice import wants_movements
from tinylab.workflow.training.runs import TrainSettings
from tinylab.workflow.training.trainer import Trainer

REST_S: Final = 0.4  # that the slider rests before anything is measured
_KEPT: Final = 200  # sizes that are remembered
_OFFSET, _FEATURE_GAIN, _SIGNAL_G = 40, 0.003, 2.0  # of a recipe that no take was fitted to; they cost what any do


@dataclass(frozen=True, slots=True)
class Draft:
    """All of a network that its size depends on; two equal ones cost the same."""

    family: str
    width: int
    recipe: InputRecipe
    classes: int
    board: Board = field(hash=False)


@dataclass(frozen=True, slots=True)
class NetworkSize:
    """A network's weights, and what it and its features cost."""

    draft: Draft
    parameters: int
    cost: NetworkCost

    @property
    def milliseconds(self) -> float:
        """Of a decision, at the board's clock."""
        return self.draft.board.milliseconds(self.cost.cycles)

    @property
    def text(self) -> str:
        """One line for people."""
        said = tr(
            "{channels}: {weights:,} weights, {flash:.1f} kB flash, {ram:.1f} kB RAM, {ms:.1f} ms a decision",
            channels=channels(self.draft.width),
            weights=self.parameters,
            flash=self.cost.flash_bytes / 1000,
            ram=self.cost.ram_bytes / 1000,
            ms=self.milliseconds,
        )
        if self.cost.fits(self.draft.board):
            return said
        return said + " – " + tr("more than the {board} has", board=self.draft.board.name)

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints. Its keys are relied on: add to them, rename none."""
        draft, cost = self.draft, self.cost
        return {
            "family": draft.family, "width": draft.width, "weights": self.parameters, "classes": draft.classes,
            "window_samples": draft.recipe.window_samples, "stride_samples": draft.recipe.stride_samples,
            "features": list(draft.recipe.features), "board": draft.board.name,
            "flash_bytes": cost.flash_bytes, "ram_bytes": cost.ram_bytes, "cycles": cost.cycles,
            "milliseconds": round(self.milliseconds, 4), "streams": cost.streams, "fits": cost.fits(draft.board),
        }  # fmt: skip


def channels(width: int) -> str:
    """How wide a network is, in words."""
    return ntr("{count} channel", "{count} channels", width)


def draft_of(document: Document, settings: TrainSettings, board: Board) -> Draft:
    """The network that these settings make of the project's takes; reads no samples.

    Raises TrainingError where the family is no network, there are no takes, or no window can be cut like this.
    """
    plan, takes = settings.network, document.takes
    if is_simple(plan.family):
        raise TrainingError(
            tr("“{family}” is no network; its size follows from what it learns.", family=title_of(plan.family)),
            hint=tr("Choose another family, or train it and build it."),
        )
    if not takes:
        raise TrainingError(tr("There is nothing to learn from."), hint=tr("Record or import something first."))
    settings.windows.check()
    sensor = board.sensor
    range_g = sensor.range_for(recorded_range(takes))
    recipe = base_recipe([take.rate_hz for take in takes], sensor, settings.windows, plan, range_g)
    if wants_movements(settings.windows, [part.count / take.rate_hz for take, part in document.parts]):
        recipe = replace(recipe, movement_level=1)  # what it costs is the same at any level
    classes = len({part.label for _, part in document.parts})
    return Draft(plan.family, plan.width, _scaled(recipe), max(2, classes), board)


def _scaled(recipe: InputRecipe) -> InputRecipe:
    """With scales as takes would give them."""
    gain = recipe.g_per_count / _SIGNAL_G
    if recipe.kind == "raw":
        return replace(recipe, gains=(gain,))
    count = len(feature_names(recipe.features))
    scales = {"offsets": (_OFFSET,) * count, "gains": (_FEATURE_GAIN,) * count, "clip": 4.0}
    return replace(recipe, signal_gain=gain, **scales)  # type: ignore[arg-type]


def measured(draft: Draft, worker: WorkerClient, task: Task[NetworkSize]) -> NetworkSize:
    """Draft it in the worker, then compile, build and count it here; in a task's thread."""
    plan = NetworkPlan(family=draft.family, width=draft.width)
    shapes = [list(shape) for shape in draft.recipe.input_shapes]
    worker.renew()
    # It is never asked with `cancelled`: that would end the process, and a training would wait for the next.
    made = worker.ask(messages.Draft(plan.to_json(), shapes, draft.classes), messages.Drafted)
    if task.cancelled():
        raise CancelledError(tr("Cancelled."))
    return NetworkSize(draft, made.parameters, network_cost(made.tflite, draft.recipe, draft.classes))


class Sizing:
    """The size beside the slider. Belongs to the owning thread; works only while somebody calls `look_after`."""

    def __init__(
        self, inbox: Inbox, document: Document, trainer: Trainer, worker: WorkerClient, target: TargetBoard,
        held: Callable[[], bool],
    ) -> None:  # fmt: skip
        """`held`: whether the worker is needed for something else now."""
        self.changed: Event[None] = Event()
        self._inbox, self._document, self._trainer = inbox, document, trainer
        self._worker, self._target, self._held = worker, target, held
        self._tasks = Tasks(inbox)
        self._task: Task[NetworkSize] | None = None
        self._known: dict[Draft, NetworkSize] = {}
        self._draft: Draft | None = None
        self._error = ""  # why there is no size of the draft, in a sentence
        self._since: float | None = None  # when the draft was first looked at
        self._stale, self._asked = True, False
        for event in (trainer.changed, document.changed):
            event.subscribe(self._outdated)

    @property
    def size(self) -> NetworkSize | None:
        """Of the network that is chosen, where it is known."""
        self._follow()
        return None if self._draft is None else self._known.get(self._draft)

    @property
    def said(self) -> str:
        """The size in words, or that it is being computed, or why it cannot be."""
        size = self.size
        if size is not None:
            return size.text
        width = channels(self._trainer.settings.network.width)
        if self._error:
            return f"{width}: {self._error}"
        if self._draft is not None and (self._task is not None or self._due):
            return tr("{channels}: the size is computed …", channels=width)
        return tr("{channels} in the first layer", channels=width)

    def ask(self) -> None:
        """The user has changed the network: the size is wanted, also where the worker has to start for it."""
        self._asked, self._error = True, ""

    def look_after(self) -> None:
        """Measure what is chosen once it has rested; called often while the size is in front of somebody."""
        self._follow()
        now = self._inbox.now()
        if self._since is None:
            self._since = now
        if now - self._since >= REST_S and self._draft is not None and self._task is None and self._due:
            self._start(self._draft)
            self.changed.emit(None)

    def measure(self, settings: TrainSettings) -> Task[NetworkSize]:
        """The size of the network of these settings, at once."""
        try:
            draft = draft_of(self._document, settings, self._target.board)
        except TinyLabError as error:
            return self._tasks.failed(tr("Measuring the network"), error)
        return self._start(draft)

    def close(self) -> None:
        """Leave no thread behind."""
        self._tasks.close()

    @property
    def _due(self) -> bool:
        """Whether the size should be there and is not."""
        if self._error or self._draft in self._known:
            return False
        return (self._asked or self._worker.ready) and not self._held()

    def _outdated(self, _: object) -> None:
        self._stale = True

    def _follow(self) -> None:
        """Look at what is chosen now, where something has changed."""
        if not self._stale:
            return
        self._stale = False
        before, error = self._draft, ""
        try:
            self._draft = draft_of(self._document, self._trainer.settings, self._target.board)
        except TinyLabError as caught:
            self._draft, error = None, caught.message if self._document.takes else ""
        if self._draft != before or self._draft is None:
            self._error, self._since = error, None

    def _start(self, draft: Draft) -> Task[NetworkSize]:
        self._task = task = self._tasks.start(
            tr("Measuring the network"), lambda task: measured(draft, self._worker, task)
        )
        return task.then(self._done, lambda error: self._failed(draft, error))

    def _done(self, size: NetworkSize) -> None:
        self._task = None
        while len(self._known) >= _KEPT:
            del self._known[next(iter(self._known))]
        self._known[size.draft] = size
        self.changed.emit(None)

    def _failed(self, draft: Draft, error: TinyLabError) -> None:
        self._task = None
        if draft == self._draft:
            self._error = error.message
        self.changed.emit(None)
