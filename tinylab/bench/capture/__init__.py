"""`tinylab bench capture`: how true recordings are: rates, gaps, a long fast stream, the first gesture, contents."""

from __future__ import annotations

from typing import Any

from tinylab.bench.capture.first_gesture import first_gesture_figures
from tinylab.bench.capture.gaps import gap_figures
from tinylab.bench.capture.rates import rate_figures
from tinylab.bench.capture.stream import stream_figures
from tinylab.bench.content import content_figures
from tinylab.bench.outcome import Options, Outcome
from tinylab.text import percent, tr

HELP = tr("how true recordings are: rates, gaps, a long stream, the first gesture, and what takes hold")


def measure(options: Options) -> Outcome:
    """Everything, one part after the other; `differs` where a bound does not hold."""
    figures: dict[str, Any] = {
        "rates": rate_figures(options.report),
        "gaps": gap_figures(options.report),
        "stream": stream_figures(options.report),
        "first_gesture": first_gesture_figures(options.report),
        "content": content_figures(options.data, options.seeds, options.report),
    }
    holds = all(part["holds"] for part in figures.values())
    return Outcome({**figures, "holds": holds}, _lines(figures), differs=not holds)


def _lines(figures: dict[str, Any]) -> list[str]:
    first, content = figures["first_gesture"], figures["content"]["mean"]
    return [
        *map(_rate_line, figures["rates"]["takes"]),
        _gap_line(figures["gaps"]),
        _stream_line(figures["stream"]),
        tr(
            "first gesture: {script:.1f} s of takes, countdowns and pauses; training, build and flash {work:.1f} s",
            script=first["script_s"],
            work=first["train_build_flash_s"],
        ),
        tr(
            "content: {caught} of mislabelled takes found, {blamed} of good ones blamed",
            caught=percent(content["caught_mislabelled"]),
            blamed=percent(content["blamed_good"]),
        ),
    ]


def _rate_line(take: dict[str, Any]) -> str:
    return tr(
        "{rate:>4} Hz, clock off by {off}: measured {measured:.3f} Hz of {true:.3f}, {ppm:+.0f} ppm; "
        "over 2 s {short:+.0f} ppm",
        rate=take["asked_hz"],
        off=percent(take["clock_off"]),
        measured=take["measured_hz"],
        true=take["true_hz"],
        ppm=take["off_ppm"],
        short=take["off_ppm_of_2_s"],
    )


def _gap_line(gaps: dict[str, Any]) -> str:
    return tr(
        "gaps: {found} of {injected} found, in count and place; the virtual board's: {virtual} of {overruns}",
        found=gaps["scripted"]["found"],
        injected=gaps["scripted"]["injected"],
        virtual=gaps["virtual_board"]["found"],
        overruns=gaps["virtual_board"]["injected"],
    )


def _stream_line(stream: dict[str, Any]) -> str:
    return tr(
        "{samples:,} samples at {speed:.1f} times real time while a network was trained: {lost} lost, "
        "{wrong} wrong; a frame took {median:.1f} ms, at most {worst:.0f} ms",
        samples=stream["samples"],
        speed=stream["times_real_time"],
        lost=stream["lost"],
        wrong=stream["wrong"],
        median=stream["frame_ms"]["median"],
        worst=stream["frame_ms"]["worst"],
    )
