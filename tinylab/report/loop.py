"""The whole loop in figures: report.json for programs, report.html with pictures for people."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from tinylab import __version__
from tinylab.assets import resources_dir
from tinylab.data.recording import Recording
from tinylab.data.timing import CaptureFigures
from tinylab.evaluation.intervals import AccuracyInterval
from tinylab.evaluation.metrics import Metrics
from tinylab.report import svg
from tinylab.text import percent, tr
from tinylab.workflow.deployment.deployed import Deployed
from tinylab.workflow.training.runs import FLOAT32, INT8, TrainedRun


@dataclass(frozen=True, slots=True, eq=False)
class LoopReport:
    """Everything that one walk around the loop has shown."""

    capture: CaptureFigures
    run: TrainedRun
    deployed: Deployed
    device: Metrics  # the flashed board's own answers
    device_identical: int  # of device.windows, equal to the reference in every bit
    live_decisions: int
    device_interval: AccuracyInterval | None  # of the accuracy of `device`
    seconds: dict[str, float]
    example: Recording
    remarks: Sequence[str] = field(default=())

    def figures(self) -> dict[str, Any]:
        """What report.json holds. Its keys are relied on: add to them, rename none."""
        build = self.deployed.figures().to_json()
        run = self.run.figures().to_json()
        return {
            "tinylab": __version__,
            "board": self.deployed.board.name + " (virtual)",
            "proven": "in emulation",
            "capture": self.capture.to_json(),
            "accuracy": {**run["accuracy"], "device": self.device.accuracy},
            **{name: run[name] for name in ("accuracy_low", "accuracy_high", "interval", "test_takes", "too_few")},
            "macro_f1": {**run["macro_f1"], "device": self.device.macro_f1},
            "test": {**run["test"], "split": run["split"]},
            "device": {
                "windows": self.device.windows,
                "identical": self.device_identical,
                "live_decisions": self.live_decisions,
            },
            "litert": run["litert"],
            "parity": {name: build["parity"][name] for name in ("windows", "identical")},
            "firmware": build["firmware"],
            "measures": build["measures"],
            "latency": build["latency"],
            "inference": build["inference"],
            "network": {name: run[name] for name in ("family", "parameters", "best_epoch")},
            "seconds": {name: round(value, 2) for name, value in self.seconds.items()},
        }

    def write(self, folder: Path) -> None:
        """Write report.json and report.html."""
        figures = self.figures()
        (folder / "report.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
        (folder / "report.html").write_text(self._html(figures), encoding="utf-8")

    def _html(self, figures: dict[str, Any]) -> str:
        run, take = self.run, self.example
        who = f"“{escape(take.header.label)}”, {escape(take.header.subject)}"
        title = tr("{who}: the first seconds as the board recorded them", who=who)
        signal = svg.signal_plot(take.in_g[: int(take.header.rate_hz * 8)], take.header.rate_hz)
        seconds = [(name, f"{value:.1f} s") for name, value in self.seconds.items()]
        confusion = svg.confusion_picture(run.labels, run.int8.confusion)
        sections = [
            _section(tr("Recorded"), f"{_table(_capture_rows(figures))}<h3>{title}</h3>{signal}"),
            _section(tr("Trained"), f"<p>{escape(run.sentence)}</p><div class='row'>{_learning_curves(run)}</div>"),
            _section(tr("Evaluated on data it never saw"), _accuracy_table(self)),
            _section(tr("Which class was taken for which (int8)"), confusion),
            _section(tr("Class by class (int8)"), _class_table(run.int8)),
            _section(tr("On the board"), _table(_board_rows(figures))),
            _section(tr("How long it took"), _table(seconds)),
        ]
        page = Template((resources_dir() / "report.html").read_text(encoding="utf-8"))
        return page.substitute(title=tr("TinyLab: once around the loop"), version=__version__, body="".join(sections))


def _learning_curves(run: TrainedRun) -> str:
    """Loss and accuracy of the network that validation checks, and of the one that everyone teaches."""
    figures = {
        tr("loss (cross-entropy)"): ("loss", "validation_loss"),
        tr("accuracy"): ("accuracy", "validation_accuracy"),
    }
    return "".join(
        svg.line_plot(
            [
                curve
                for curve in (
                    _curve(run, tr("training"), training, final=False),
                    _curve(run, tr("validation"), validation, svg.SECOND, "6 3", final=False),
                    _curve(run, tr("everyone"), training, dashes="2 3", final=True),
                )
                if curve.x
            ],
            tr("epoch"),
            name,
        )
        for name, (training, validation) in figures.items()
    )


def _curve(
    run: TrainedRun, name: str, figure: str, colour: str = svg.ACCENT, dashes: str = "", *, final: bool
) -> svg.Curve:
    points = [(each.number, getattr(each, figure)) for each in run.history if each.final is final]
    points = [(number, value) for number, value in points if math.isfinite(value)]
    return svg.Curve(name, [number for number, _ in points], [value for _, value in points], colour, dashes)


def _capture_rows(figures: dict[str, Any]) -> list[tuple[str, str]]:
    capture = figures["capture"]
    return [
        ("recordings", str(capture["recordings"])),
        ("samples", f"{capture['samples']:,}"),
        ("lost", str(capture["lost"])),
        (tr("rate by the board's clock"), tr("{rate_hz:.2f} Hz", rate_hz=capture["rate_hz"])),
    ]


def _board_rows(figures: dict[str, Any]) -> list[tuple[str, str]]:
    return [*_image_rows(figures), *_proof_rows(figures), *_inference_rows(figures["inference"])]


def _image_rows(figures: dict[str, Any]) -> list[tuple[str, str]]:
    firmware = figures["firmware"]
    flash, ram, stack = (firmware[name] / 1000 for name in ("flash_bytes", "ram_bytes", "stack_bytes"))
    where = tr("{board}; proven {proven}, not on silicon", board=figures["board"], proven=figures["proven"])
    return [
        (tr("board"), where),
        (tr("build"), firmware["build_id"]),
        (tr("flash"), tr("{flash:.1f} kB of 524.3 kB, from the linked image", flash=flash)),
        (tr("it measures with"), tr("{rate_hz} Hz, ±{range_g} g", **figures["measures"])),
        (tr("RAM"), tr("{ram:.1f} kB of 131.1 kB, and {stack:.1f} kB of stack", ram=ram, stack=stack)),
    ]


def _proof_rows(figures: dict[str, Any]) -> list[tuple[str, str]]:
    latency, device = figures["latency"], figures["device"]
    decision = tr(
        "{ms:.2f} ms at 64 MHz ({cycles:,} cycles in the network)",
        ms=latency["ms_at_64mhz"],
        cycles=latency["network_cycles"],
    )
    return [
        (tr("the same answer, bit for bit"), tr("{identical} of {windows} windows", **figures["parity"])),
        (
            tr("test windows classified on the board"),
            tr("{windows}, {identical} identical", windows=device["windows"], identical=device["identical"]),
        ),
        (tr("LiteRT on the PC agrees bit for bit"), tr("{identical} of {windows}", **figures["litert"])),
        (tr("one decision"), decision),
        (tr("decisions seen live"), str(device["live_decisions"])),
    ]


def _inference_rows(inference: dict[str, Any] | None) -> list[tuple[str, str]]:
    """What full-window and streaming inference cost, the network alone."""
    if inference is None:
        return []
    kinds = [(tr("with whole windows"), "full"), (tr("streaming, only what is new"), "streaming")]
    return [
        (
            tr("network {text}", text=text),
            tr(
                "{cycles:,} cycles, {ram_bytes:,} bytes of RAM{used}",
                cycles=cost["cycles"],
                ram_bytes=cost["ram_bytes"],
                used=used,
            ),
        )
        for text, key in kinds
        if (cost := inference[key])
        for used in [tr(" (built in)") if inference["used"] == key else ""]
    ]


def _accuracy_table(report: LoopReport) -> str:
    run, device = report.run, report.device
    known = [("float32", run.float32, run.intervals.get(FLOAT32)), ("int8", run.int8, run.intervals.get(INT8)),
             (tr("on the board"), device, report.device_interval)]  # fmt: skip
    rows = [(tr("always the most frequent class"), percent(run.int8.majority), "", "", str(run.int8.windows))]
    for name, metrics, interval in known:
        sure = str(interval) if interval is not None else "–"
        rows.append((name, percent(metrics.accuracy), sure, f"{metrics.macro_f1:.3f}", str(metrics.windows)))
    head = ("network", "accuracy", tr("95 % interval"), tr("macro F1"), "windows")
    return f"{_table(rows, head)}<p>{escape(run.certainty)}</p>"


def _class_table(metrics: Metrics) -> str:
    rows = [(c.label, f"{c.precision:.2f}", f"{c.recall:.2f}", f"{c.f1:.2f}", str(c.support)) for c in metrics.classes]
    return _table(rows, ("class", "precision", "recall", "F1", "windows"))


def _table(rows: Sequence[Sequence[str]], header: Sequence[str] = ()) -> str:
    head = "<tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in header) + "</tr>" if header else ""
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{head}{body}</table>"


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>"
