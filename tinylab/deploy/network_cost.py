"""What a network would cost a board, before it has learned anything: compiled, built and counted as Deploy does it.

Weights change neither the code nor the memory, and the cycles of a kernel hardly: what an untrained network of the same
plan costs is what the trained one will, to a percent or two. The features that it is given are computed in the same
call and are counted.
"""

from __future__ import annotations

from dataclasses import dataclass

from tinylab.boards.catalog import Board
from tinylab.deploy.decision_cost import measure_decision_costs
from tinylab.deploy.firmware import Deployable
from tinylab.dsp.recipe import InputRecipe


@dataclass(frozen=True, slots=True)
class NetworkCost:
    """A network and the features it is given, without the firmware around them."""

    flash_bytes: int
    ram_bytes: int  # with the input and the output
    cycles: int  # of a decision in the middle of a stream
    streams: bool  # whether the board would compute only what is new

    def fits(self, board: Board) -> bool:
        """Whether the board has the memory for it, were nothing else there."""
        return self.flash_bytes <= board.flash_bytes and self.ram_bytes <= board.ram_bytes


def network_cost(tflite: bytes, recipe: InputRecipe, classes: int) -> NetworkCost:
    """Compile, build and run it; raises EngineError or DeployError where that cannot be done."""
    names = [str(number) for number in range(classes)]  # the text of labels is not counted
    costs = measure_decision_costs(Deployable.from_tflite(tflite, recipe, names), instructions=False)
    used = costs.used
    return NetworkCost(used.flash_bytes, used.ram_bytes, used.cycles, costs.streams)
