"""The user chooses the file of his own network, which may run from then on; and what stands of it in the settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tinylab.errors import TrainingError
from tinylab.learning.own_source import FAMILY, read_source
from tinylab.workflow.training.runs import TrainSettings
from tinylab.workflow.training.trainer import Trainer


def with_own(settings: TrainSettings, source: str) -> TrainSettings:
    """The settings with the network that a file's text builds."""
    return replace(settings, network=replace(settings.network, family=FAMILY, own=source))


def choose_own(trainer: Trainer, path: Path) -> None:
    """The next network is this file's; raises TrainingError where it cannot be read, and then nothing has changed."""
    source = read_source(path)
    trainer.own_sources.choose(source)
    trainer.set_settings(with_own(trainer.settings, source))


def why_own_is_refused(trainer: Trainer) -> TrainingError | None:
    """Why the network of the settings may not run yet; None where it may, and where it is not one's own."""
    network = trainer.settings.network
    try:
        trainer.own_sources.check(network.family, network.own)
    except TrainingError as error:
        return error
    return None
