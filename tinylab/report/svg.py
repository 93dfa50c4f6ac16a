"""Small pictures as SVG text, for reports that open in any browser without anything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import numpy.typing as npt

from tinylab.text import tr

INK, MUTED, LINE, ACCENT, SECOND = "#1A1E26", "#667085", "#E2E5EA", "#2563EB", "#D55E00"
AXES = (("x", "#D55E00", ""), ("y", "#009E73", "6 3"), ("z", "#0072B2", "2 2"))
_FONT = 'font-family="Inter, system-ui, sans-serif" font-size="12"'


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a plot."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    colour: str = ACCENT
    dashes: str = ""


def line_plot(curves: Sequence[Curve], x_name: str, y_name: str, width: int = 560, height: int = 240) -> str:
    """Curves over common axes, with names, units and a legend."""
    left, right, top, bottom = 56, 12, 24, 40
    xs = np.concatenate([np.asarray(c.x, dtype=float) for c in curves])
    ys = np.concatenate([np.asarray(c.y, dtype=float) for c in curves])
    x_low, x_high = _limits(xs)
    y_low, y_high = _limits(ys)

    def place(x: float, y: float) -> tuple[float, float]:
        across = left + (x - x_low) / (x_high - x_low) * (width - left - right)
        up = height - bottom - (y - y_low) / (y_high - y_low) * (height - top - bottom)
        return across, up

    parts = [_open(width, height, tr("{y_name} over {x_name}", y_name=y_name, x_name=x_name))]
    for value in _ticks(y_low, y_high):
        _, up = place(x_low, value)
        parts.append(f'<line x1="{left}" x2="{width - right}" y1="{up:.1f}" y2="{up:.1f}" stroke="{LINE}"/>')
        parts.append(_text(left - 6, up + 4, f"{value:g}", "end", MUTED))
    for value in _ticks(x_low, x_high):
        across, _ = place(value, y_low)
        parts.append(_text(across, height - bottom + 16, f"{value:g}", "middle", MUTED))
    parts.append(_text((left + width) / 2, height - 6, x_name, "middle", MUTED))
    parts.append(f'<g transform="translate(14 {height / 2}) rotate(-90)">{_text(0, 0, y_name, "middle", MUTED)}</g>')
    for number, curve in enumerate(curves):
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in (place(x, y) for x, y in zip(curve.x, curve.y, strict=True)))
        dashes = f' stroke-dasharray="{curve.dashes}"' if curve.dashes else ""
        parts.append(f'<polyline fill="none" stroke="{curve.colour}" stroke-width="1.6"{dashes} points="{points}"/>')
        at = left + number * 110
        parts.append(
            f'<line x1="{at}" x2="{at + 18}" y1="12" y2="12" stroke="{curve.colour}" stroke-width="2"{dashes}/>'
        )
        parts.append(_text(at + 24, 16, curve.name, "start", INK))
    return "".join([*parts, "</svg>"])


def signal_plot(signal_g: npt.NDArray[np.float64], rate_hz: float) -> str:
    """Three axes of a recording over time."""
    seconds = (np.arange(len(signal_g)) / rate_hz).tolist()
    curves = [
        Curve(name, seconds, signal_g[:, axis].tolist(), colour, dashes)
        for axis, (name, colour, dashes) in enumerate(AXES)
    ]
    return line_plot(curves, "time (s)", "acceleration (g)", width=720)


def confusion_picture(labels: Sequence[str], matrix: Sequence[Sequence[int]]) -> str:
    """Truth in rows, answers in columns; the darker a cell, the larger its share of the row."""
    cell, left, top = 54, 170, 130
    size = len(labels) * cell
    parts = [_open(left + size + 12, top + size + 12, tr("confusion matrix"))]
    parts.append(_text(left - 8, top - 12, "truth ↓  answer →", "end", MUTED))
    for i, label in enumerate(labels):
        middle = i * cell + cell / 2 + 4
        parts.append(_text(left - 8, top + middle, _short(label), "end", INK))
        turned = _text(0, 0, _short(label), "start", INK)
        parts.append(f'<g transform="translate({left + middle} {top - 8}) rotate(-45)">{turned}</g>')
    for row, counts in enumerate(matrix):
        total = max(sum(counts), 1)
        for column, count in enumerate(counts):
            share = count / total
            x, y = left + column * cell, top + row * cell
            parts.append(
                f'<rect x="{x}" y="{y}" width="{cell - 2}" height="{cell - 2}" rx="4" fill="{ACCENT}"'
                f' fill-opacity="{0.04 + 0.92 * share:.2f}"/>'
            )
            colour = "#FFFFFF" if share > 0.5 else INK
            parts.append(_text(x + cell / 2 - 1, y + cell / 2 + 3, str(count), "middle", colour))
    return "".join([*parts, "</svg>"])


def _open(width: float, height: float, title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" {_FONT}><title>{escape(title)}</title>'
    )


def _text(x: float, y: float, text: str, anchor: str, colour: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'


def _short(label: str) -> str:
    one_line = " ".join(label.split())
    return one_line if len(one_line) <= 20 else one_line[:19] + "…"


def _limits(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _ticks(low: float, high: float) -> list[float]:
    """Four to eight round numbers within the limits."""
    rough = (high - low) / 5
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    first = np.ceil(low / step) * step
    return [round(float(value), 10) for value in np.arange(first, high + step * 1e-6, step)]
