"""What the page Evaluate says of a run in sentences."""

from __future__ import annotations

from typing import Final

from tinylab.evaluation.curve import where_it_turns
from tinylab.learning.menu import is_simple, title_of
from tinylab.text import percent, tr
from tinylab.ui.formats import one_line, validation_figure
from tinylab.workflow.training.runs import BY_FOLDS, TrainedRun
from tinylab.workflow.training.trainer import Trainer

_NAMED: Final = 8  # people


def run_words(run: TrainedRun) -> str:
    """A run in a list: its number, its name where it has one, and what it is worth."""
    said = percent(run.int8.accuracy) if run.is_open else tr("test closed")
    name = f" {one_line(run.name, 20)}" if run.name else ""
    return tr("run {n}{name}: {said}", n=run.number, name=name, said=said)


def network_words(run: TrainedRun) -> str:
    """What a run is called in a table: its name, its family and how wide it is, where it is a network."""
    plan = run.settings.network
    title = tr(title_of(plan.family))
    said = title if is_simple(plan.family) else f"{title}, {plan.width}"
    return f"{one_line(run.name, 24)} · {said}" if run.name else said


def progress_words(trainer: Trainer) -> str:
    """How far the training that goes on is."""
    if is_simple(trainer.settings.network.family):
        return tr("scikit-learn learns …")
    if not trainer.history:
        return tr("The network is compiled for this computer …")
    last, left_s = trainer.history[-1], trainer.left_s
    who = tr("everyone who is not tested teaches") if last.final else tr("some are held back for validation")
    if trainer.in_folds:
        who = tr("fold {number} of {count} is left out", number=trainer.fold[0], count=trainer.fold[1])
    said = tr("Epoch {n} of {all}: {who}.", n=last.number, all=trainer.settings.network.epochs, who=who)
    if trainer.paused:
        return said + " " + tr("It waits.")
    return said if left_s is None else said + " " + tr("About {s:.0f} s left.", s=left_s)


def how_it_ended(run: TrainedRun) -> str:
    """How a run learned, and where validation turned, in words."""
    epochs = max((epoch.number for epoch in run.history), default=0)
    if is_simple(run.settings.network.family):
        return tr("Run {n}: learned from everyone who is not tested.", n=run.number)
    if run.settings.network.keep == "best":
        said = tr(
            "Run {n}: {epochs} epochs, of which validation liked {best} best; those who were held back taught nothing.",
            n=run.number,
            epochs=epochs,
            best=run.best_epoch,
        )
    elif run.stopped:
        said = tr("Run {n} was stopped by hand after {epochs} epochs.", n=run.number, epochs=run.best_epoch)
    else:
        said = tr("Run {n}: {epochs} epochs with everyone who is not tested.", n=run.number, epochs=epochs)
        if run.split_kind == BY_FOLDS:
            said = tr("Run {n}: after the folds {epochs} epochs with everyone.", n=run.number, epochs=epochs)
    losses = [epoch.validation_loss for epoch in run.history if not epoch.final and epoch.number]
    return f"{said} {where_it_turns(losses)}".strip()


def closed_words(run: TrainedRun) -> str:
    """Why the test of a run is not shown at once, and what there is instead."""
    held_back = tr("Those who were held back while it learned say {share}.", share=validation_figure(run))
    why = tr(
        "Nobody chose anything by these takes. Look when you have done choosing: whoever tries until the test is good"
        " has a test that no longer tells the truth."
    )
    return f"{held_back} {why}" if run.validation is not None else why


def facts_of(run: TrainedRun) -> str:
    """Who learned and who tested, how sure that is, person by person where folds asked each, and LiteRT's answers."""
    return "\n\n".join(filter(None, (run.sentence, run.certainty, people_of(run), agreement(run))))


def agreement(run: TrainedRun) -> str:
    """On how many windows the int8 network answers as what it is compared with."""
    if run.as_scikit_learn is None:
        return tr("{n} of {all} windows equal in every bit in LiteRT.", n=run.litert_identical, all=run.int8.windows)
    return tr(
        "{n} of {all} windows of the same class in scikit-learn, given the int8 inputs; LiteRT was not asked.",
        n=run.as_scikit_learn,
        all=run.int8.windows,
    )


def people_of(run: TrainedRun) -> str:
    """The people whom folds left out, the weakest first; empty where there are none."""
    people = run.folds.people if run.folds is not None else {}
    if not people:
        return ""
    weakest = sorted(people.items(), key=lambda pair: (pair[1], pair[0]))
    said = ", ".join(f"{one_line(name, 20)} {percent(share)}" for name, share in weakest[:_NAMED])
    return tr("Person by person, weakest first: {said}", said=said) + ("." if len(weakest) <= _NAMED else " …")
