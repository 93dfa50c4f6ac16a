"""What is said of a run: what it left out, how many windows were right, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

from tinylab.evaluation.intervals import too_few_text
from tinylab.text import ntr, percent, tr
from tinylab.workflow.notices import NoticeAction, Notices, Tone, Topic
from tinylab.workflow.training.runs import TrainedRun
from tinylab.workflow.training.window_plan import SHORTEST_WINDOW_S


def say_trained(notices: Notices, run: TrainedRun, action: NoticeAction) -> None:
    """Show it; good news only where enough takes were tested that it means something.

    Of a test that is still closed nothing is said, but what those were worth who were held back while it learned.
    """
    if not run.is_open:
        _say_held_back(notices, run, action)
        return
    share = percent(run.int8.accuracy)
    majority = tr("Always saying the most frequent class would reach {m}.", m=percent(run.int8.majority))
    if too_few_text(run.test_takes):
        tone = Tone.INFO
        message = ntr(
            "Trained, but tested on 1 take: too few to tell.",
            "Trained, but tested on {count} takes: too few to tell.",
            run.test_takes,
        )
        hint = tr("{share} of its windows were right, as int8. Record more takes.", share=share) + " " + majority
    else:
        tone = Tone.GOOD
        message = tr("Trained: {share} of {n} unseen windows right, as int8.", share=share, n=run.int8.windows)
        hint = f"{run.certainty} {majority}"
    notices.show(tone, message, hint, action, about=Topic.TRAINING)


def _say_held_back(notices: Notices, run: TrainedRun, action: NoticeAction) -> None:
    hint = tr("Whoever tests it stays unseen until you open the test on Evaluate.")
    if run.validation is None:
        notices.show(
            Tone.INFO, tr("Trained; nobody could be held back to check it."), hint, action, about=Topic.TRAINING
        )
        return
    figures = run.validation.metrics
    share = percent(figures.accuracy)
    message = tr("Trained: {share} of {n} windows right of those who were held back.", share=share, n=figures.windows)
    takes = run.validation.interval.takes if run.validation.interval is not None else 0
    tone = Tone.INFO if too_few_text(takes) else Tone.GOOD
    notices.show(tone, message, hint, action, about=Topic.TRAINING)


def say_skipped(notices: Notices, skipped: Sequence[str]) -> None:
    """Name what was too short to learn from."""
    message = ntr(
        "1 stretch is too short to learn from and was left out.",
        "{count} stretches are too short to learn from and were left out.",
        len(skipped),
    )
    hint = tr("Among them {skipped}; {s:g} s is the least.", skipped=", ".join(skipped[:3]), s=SHORTEST_WINDOW_S)
    notices.show(Tone.CAUTION, message, hint, about=Topic.TRAINING)


def say_unreadable(notices: Notices, bad: Sequence[str]) -> None:
    """Say why takes were left out that cannot be read; `bad`: a sentence for each."""
    message = ntr(
        "1 take cannot be read and was left out.", "{count} takes cannot be read and were left out.", len(bad)
    )
    notices.show(Tone.CAUTION, message, bad[0])
