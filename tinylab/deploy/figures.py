"""The figures of a built and proven image, one shape for the command line's JSON, the report and the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tinylab.deploy.decision_cost import DecisionCosts
from tinylab.deploy.firmware import Build
from tinylab.deploy.measuring import Measuring
from tinylab.deploy.proof import Proof


@dataclass(frozen=True, slots=True)
class BuildFigures:
    """What an image needs and whether it computes what the PC computes."""

    build: Build
    proof: Proof
    on: str  # "board", or "trial": the virtual board it was tried on
    milliseconds: float  # of one decision
    costs: DecisionCosts
    seconds: dict[str, float]
    measuring: Measuring

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints. Its keys are relied on: add to them, rename none."""
        image, proof = self.build.image, self.proof
        return {
            "firmware": {
                "flash_bytes": image.flash_bytes,
                "ram_bytes": image.ram_bytes,
                "stack_bytes": image.stack_bytes,
                "build_id": self.build.build_id,
            },
            "parity": {"windows": proof.windows, "identical": proof.identical, "on": self.on},
            "latency": {
                "features_cycles": proof.features_cycles,
                "network_cycles": proof.network_cycles,
                "ms_at_64mhz": round(self.milliseconds, 4),
            },
            "inference": self.costs.as_json(),
            "measures": self.measuring.to_json(),
            "seconds": self.seconds,
        }
