"""Visible numbers: with units, and with the digits that mean something."""

from __future__ import annotations

from pathlib import Path

from tinylab.evaluation.baseline_rows import best_simple
from tinylab.evaluation.intervals import AccuracyInterval
from tinylab.evaluation.rest_class import rest_advice
from tinylab.text import percent, tr
from tinylab.workflow.training.runs import FLOAT32, TrainedRun


def kilobytes(count: int) -> str:
    """27412 → 27.4."""
    return f"{count / 1000:.1f}"


def size(count: int) -> str:
    """6912 → 7 kB, 1250000 → 1.2 MB."""
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1e6:.1f} MB"


def seconds(value: float) -> str:
    """75.3 → 1 min 15 s."""
    if value < 60:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def short_path(path: Path) -> str:
    """A path with the home folder as ~, so that a picture of the window names nobody."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):  # it lies elsewhere, or there is no home
        return str(path)


def one_line(text: str, longest: int = 40) -> str:
    """Any label on one line: newlines become spaces, what is too long ends in an ellipsis."""
    flat = " ".join(text.split()) or text
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"


def figures(run: TrainedRun, variant: str) -> tuple[str, str]:
    """Accuracy and macro F1 as shown everywhere; the accuracy with its 95 % interval, where the run has one."""
    if not run.is_open:
        return tr("closed"), "–"
    metrics, interval = run.float32 if variant == FLOAT32 else run.int8, run.intervals.get(variant)
    return with_interval(metrics.accuracy, interval), f"{metrics.macro_f1:.3f}"


def with_interval(accuracy: float, interval: AccuracyInterval | None) -> str:
    """“81.0 % (64–92)”."""
    between = f" ({interval.low * 100:.0f}–{interval.high * 100:.0f})" if interval is not None else ""
    return percent(accuracy) + between


def validation_figure(run: TrainedRun) -> str:
    """Accuracy on those who were held back while a run was chosen, with its interval; what runs are compared by."""
    if run.validation is None:
        return "–"
    return with_interval(run.validation.metrics.accuracy, run.validation.interval)


def read_first(run: TrainedRun) -> str:
    """What must be read before a run's accuracy, in sentences."""
    return " ".join(filter(None, (*run.said_first, rest_advice(run.labels, by_movement=run.recipe.by_movement))))


def simple_words(run: TrainedRun) -> str:
    """What stands below the share of the most frequent class: the best that is simpler than a network."""
    best = best_simple(run.simpler)
    said = tr("the most frequent class")
    return (
        said if best is None else said + "\n" + tr("{title}: {share}", title=best.title, share=percent(best.accuracy))
    )
