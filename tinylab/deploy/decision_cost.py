"""What one decision costs, measured: with the whole window each time, and streaming, computing only what is new.

Both ways give the same bits. The network is built alone with the compiler and flags of the firmware and run in the
emulator; the figures are those of a decision in the middle of a stream.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tinylab.deploy.firmware import Deployable
from tinylab.engine.compiler import CompiledModel


@dataclass(frozen=True, slots=True)
class Cost:
    """One way to decide, without the firmware around it."""

    instructions: int
    cycles: int
    ram_bytes: int  # with the input and the output
    flash_bytes: int


@dataclass(frozen=True, slots=True)
class Costs:
    """Both ways side by side."""

    full: Cost
    streaming: Cost | None  # None where nothing of the window before could be kept

    @property
    def streams(self) -> bool:
        """Whether streaming takes fewer cycles."""
        return self.streaming is not None and self.streaming.cycles < self.full.cycles

    @property
    def used(self) -> Cost:
        """The way that the firmware takes."""
        return self.streaming if self.streaming and self.streams else self.full

    @property
    def words(self) -> str:
        """One line for people."""
        if self.streaming is None:
            return f"a decision takes {_told(self.full)}; nothing of the window before can be kept"
        used = "streaming" if self.streams else "whole windows"
        return f"whole windows take {_told(self.full)}, streaming {_told(self.streaming)}: built for {used}"

    def as_json(self) -> Mapping[str, object]:
        """Plain values, and which way the firmware takes."""
        return {
            "used": "streaming" if self.streams else "full",
            "full": _plain(self.full),
            "streaming": _plain(self.streaming) if self.streaming else None,
        }


def _told(cost: Cost) -> str:
    return f"{cost.cycles:,} cycles and {cost.ram_bytes:,} bytes of RAM"


def _plain(cost: Cost) -> dict[str, int]:
    return {name: getattr(cost, name) for name in ("instructions", "cycles", "ram_bytes", "flash_bytes")}


def measure_costs(deployable: Deployable) -> Costs:
    """Build and run both ways."""
    model = deployable.model
    full = _measured(model, "tl_model_run", model.input_bytes)
    if model.streaming is None:
        return Costs(full, None)
    return Costs(full, _measured(model, "tl_model_push", model.streaming.values))


def cheaper(deployable: Deployable) -> tuple[Deployable, Costs]:
    """The deployable that decides in the way that takes fewer cycles, and what both ways take."""
    costs = measure_costs(deployable)
    return replace(deployable, streaming=costs.streams), costs


def _measured(model: CompiledModel, function: str, input_bytes: int) -> Cost:
    from tinylab.deploy.measure import Probe  # the emulator is heavy, and only measuring needs it

    given = np.random.default_rng(1).integers(-128, 128, input_bytes).astype(np.int8)
    with tempfile.TemporaryDirectory(prefix="tinylab-costs-") as folder:
        probe = Probe(model.files, function, model.outputs, Path(folder))
        run = probe.run(given)
    return Cost(run.instructions, run.cycles, probe.ram_bytes + input_bytes + model.outputs, probe.flash_bytes)
