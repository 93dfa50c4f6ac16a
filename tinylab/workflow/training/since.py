"""What has changed in a project since a run was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tinylab.data.recording import Header
from tinylab.text import ntr, tr
from tinylab.workflow.training.runs import TrainedRun, TrainSettings


@dataclass(frozen=True, slots=True)
class Since:
    """How the project differs from what a run learned from; empty where nothing differs."""

    sentences: tuple[str, ...]

    @property
    def stale(self) -> bool:
        """Whether anything has changed."""
        return bool(self.sentences)

    def __str__(self) -> str:
        return " ".join(self.sentences)


def changes_since(
    run: TrainedRun, takes: Mapping[int, Header], pieces: Mapping[int, str], settings: TrainSettings
) -> Since:
    """Compare a run's takes and settings with those of now. `takes` holds those in use, by number."""
    known = {member.take_id: member for member in run.members}
    if not known:
        return Since(())
    here = {number: takes[number] for number in known if number in takes}
    deleted = len(known) - len(here)
    relabelled = sum(take.label != known[i].label for i, take in here.items())
    renamed = sum(take.subject != known[i].subject for i, take in here.items())
    cut = sum(pieces.get(i, "") != known[i].pieces for i in here)
    added = sum(number not in known for number in takes)
    found = {
        ntr(
            "1 of its takes was deleted after this run.", "{count} of its takes were deleted after this run.", deleted
        ): deleted,
        ntr(
            "1 of its takes was relabelled after this run.",
            "{count} of its takes were relabelled after this run.",
            relabelled,
        ): relabelled,
        ntr(
            "1 of its takes was given another subject after this run.",
            "{count} of its takes were given another subject after this run.",
            renamed,
        ): renamed,
        ntr("1 of its takes was cut after this run.", "{count} of its takes were cut after this run.", cut): cut,
        ntr("1 take was added after this run.", "{count} takes were added after this run.", added): added,
        tr("The settings were changed after this run."): int(settings != run.settings),
    }
    return Since(tuple(sentence for sentence, count in found.items() if count))
