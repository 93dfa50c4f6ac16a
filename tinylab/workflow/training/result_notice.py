"""What is said of a run that has ended: how many windows were right and how sure that is, or that it cannot be told."""

from __future__ import annotations

from tinylab.evaluation.intervals import too_few_text
from tinylab.text import ntr, percent, tr
from tinylab.workflow.notices import NoticeAction, Notices, Tone, Topic
from tinylab.workflow.training.runs import TrainedRun


def say_trained(notices: Notices, run: TrainedRun, action: NoticeAction) -> None:
    """Show it; good news only where enough takes were tested that it means something."""
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
