"""A verdict by all that is known: gaps, the usual rate, and what the takes hold, also while a row is recorded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from fakes.bench import TAKE, Bench
from fakes.sessions import pump

from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.recording import Recording
from tinylab.data.verdict import Grade
from tinylab.workflow.capture.next_take import Series
from tinylab.workflow.session import Session


def waving(seed: int, label: str = "wave", strength: float = 1.0, rate_hz: float = 100.0) -> Recording:
    """A second of rest, two of waving, a second of rest."""
    random = np.random.default_rng(seed)
    signal = random.normal([0.0, 0.0, 1.0], 0.005, size=(400, 3))
    signal[100:300, 0] += strength * np.sin(np.arange(200) * 0.3 + random.uniform(0, 0.3))
    counts = np.round(signal * 500).astype(np.int16)
    return Recording.of(counts, label=label, subject="Ada", rate_hz=rate_hz, g_per_count=1 / 500, range_g=4.0)


def test_a_motionless_take_of_a_label_that_moves_is_blamed_and_undo_takes_that_back(session: Session) -> None:
    still = waving(99, strength=0.0)
    session.document.apply(AddTakes((*(waving(n) for n in range(8)), still), "fill"))
    checks, verdicts = session.explore.checks, session.explore.verdicts
    take = session.document.takes[-1]
    assert verdicts.of(take).grade is Grade.GOOD, "nobody has looked yet"
    checks.start()
    pump(session, lambda: checks.findings is not None)
    assert verdicts.of(take).grade is Grade.REMARKS
    assert "nothing moves in it" in str(verdicts.of(take))
    assert verdicts.of(session.document.takes[0]).grade is Grade.GOOD


def test_a_rate_unlike_the_other_takes_is_told_as_soon_as_there_are_three(session: Session) -> None:
    session.document.apply(AddTakes((waving(1), waving(2, rate_hz=50.0)), "fill"))
    odd = session.document.takes[1]
    assert session.explore.verdicts.of(odd).grade is Grade.GOOD
    session.document.apply(AddTakes((waving(3),), "more"))
    assert "50.0 Hz, the other takes have 100.0 Hz" in str(session.explore.verdicts.of(odd))


def test_while_a_row_is_recorded_its_takes_are_looked_at_one_by_one_and_all_of_them_after_it(bench: Bench) -> None:
    session = bench.session
    session.document.apply(AddTakes(tuple(waving(n) for n in range(6)), "fill"))
    checks = session.explore.checks
    checks.start()
    pump(session, lambda: checks.findings is not None)
    first = checks._judged
    bench.connect()
    session.recorder.set_next(replace(TAKE, seconds=1.0, series=Series.ROW, takes=3, pause_s=1.0))
    session.row.start()
    bench.run(lambda: len(session.row.ids) == 1)
    new = session.row.ids[0]
    pump(session, lambda: new in (checks.findings or {}))
    assert checks._judged is first, "nothing else was looked at"
    bench.run(lambda: not session.row.running)
    pump(session, lambda: checks._judged is not first)
    assert set(session.row.ids) <= set(checks.findings or {})


def test_a_project_that_is_closed_while_its_takes_are_looked_at_does_no_harm(session: Session) -> None:
    session.document.apply(AddTakes(tuple(waving(n) for n in range(6)), "fill"))
    checks = session.explore.checks
    checks.start()
    session.document.apply(AddTakes((waving(9),), "more"))  # so that it looks once more
    session.projects.close_project()
    pump(session, lambda: not checks.busy)
    assert checks.findings is None
    assert [notice.message for notice in session.notices.shown] == []
