"""The takes of a project are judged beside each other in a thread, and again when they change."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fakes.made_projects import add, recording

from tinylab.data.editing.cut_edits import Trim
from tinylab.data.editing.take_edits import Relabel, Trash
from tinylab.data.frames import BOARD, RAW
from tinylab.data.project import Project
from tinylab.data.recording import Recording
from tinylab.data.samples import SampleStore
from tinylab.evaluation.take_checks.findings import FindingKind
from tinylab.workflow.explore.content_checks import ContentChecks
from tinylab.workflow.explore.project_facts import ProjectFacts
from tinylab.workflow.explore.read_takes import ReadTakes
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.project.contents import Contents
from tinylab.workflow.project.document import Document


def wait(inbox: Inbox, checks: ContentChecks) -> None:
    assert inbox.wait(lambda: not checks.busy, 60.0)


def kinds(checks: ContentChecks, take_id: int) -> set[FindingKind]:
    return {finding.kind for finding in checks.of(take_id)}


def test_it_sleeps_until_it_is_wanted(inbox: Inbox, checks: ContentChecks, document: Document) -> None:
    add(document, recording("wave", 90))
    assert not checks.busy and checks.findings is None and checks.of(1) == ()


def test_good_takes_have_no_findings(inbox: Inbox, checks: ContentChecks) -> None:
    checks.start()
    wait(inbox, checks)
    assert checks.findings == dict.fromkeys(range(1, 16), ())
    assert checks.duplicates == ()
    assert checks.motion_g[1] > 0.5 and checks.motion_g[11] < 0.02


def test_a_wrong_take_is_found_and_said(inbox: Inbox, checks: ContentChecks, document: Document) -> None:
    checks.start()
    wait(inbox, checks)
    said: list[frozenset[int]] = []
    checks.changed.subscribe(said.append)
    add(document, recording("wave", 90, "shake"))
    wait(inbox, checks)
    assert kinds(checks, 16) == {FindingKind.LIKE_ANOTHER}
    assert checks.of(16)[0].resembles in range(1, 6)
    assert said == [frozenset({16})]
    document.do(Relabel((16,), "shake"))
    wait(inbox, checks)
    assert checks.of(16) == () and said[-1] == frozenset({16})


def test_only_what_changed_is_read_again(
    inbox: Inbox, checks: ContentChecks, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    counts = SampleStore.counts

    def counted(store: SampleStore, take_id: int) -> object:
        read.append(take_id)
        return counts(store, take_id)

    monkeypatch.setattr(SampleStore, "counts", counted)
    checks.start()
    wait(inbox, checks)
    assert set(read) == set(range(1, 16))
    read.clear()
    document.do(Relabel((3,), "wave"))
    wait(inbox, checks)
    assert read == [] and kinds(checks, 3) == {FindingKind.LIKE_ANOTHER}
    add(document, recording("wave", 90))
    wait(inbox, checks)
    assert read[0] == 16 and all(16 in pair for pair in zip(read[1::2], read[2::2], strict=True))


def test_another_stretch_of_the_same_length_is_read_again(document: Document) -> None:
    half = np.concatenate([recording("wave", 90, seconds=2).counts, recording("nothing", 91, seconds=2).counts])
    add(document, Recording(recording("wave", 90).header, half))
    read, project = ReadTakes(), document.open_project()

    def motion_g() -> float:
        parts = [each for each in document.parts if each[0].id == 16]
        return read.labelled(project, parts, project.pieces_text(16))[0].content.motion_g

    document.do(Trim(16, 0, 100))
    assert motion_g() > 0.3
    document.undo()
    document.do(Trim(16, 100, 100))
    assert motion_g() < 0.02


def test_a_new_take_is_judged_at_once_by_what_is_known(inbox: Inbox, checks: ContentChecks, document: Document) -> None:
    checks.start()
    wait(inbox, checks)
    add(document, recording("wave", 90, "nothing"))
    task = checks.judge_new(16)
    assert inbox.wait(lambda: not task.running, 60.0)
    assert FindingKind.NO_MOTION in {finding.kind for finding in task.value}
    wait(inbox, checks)


def test_duplicates_are_named_and_both_end_with_the_copy(
    inbox: Inbox, checks: ContentChecks, document: Document
) -> None:
    add(document, recording("wave", 5))  # the same as take 6
    checks.start()
    wait(inbox, checks)
    assert checks.duplicates == ((6, 16),)
    document.do(Trash((16,)))
    wait(inbox, checks)
    assert checks.duplicates == ()


def test_takes_in_other_axes_are_turned_before_they_are_compared(
    inbox: Inbox, checks: ContentChecks, document: Document
) -> None:
    own = [recording("wave", 60 + n) for n in range(5)]
    signs = np.array([1, -1, 1], np.int16)
    add(document, *(each.with_changes(frame=RAW) for each in own))
    add(document, Recording(own[2].header.with_changes(frame=BOARD), own[2].counts * signs))
    checks.start()
    wait(inbox, checks)
    assert checks.duplicates == ((18, 21),) and checks.of(21) == ()


def test_another_project_leaves_nothing_behind(
    inbox: Inbox, checks: ContentChecks, document: Document, tmp_path: Path
) -> None:
    checks.start()
    document.attach(Contents.of(Project.create(tmp_path / "other.tinylab")))
    assert checks.findings is None
    wait(inbox, checks)
    assert checks.findings == {} and checks.duplicates == ()


def test_facts_and_advice_follow_the_project_and_the_checks(
    inbox: Inbox, checks: ContentChecks, document: Document
) -> None:
    facts = ProjectFacts(document, checks, lambda: 2.0)
    assert facts.facts["takes.count"].value == 15
    assert facts.facts["takes.unlike_their_class"].value is None
    add(document, recording("wave", 90, "shake"))
    checks.start()
    wait(inbox, checks)
    assert facts.facts["takes.count"].value == 16
    assert facts.facts["takes.unlike_their_class"].takes == (16,)
    assert any(advice.show.takes == (16,) for advice in facts.advice)
    heard: list[None] = []
    facts.changed.subscribe(heard.append)
    facts.set_overlaps((("shake", "wave"),))
    assert heard and facts.facts["classes.overlap"].value == 1


def test_a_project_is_shown_before_its_takes_are_looked_at(
    inbox: Inbox, checks: ContentChecks, document: Document
) -> None:
    seconds = [10.0]
    inbox.now = lambda: seconds[0]
    checks.pause_s = 1.0
    checks.start()
    inbox.pump()
    assert checks.busy and checks._work.task is None
    seconds[0] = 11.0
    inbox.pump()
    assert checks._work.task is not None
    wait(inbox, checks)
    assert checks.findings is not None
    document.do(Relabel((1,), "another"))
    assert checks._work.task is not None, "an edit is followed at once"
    wait(inbox, checks)


def test_a_project_that_is_closed_while_its_takes_are_looked_at_again(
    inbox: Inbox, checks: ContentChecks, document: Document
) -> None:
    checks.start()
    document.do(Relabel((1,), "another"))  # once more, when the first look has ended
    document.detach()
    wait(inbox, checks)
    assert checks.findings is None
