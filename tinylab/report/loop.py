"""The whole loop in figures: report.json for programs, report.html with pictures for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from tinylab import __version__
from tinylab.assets import resources_dir
from tinylab.data.recording import Recording
from tinylab.deploy.firmware import Build
from tinylab.deploy.proof import Proof
from tinylab.evaluation.metrics import Metrics
from tinylab.report import svg
from tinylab.workflow.deployer import Deployed
from tinylab.workflow.runs import TrainedRun


@dataclass(frozen=True, slots=True)
class CaptureFigures:
    """What was recorded, and what was lost on the way."""

    recordings: int
    samples: int
    lost: int
    rate_hz: float  # measured, mean over the recordings


@dataclass(frozen=True, slots=True, eq=False)
class LoopReport:
    """Everything that one walk around the loop has shown."""

    capture: CaptureFigures
    run: TrainedRun
    deployed: Deployed
    device: Metrics  # the flashed board's own answers
    device_identical: int  # of device.windows, equal to the reference in every bit
    live_decisions: int
    seconds: dict[str, float]
    example: Recording
    remarks: Sequence[str] = field(default=())

    def figures(self) -> dict[str, Any]:
        """What report.json holds. Its keys are relied on: add to them, rename none."""
        build, proof = self.deployed.build, self.deployed.proof
        assert build is not None and proof is not None
        run = self.run
        return {
            "tinylab": __version__,
            "board": self.deployed.board.name + " (virtual)",
            "proven": "in emulation",
            "capture": {
                "recordings": self.capture.recordings,
                "samples": self.capture.samples,
                "lost": self.capture.lost,
                "rate_hz": round(self.capture.rate_hz, 3),
            },
            "accuracy": {
                "majority": run.int8.majority,
                "float32": run.float32.accuracy,
                "int8": run.int8.accuracy,
                "device": self.device.accuracy,
            },
            "macro_f1": {"float32": run.float32.macro_f1, "int8": run.int8.macro_f1, "device": self.device.macro_f1},
            "test": {"windows": run.int8.windows, "subjects": run.test_subjects, "split": run.split_kind},
            "device": {
                "windows": self.device.windows,
                "identical": self.device_identical,
                "live_decisions": self.live_decisions,
            },
            "litert": {"windows": run.int8.windows, "identical": run.litert_identical},
            "parity": {"windows": proof.windows, "identical": proof.identical},
            "firmware": _firmware(build),
            "latency": _latency(self.deployed, proof),
            "inference": self.deployed.decision_costs.as_json() if self.deployed.decision_costs else None,
            "network": {
                "family": run.settings.network.family,
                "parameters": run.parameters,
                "best_epoch": run.best_epoch,
            },
            "seconds": {name: round(value, 2) for name, value in self.seconds.items()},
        }

    def write(self, folder: Path) -> None:
        """Write report.json and report.html."""
        figures = self.figures()
        (folder / "report.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
        (folder / "report.html").write_text(self._html(figures), encoding="utf-8")

    def _html(self, figures: dict[str, Any]) -> str:
        run = self.run
        epochs = [e.number for e in run.history]
        loss = svg.line_plot(
            [
                svg.Curve("training", epochs, [e.loss for e in run.history]),
                svg.Curve("validation", epochs, [e.validation_loss for e in run.history], svg.SECOND, "6 3"),
            ],
            "epoch",
            "loss (cross-entropy)",
        )
        accuracy = svg.line_plot(
            [
                svg.Curve("training", epochs, [e.accuracy for e in run.history]),
                svg.Curve("validation", epochs, [e.validation_accuracy for e in run.history], svg.SECOND, "6 3"),
            ],
            "epoch",
            "accuracy",
        )
        shown = self.example.in_g[: int(self.example.rate_hz * 8)]
        who = f"“{escape(self.example.label)}”, {escape(self.example.subject)}"
        title = f"{who}: the first seconds as the board recorded them"
        sections = [
            _section(
                "Recorded",
                _table(_capture_rows(figures)) + f"<h3>{title}</h3>" + svg.signal_plot(shown, self.example.rate_hz),
            ),
            _section("Trained", f"<p>{escape(run.sentence)}</p><div class='row'>{loss}{accuracy}</div>"),
            _section("Evaluated on data it never saw", _accuracy_table(run, self.device)),
            _section("Which class was taken for which (int8)", svg.confusion_picture(run.labels, run.int8.confusion)),
            _section("Class by class (int8)", _class_table(run.int8)),
            _section("On the board", _table(_board_rows(figures))),
            _section("How long it took", _table([(name, f"{value:.1f} s") for name, value in self.seconds.items()])),
        ]
        page = Template((resources_dir() / "report.html").read_text(encoding="utf-8"))
        return page.substitute(title="TinyLab: once around the loop", version=__version__, body="".join(sections))


def _firmware(build: Build) -> dict[str, Any]:
    return {
        "flash_bytes": build.image.flash_bytes,
        "ram_bytes": build.image.ram_bytes,
        "stack_bytes": build.image.stack_bytes,
        "build_id": build.build_id,
    }


def _latency(deployed: Deployed, proof: Proof) -> dict[str, Any]:
    return {
        "features_cycles": proof.features_cycles,
        "network_cycles": proof.network_cycles,
        "ms_at_64mhz": round(deployed.board.milliseconds(proof.features_cycles + proof.network_cycles), 4),
    }


def _capture_rows(figures: dict[str, Any]) -> list[tuple[str, str]]:
    capture = figures["capture"]
    return [
        ("recordings", str(capture["recordings"])),
        ("samples", f"{capture['samples']:,}"),
        ("lost", str(capture["lost"])),
        ("rate by the board's clock", f"{capture['rate_hz']:.2f} Hz"),
    ]


def _board_rows(figures: dict[str, Any]) -> list[tuple[str, str]]:
    firmware, parity, latency = figures["firmware"], figures["parity"], figures["latency"]
    return [
        ("board", f"{figures['board']}; proven {figures['proven']}, not on silicon"),
        ("build", firmware["build_id"]),
        ("flash", f"{firmware['flash_bytes'] / 1000:.1f} kB of 524.3 kB, from the linked image"),
        (
            "RAM",
            f"{firmware['ram_bytes'] / 1000:.1f} kB of 131.1 kB, and {firmware['stack_bytes'] / 1000:.1f} kB of stack",
        ),
        ("the same answer, bit for bit", f"{parity['identical']} of {parity['windows']} windows"),
        (
            "test windows classified on the board",
            f"{figures['device']['windows']}, {figures['device']['identical']} identical",
        ),
        ("LiteRT on the PC agrees bit for bit", f"{figures['litert']['identical']} of {figures['litert']['windows']}"),
        (
            "one decision",
            f"{latency['ms_at_64mhz']:.2f} ms at 64 MHz ({latency['network_cycles']:,} cycles in the network)",
        ),
        *_ways_rows(figures["inference"]),
        ("decisions seen live", str(figures["device"]["live_decisions"])),
    ]


def _ways_rows(inference: dict[str, Any] | None) -> list[tuple[str, str]]:
    """What full-window and streaming inference cost, the network alone."""
    if inference is None:
        return []
    ways = [("with whole windows", "full"), ("streaming, only what is new", "streaming")]
    return [
        (f"network {text}", f"{cost['cycles']:,} cycles, {cost['ram_bytes']:,} bytes of RAM{used}")
        for text, key in ways
        if (cost := inference[key])
        for used in [" (built in)" if inference["used"] == key else ""]
    ]


def _accuracy_table(run: TrainedRun, device: Metrics) -> str:
    rows = [
        ("always the most frequent class", f"{run.int8.majority:.1%}", "", str(run.int8.windows)),
        ("float32", f"{run.float32.accuracy:.1%}", f"{run.float32.macro_f1:.3f}", str(run.float32.windows)),
        ("int8", f"{run.int8.accuracy:.1%}", f"{run.int8.macro_f1:.3f}", str(run.int8.windows)),
        ("on the board", f"{device.accuracy:.1%}", f"{device.macro_f1:.3f}", str(device.windows)),
    ]
    return _table(rows, ("network", "accuracy", "macro F1", "windows"))


def _class_table(metrics: Metrics) -> str:
    rows = [(c.label, f"{c.precision:.2f}", f"{c.recall:.2f}", f"{c.f1:.2f}", str(c.support)) for c in metrics.classes]
    return _table(rows, ("class", "precision", "recall", "F1", "windows"))


def _table(rows: Sequence[Sequence[str]], header: Sequence[str] = ()) -> str:
    head = "<tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in header) + "</tr>" if header else ""
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{head}{body}</table>"


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>"
