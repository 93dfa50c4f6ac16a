"""Every edit does what it says, takes itself back, and changes nothing where it fails."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fakes.projects import block, dump, planned, take

from tinylab.data.editing.edit import Edit
from tinylab.data.editing.edits import (
    EDITS,
    AddLabel,
    AddRecordedTake,
    AddRegion,
    AddTakes,
    Merge,
    MoveRegion,
    Relabel,
    RelabelRegion,
    RemoveLabel,
    RemoveRegion,
    RenameLabel,
    RenameSubject,
    Restore,
    SetNote,
    SetSession,
    SetSetting,
    SetSplit,
    SetSubject,
    SplitAt,
    Trash,
    Trim,
)  # fmt: skip
from tinylab.data.project import Project
from tinylab.data.storage.schema import Region
from tinylab.errors import DataError


@pytest.fixture
def filled(project: Project) -> Project:
    """Takes 1 and 2 (wave, 20 samples each), 3 (shake, in the trash), a label without takes, a region, a setting."""
    project.do(AddTakes((take(), take(subject="Bert"), take("shake")), "add"))
    project.do(Trash((3,)))
    project.do(AddLabel("empty"))
    project.do(AddRegion(1, "peak", 5, 10))
    project.do(SetSetting("sampling", {"rate_hz": 50}))
    return project


EXAMPLES: tuple[Edit, ...] = (
    AddTakes((take("new"),), "import folder"),
    Trash((1, 2)),
    Restore((3,)),
    Relabel((1, 2), "new"),
    Relabel((2,), "new", (1,)),
    SetSubject((1,), ""),
    RenameSubject("Anna", "Cem"),
    SetSession((1, 3), "evening"),
    SetSplit((1, 2), "test"),
    SetNote(1, "a note\n🦾"),
    AddLabel("new"),
    RemoveLabel("empty"),
    RemoveLabel("wave", with_takes=True),
    RenameLabel("wave", "new"),
    SetSetting("sampling", [1, None, "x"]),
    SetSetting("sampling", None),
    SetSetting("new", 1.5),
    Trim(1, 3, 9),
    SplitAt(1, (7, 14)),
    Merge((1, 2)),
    AddRegion(2, "new", 0, 20),
    RemoveRegion(1),
    MoveRegion(1, 0, 3),
    RelabelRegion(1, "new"),
)


def test_there_is_an_example_of_every_edit() -> None:
    assert {type(edit) for edit in EXAMPLES} == set(EDITS) - {AddRecordedTake}


@pytest.mark.parametrize("edit", EXAMPLES, ids=lambda edit: edit.kind)
def test_each_edit_takes_itself_back_and_is_done_again_also_after_reopening(
    filled: Project, path: Path, edit: Edit
) -> None:
    before = dump(filled)
    done = filled.do(edit)
    after = dump(filled)
    assert done.changes
    assert done.text == edit.text == filled.journal.undo_text
    filled.close()
    again = Project.open(path)
    taken_back = again.undo()
    assert taken_back is not None
    assert taken_back.text == edit.text == again.journal.redo_text
    samples = {"signals", "chunks"}  # stay in the file while a redo may want them
    assert {k: v for k, v in dump(again).items() if k not in samples} == {
        k: v for k, v in before.items() if k not in samples
    }
    again.close()
    again = Project.open(path)
    assert again.redo() is not None
    assert dump(again) == after
    assert again.redo() is None
    again.close()


REFUSED: tuple[tuple[Edit, str], ...] = (
    (Trash((1, 99)), "no take 99"),
    (Restore((3, 99)), "no take 99"),
    (Relabel((1, 2), " "), "label is empty"),
    (Relabel((1, 99), "new"), "no take 99"),
    (SetSubject((1, 99), "x"), "no take 99"),
    (SetSubject((1,), "x" * 301), "longer than 300"),
    (RenameSubject("Anna", ""), "subject is empty"),
    (SetSession((1, 99), "x"), "no take 99"),
    (SetSplit((1,), "exam"), "not known"),
    (SetNote(1, "x" * 4001), "longer than 4,000"),
    (SetNote(1, "end\0"), "cannot be stored"),
    (SetNote(1, "end\ud800"), "cannot be stored"),
    (AddLabel("\udfff"), "cannot be stored"),
    (RemoveLabel("wave"), "2 takes"),
    (RemoveLabel("peak"), "1 regions"),
    (RenameLabel("nobody", "x"), "There is no label"),
    (RenameLabel("wave", "empty"), "already"),
    (RenameLabel("wave", ""), "is empty"),
    (SetSetting("x", {1, 2}), "cannot be stored"),
    (SetSetting("x", "x" * 5_000_000), "cannot be stored"),
    (SetSetting("x", "\ud800"), "cannot be stored"),
    (SetSetting("\0", 1), "cannot be stored"),
    (Trim(1, 15, 6), "cannot be trimmed"),
    (Trim(1, -1, 6), "cannot be trimmed"),
    (Trim(1, 0, 0), "cannot be trimmed"),
    (SplitAt(1, ()), "inside itself"),
    (SplitAt(1, (0, 5)), "inside itself"),
    (SplitAt(1, (5, 20)), "inside itself"),
    (Merge((1,)), "at least two"),
    (Merge((1, 1)), "at least two"),
    (Merge((1, 3)), "different labels|cannot be merged"),
    (Merge((1, 99)), "no take 99"),
    (AddRegion(1, "x", 15, 6), "does not lie inside"),
    (AddRegion(99, "x", 0, 1), "no take 99"),
    (RemoveRegion(9), "no region 9"),
    (MoveRegion(1, 20, 1), "does not lie inside"),
    (RelabelRegion(1, ""), "is empty"),
    (RelabelRegion(9, "x"), "no region 9"),
)


@pytest.mark.parametrize(("edit", "message"), REFUSED, ids=lambda value: getattr(value, "kind", None))
def test_an_edit_that_fails_says_why_and_changes_nothing(filled: Project, edit: Edit, message: str) -> None:
    filled.undo()  # a failing edit must not end what could be redone
    before = dump(filled, journal=True)
    with pytest.raises(DataError, match=message):
        filled.do(edit)
    assert dump(filled, journal=True) == before
    assert filled.redo() is not None


def test_what_changes_nothing_is_no_step(filled: Project) -> None:
    before = dump(filled, journal=True)
    for edit in (
        Trash((3,)),
        Relabel((1,), "wave"),
        SetSetting("nothing", None),
        AddLabel("wave"),
        AddTakes((), "add"),
    ):
        assert filled.do(edit).changes == ()
    assert dump(filled, journal=True) == before


def test_trimming_and_splitting_keep_the_samples_and_move_the_regions(filled: Project) -> None:
    counts = filled.samples.counts(1)
    chunks = dump(filled)["chunks"]
    filled.do(SplitAt(1, (8, 12)))
    assert [filled.samples.counts(number)[:, 0].tolist() for number in (1, 4, 5)] == [
        counts[:8, 0].tolist(), counts[8:12, 0].tolist(), counts[12:, 0].tolist(),
    ]  # fmt: skip
    assert [(r.take_id, r.start, r.count) for n in (1, 4, 5) for r in filled.regions(n)] == [
        (1, 5, 3),
        (4, 0, 4),
        (5, 0, 3),
    ]
    filled.do(Trim(1, 6, 2))
    assert [(r.start, r.count) for r in filled.regions(1)] == [(0, 2)]
    filled.do(Trim(4, 3, 1))
    filled.do(Merge((1, 4, 5)))
    assert filled.samples.counts(1)[:, 0].tolist() == counts[[6, 7, 11, *range(12, 20)], 0].tolist()
    assert [(r.start, r.count) for r in filled.regions(1)] == [(0, 2), (2, 1), (3, 3)]
    assert dump(filled)["chunks"] == chunks


def test_a_region_inside_of_a_part_keeps_its_length(filled: Project) -> None:
    filled.do(SplitAt(1, (3,)))
    assert [(r.take_id, r.start, r.count) for n in (1, 4) for r in filled.regions(n)] == [(4, 2, 10)]
    filled.do(Trim(4, 1, 8))
    assert [(r.start, r.count) for r in filled.regions(4)] == [(1, 7)]


def test_a_region_outside_of_what_is_left_goes(filled: Project) -> None:
    filled.do(Trim(1, 0, 5))
    assert dump(filled)["regions"] == []
    filled.undo()
    assert [(r.start, r.count) for r in filled.regions(1)] == [(5, 10)]


def test_merging_joins_samples_and_losses_and_trashes_the_others(project: Project) -> None:
    for _ in range(2):
        writer = project.begin_take(planned(asked=30))
        writer.add(block(0))
        writer.add(block(15))
        writer.finish()
    project.do(AddRegion(2, "peak", 3, 4))
    project.do(AddRegion(1, "dip", 5, 6))
    project.do(Merge((2, 1)))
    merged = project.header(2)
    assert (merged.samples, merged.asked, merged.lost, merged.trashed) == (40, 60, 20, False)
    assert project.header(1).trashed
    assert [(r.label, r.start, r.count) for r in project.regions(2)] == [("peak", 3, 4), ("dip", 20 + 5, 6)]


def test_a_cut_part_counts_its_own_losses_and_why_it_ended_stays_with_its_end(project: Project) -> None:
    writer = project.begin_take(planned(asked=40))
    writer.add(block(0))
    writer.add(block(15, overruns=3))
    writer.end("The board was unplugged.")
    writer.finish()
    assert (project.header(1).lost, project.header(1).overruns) == (20, 3)
    project.do(SplitAt(1, (15,)))
    first, second = project.header(1), project.header(2)
    assert (first.samples, first.asked, first.lost, first.overruns, first.ended) == (15, 20, 5, 3, "")
    assert (second.samples, second.asked, second.lost) == (5, 20, 15)
    assert second.ended == "The board was unplugged."


def test_what_clips_or_never_changes_is_counted_anew_in_a_part(project: Project) -> None:
    counts = np.vstack([np.full((20, 3), 5), np.full((20, 3), 1000)]).astype(np.int16)
    project.do(AddTakes((take(counts=counts),), "add"))
    assert (project.header(1).clipped, project.header(1).flat) == (20, 0)
    project.do(SplitAt(1, (20,)))
    assert [(project.header(n).clipped, project.header(n).flat) for n in (1, 2)] == [(0, 1), (20, 1)]


@pytest.mark.parametrize(
    "changes", [{"sensor": "other"}, {"range_g": 4.0}, {"g_per_count": 0.004}, {"frame": "raw"}, {"rate_hz": 104.0}]
)
def test_takes_that_were_measured_otherwise_are_not_merged(project: Project, changes: dict[str, object]) -> None:
    project.do(AddTakes((take(), take(**changes)), "add"))
    with pytest.raises(DataError, match="different"):
        project.do(Merge((1, 2)))


def test_a_label_keeps_its_place_when_it_is_renamed_and_comes_back_with_its_takes(filled: Project) -> None:
    assert filled.labels() == ["wave", "shake", "empty", "peak"]
    filled.do(RenameLabel("wave", "new"))
    assert filled.labels() == ["new", "shake", "empty", "peak"]
    assert {filled.header(number).label for number in (1, 2)} == {"new"}
    filled.do(RenameLabel("peak", "top"))
    assert [region.label for region in filled.regions(1)] == ["top"]
    filled.do(RenameLabel("top", "peak"))
    filled.do(RemoveLabel("shake"))
    filled.do(Restore((3,)))
    assert filled.labels() == ["new", "empty", "peak", "shake"]


def test_a_label_that_only_a_region_has_is_listed(filled: Project) -> None:
    filled.do(RelabelRegion(1, "top"))
    assert filled.labels() == ["wave", "shake", "empty", "peak", "top"]
    filled.do(AddRegion(2, "dip", 0, 3))
    assert filled.labels()[-1] == "dip"


def test_regions_that_cannot_be_are_left_out(filled: Project, path: Path) -> None:
    from fakes.projects import run_sql

    run_sql(path, "INSERT INTO regions VALUES (7, 1, 'x', 15, 6), (8, 1, x'00', 0, 1), (9, 1, 'x', -1, 3)")
    assert filled.regions(1) == [Region(1, 1, "peak", 5, 10)]
