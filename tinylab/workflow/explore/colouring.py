"""What the points of the feature map can be coloured by: one word a window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

import numpy as np

from tinylab.data.recording import Header
from tinylab.data.run_store import Evidence
from tinylab.data.verdict import judge
from tinylab.evaluation.feature_map.window_set import WindowSet
from tinylab.evaluation.take_checks.findings import Finding
from tinylab.workflow.training.runs import INT8

RIGHT, WRONG, NOT_TESTED = "right", "wrong", ""


class ColourBy(Enum):
    """What decides a point's colour."""

    LABEL = "label"
    SUBJECT = "subject"
    SESSION = "session"
    VERDICT = "verdict"
    ANSWER = "right or wrong"


def words_of(
    by: ColourBy,
    windows: WindowSet,
    header_of: Callable[[int], Header | None],
    findings: Mapping[int, tuple[Finding, ...]],
) -> tuple[str, ...]:
    """A word for each window; empty where nothing is known. Verdicts are the values of `Grade`.

    ANSWER needs a run's evidence: `answers_of`.
    """
    if by is ColourBy.LABEL:
        return windows.labels
    words = {}
    for take_id in set(windows.take_ids.tolist()):
        header = header_of(take_id)
        words[take_id] = _word(by, header, findings.get(take_id, ())) if header is not None else ""
    return tuple(words[take_id] for take_id in windows.take_ids.tolist())


def _word(by: ColourBy, header: Header, findings: tuple[Finding, ...]) -> str:
    if by is ColourBy.VERDICT:
        return judge(header, content=[finding.sentence for finding in findings]).grade.value
    return {ColourBy.SUBJECT: header.subject, ColourBy.SESSION: header.session}.get(by, "")


def answers_of(windows: WindowSet, evidence: Evidence | None, rate_hz: float, window_s: float) -> tuple[str, ...]:
    """RIGHT or WRONG of each window by the tested window that lies nearest in its take, half a window off at most.

    `rate_hz` is the run's; NOT_TESTED where there is none.
    """
    if evidence is None or INT8 not in evidence.probabilities:
        return (NOT_TESTED,) * len(windows)
    right = evidence.answers(INT8) == evidence.truth
    starts = evidence.starts / rate_hz
    rows = {take_id: np.flatnonzero(evidence.take_ids == take_id) for take_id in np.unique(windows.take_ids).tolist()}
    found = []
    for take_id, start in zip(windows.take_ids.tolist(), windows.starts_s.tolist(), strict=True):
        of_take = rows[take_id]
        away = np.abs(starts[of_take] - start)
        near = len(of_take) > 0 and float(away.min()) <= window_s / 2
        found.append((RIGHT if right[of_take[int(away.argmin())]] else WRONG) if near else NOT_TESTED)
    return tuple(found)
