"""What a deployment found out: build, cost of a decision, proofs, seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tinylab.boards.catalog import Board
from tinylab.deploy.decision_cost import DecisionCosts
from tinylab.deploy.figures import BuildFigures
from tinylab.deploy.firmware import Build, Deployable
from tinylab.deploy.measuring import Measuring
from tinylab.deploy.proof import Proof
from tinylab.errors import DeployError
from tinylab.text import tr
from tinylab.workflow.training.runs import TrainedRun


@dataclass(slots=True)
class Deployed:
    """What a deployment found out so far. Filled by the job, read by the screen after each step."""

    run: TrainedRun
    board: Board
    measuring: Measuring
    deployable: Deployable | None = None
    decision_costs: DecisionCosts | None = None
    build: Build | None = None
    tried: Proof | None = None
    proof: Proof | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def best_proof(self) -> Proof | None:
        """The proof on the board, or else the one on the virtual board it was tried on."""
        return self.proof or self.tried

    @property
    def milliseconds(self) -> float | None:
        """Time for one decision as the board measured it."""
        proof = self.best_proof
        return self.board.milliseconds(proof.features_cycles + proof.network_cycles) if proof else None

    def figures(self) -> BuildFigures:
        """The figures of the build; raises DeployError where nothing was built."""
        proof = self.best_proof
        if self.build is None or proof is None or self.decision_costs is None:
            raise DeployError(tr("The image was not built."), hint=tr("Run the command again."))
        where = "board" if self.proof else "trial"
        milliseconds = self.milliseconds or 0.0
        return BuildFigures(self.build, proof, where, milliseconds, self.decision_costs, self.seconds, self.measuring)

    def save_as(self, folder: Path) -> list[Path]:
        """Write what was built into a folder: the image, the network and the C. Raises OSError."""
        assert self.build is not None, "only what was built can be saved"
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for name, content in {
            "firmware.hex": self.build.image.hex.read_bytes(),
            "model.tflite": self.run.tflite,
            **{path.name: path.read_bytes() for path in self.build.sources},
        }.items():
            (folder / name).write_bytes(content)
            written.append(folder / name)
        return written
