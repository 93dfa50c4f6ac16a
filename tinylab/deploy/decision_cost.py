"""Measures what a decision costs: by full-window inference, and by streaming inference, which computes what is new.

Both give the same bits. The network is built alone with the compiler and flags of the firmware and run in the emulator;
the figures are those of a decision in the middle of a stream.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tinylab.deploy.firmware import Deployable
from tinylab.engine.compiler import CompiledModel
from tinylab.temporary import TemporaryFolder
from tinylab.text import tr


@dataclass(frozen=True, slots=True)
class InferenceCost:
    """One decision by full-window or by streaming inference, without the firmware around it."""

    instructions: int  # 0 where they were not counted
    cycles: int
    ram_bytes: int  # with the input and the output
    flash_bytes: int


@dataclass(frozen=True, slots=True)
class DecisionCosts:
    """Full-window and streaming inference side by side."""

    full: InferenceCost
    streaming: InferenceCost | None  # None where nothing of the window before could be kept

    @property
    def streams(self) -> bool:
        """Whether streaming takes fewer cycles."""
        return self.streaming is not None and self.streaming.cycles < self.full.cycles

    @property
    def used(self) -> InferenceCost:
        """The cost of the inference that the firmware is built for."""
        return self.streaming if self.streaming and self.streams else self.full

    @property
    def text(self) -> str:
        """One line for people."""
        if self.streaming is None:
            return tr(
                "a decision takes {figures}; nothing of the window before can be kept", figures=_figures(self.full)
            )
        used = "streaming" if self.streams else tr("full windows")
        full, streaming = _figures(self.full), _figures(self.streaming)
        return tr(
            "full-window inference takes {full}, streaming inference {streaming}: built for {used}",
            full=full,
            streaming=streaming,
            used=used,
        )

    def as_json(self) -> Mapping[str, object]:
        """Plain values, and which inference the firmware is built for."""
        return {
            "used": "streaming" if self.streams else "full",
            "full": _plain(self.full),
            "streaming": _plain(self.streaming) if self.streaming else None,
        }


def _figures(cost: InferenceCost) -> str:
    return tr("{cycles:,} cycles and {ram_bytes:,} bytes of RAM", cycles=cost.cycles, ram_bytes=cost.ram_bytes)


def _plain(cost: InferenceCost) -> dict[str, int]:
    return {name: getattr(cost, name) for name in ("instructions", "cycles", "ram_bytes", "flash_bytes")}


def measure_decision_costs(deployable: Deployable, *, instructions: bool = True) -> DecisionCosts:
    """Build and run full-window and, where the network has it, streaming inference.

    Without `instructions` they are not counted: a large network is measured in a second instead of ten.
    """
    model = deployable.model
    full = _measured(model, "tl_model_run", model.argument_bytes, sum(model.argument_bytes), instructions)
    push = model.streaming
    if push is None:
        return DecisionCosts(full, None)
    pushed = _measured(model, "tl_model_push", push.argument_bytes, push.caller_bytes, instructions)
    return DecisionCosts(full, pushed)


def choose_inference(deployable: Deployable) -> tuple[Deployable, DecisionCosts]:
    """The deployable with the inference that takes fewer cycles, and what both cost."""
    costs = measure_decision_costs(deployable)
    return replace(deployable, streaming=costs.streams), costs


def _measured(
    model: CompiledModel, function: str, argument_bytes: Sequence[int], caller_bytes: int, instructions: bool
) -> InferenceCost:
    """What one call costs; `caller_bytes` are those that the firmware keeps for what it hands over."""
    from tinylab.deploy.measure import Probe  # the emulator is heavy, and only measuring needs it

    random = np.random.default_rng(1)
    given = [random.integers(-128, 128, size).astype(np.int8) for size in argument_bytes]
    with TemporaryFolder("costs") as folder:
        probe = Probe(model.files, function, model.outputs, folder, instructions=instructions)
        run = probe.run(*given)
    ram_bytes = probe.ram_bytes + caller_bytes + model.outputs
    return InferenceCost(run.instructions, run.cycles, ram_bytes, probe.flash_bytes)
