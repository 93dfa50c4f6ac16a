"""What must be said of the takes beside a run's figures: what was done to them, and why a figure may flatter."""

from __future__ import annotations

from collections.abc import Sequence

from tinylab.data.frames import RAW, turn
from tinylab.data.recording import Header, Recording
from tinylab.dsp.recipe import InputRecipe
from tinylab.dsp.windows import same_rate
from tinylab.evaluation.answer_keys import TakeFacts, answer_keys
from tinylab.evaluation.duplicates.anchors import anchors_of
from tinylab.evaluation.duplicates.groups import duplicate_groups, group_numbers, same_samples
from tinylab.evaluation.leaks import SplitTake, leaks_of
from tinylab.evaluation.splits import Split
from tinylab.evaluation.units import Item
from tinylab.text import ntr, tr
from tinylab.workflow.training.movement_choice import said_of


def copies_of(recordings: Sequence[Recording]) -> dict[int, int]:
    """Takes that hold the same samples as another, by id; those of a group have the same number, from 1."""
    by_id = {
        each.header.id: (turn(each.counts, each.header.frame, RAW), each.header.g_per_count) for each in recordings
    }
    anchors = [anchors_of(take_id, *samples) for take_id, samples in by_id.items()]
    return group_numbers(duplicate_groups(anchors, lambda one, other, at: same_samples(by_id[one], by_id[other], at)))


def notes_of(takes: Sequence[Header], recipe: InputRecipe, padded: int, copies: int) -> tuple[str, ...]:
    """What was done to the takes before anything was learned from them."""
    others = [take for take in takes if not same_rate(take.rate_hz, recipe.rate_hz)]
    ranges = sorted({take.range_g for take in takes if take.range_g})
    found = {
        ntr(
            "1 take was brought to {rate_hz} Hz.",
            "{count} takes were brought to {rate_hz} Hz.",
            len(others),
            rate_hz=recipe.rate_hz,
        ): len(others),
        tr(
            "Takes with ranges of {ranges} g were brought to ±{range_g} g.",
            ranges=", ".join(f"±{each:g}" for each in ranges),
            range_g=recipe.range_g,
        ): len(ranges) > 1,
        ntr(
            "1 stretch is shorter than the window: it was centred on its movement, its ends held.",
            "{count} stretches are shorter than the window: they were centred on their movement, their ends held.",
            padded,
        ): padded,
        ntr(
            "1 take holds the samples of another; both are on one side.",
            "{count} takes hold the samples of others; copies are on one side.",
            copies,
        ): copies,
    }
    return (*(sentence for sentence, happened in found.items() if happened), *said_of(recipe))


def cautions_of(takes: Sequence[Header], items: Sequence[Item], split: Split) -> tuple[str, ...]:
    """Why the figure of this split may be too good, in sentences: answer keys, and what is on both sides of it."""
    facts = [
        TakeFacts(
            label=item.label, subject=take.subject, rate_hz=take.rate_hz, range_g=take.range_g, sensor=take.sensor,
            frame=take.frame, session=take.session, seconds=take.seconds,
        )
        for take, item in zip(takes, items, strict=True)
    ]  # fmt: skip
    known = [SplitTake(take.id, take.subject, take.session, take.rate_hz, take.range_g) for take in takes]
    groups: dict[int, list[int]] = {}
    for take, item in zip(takes, items, strict=True):
        if item.copies:
            groups.setdefault(item.copies, []).append(take.id)
    leaks = leaks_of(known, split, list(groups.values()))
    found = [leak.sentence for leak in leaks if not leak.kind.endswith("_untested")]  # that flatters no figure
    return tuple([f"{key.sentence} {key.hint}".strip() for key in answer_keys(facts)] + found)
