"""Collect while takes are recorded in every way, and what opens from it: a take with regions, the import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tinylab.errors import TinyLabError
from tinylab.ui.pages.collect.take_view import TakeView
from tinylab.ui.tools.camera import Camera
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.next_take import NextTake, Series, Start

_CHOSEN = 9  # of the example, an ordinary take


def collect_error(camera: Camera) -> None:
    """Recording without a board."""
    camera.window.show_page("Collect")
    camera.session.recorder.record()
    camera.both_sizes("collect-error")
    camera.session.notices.clear()


def collect_busy(camera: Camera) -> None:
    """A take, a row of takes, a wait for motion, and a long take that is marked; the takes are removed again."""
    session = camera.session
    camera.window.show_page("Collect")
    before, known = session.recorder.next, {take.id for take in session.document.takes}
    for scene in (_one, _row, _wait, _marks):
        scene(camera, before)
        camera.until(lambda: session.recorder.state is CaptureState.IDLE and not session.row.running)
    camera.both_sizes("collect-verdict")
    session.recorder.set_next(before)
    session.document.trash([take.id for take in session.document.takes if take.id not in known])
    session.notices.clear()


def _one(camera: Camera, before: NextTake) -> None:
    recorder = camera.session.recorder
    recorder.set_next(replace(before, seconds=4.0, countdown_s=1.0, takes=1))
    camera.session.row.start()
    camera.picture("collect-countdown", settle=False)
    camera.until(lambda: recorder.state is CaptureState.RECORDING and recorder.share > 0.6)
    camera.picture("collect-recording", settle=False)


def _row(camera: Camera, before: NextTake) -> None:
    """The pause between two takes, with the ring over the plot."""
    row = camera.session.row
    camera.session.recorder.set_next(replace(before, seconds=1.0, countdown_s=0.0, takes=4, pause_s=3.0))
    row.start()
    camera.until(lambda: row.pausing and len(row.ids) == 2)
    camera.both_sizes("collect-row", settle=False)
    row.cancel()


def _wait(camera: Camera, before: NextTake) -> None:
    recorder, motion = camera.session.recorder, camera.session.motion
    followed = motion.follows
    motion.set_follows(False)  # nothing moves, so it goes on waiting
    recorder.set_next(replace(before, countdown_s=0.0, takes=1, start=Start.MOTION))
    camera.session.row.start()
    camera.until(lambda: recorder.state is CaptureState.WAITING)
    camera.frames(40)  # a level needs a stretch of signal
    camera.both_sizes("collect-waiting")
    camera.session.row.cancel()
    motion.set_follows(followed)


def _marks(camera: Camera, before: NextTake) -> None:
    """One long take, in which two labels are held down one after the other."""
    session, marking, recorder = camera.session, camera.session.marking, camera.session.recorder
    recorder.set_next(replace(before, free=True, unlabelled=True, countdown_s=0.0, series=Series.ROW))
    session.row.start()
    camera.until(lambda: recorder.writer is not None and marking.possible)
    for label in session.document.labels[:2]:
        marking.press(label)
        camera.until(_longer(camera, 1.2))
        marking.release()
        camera.until(_longer(camera, 0.6))
    marking.press(session.document.labels[0])
    camera.until(_longer(camera, 0.8))
    camera.both_sizes("collect-marking", settle=False)
    session.row.stop()
    camera.until(lambda: recorder.state is CaptureState.IDLE)
    camera.dialog("take-regions", TakeView(session, session.document.takes[-1].id, camera.window))


def _longer(camera: Camera, seconds: float) -> Callable[[], bool]:
    """Whether the running take has gone on for so long from now."""
    writer = camera.session.recorder.writer
    assert writer is not None
    end = writer.span + seconds * writer.header.rate_hz
    return lambda: writer.span >= end


def collect_dialogs(camera: Camera, folder: Path) -> None:
    """A take, large, and what an import would bring: two files of the example and one that cannot be read."""
    session = camera.session
    take = session.document.takes[_CHOSEN]
    camera.dialog("take", TakeView(session, take.id, camera.window))
    files = folder / "takes"
    files.mkdir()
    recording = session.document.recording(take.id)
    rows = [f"{n / take.rate_hz:.4f},{x:.4f},{y:.4f},{z:.4f}" for n, (x, y, z) in enumerate(recording.in_g)]
    for name, lines in (("wave.1", rows), ("rest.1", rows[:200]), ("rest.2", [*rows[:60], "1.3,nan,0,1"])):
        (files / f"{name}.csv").write_text("\n".join(("time_s,ax_g,ay_g,az_g", *lines)), encoding="utf-8")
    dialogs = camera.window.dialogs
    dialogs.show_wizard(files)
    wizard = dialogs.wizard
    if wizard is None:
        raise TinyLabError("The import did not open.")
    camera.until(lambda: wizard.plot.isVisible() and wizard.yes.isEnabled())
    camera.dialog("import", wizard)
