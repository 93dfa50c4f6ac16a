"""What the next run will be: what the project keeps of the settings, and windows that suit its takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tinylab.errors import TinyLabError
from tinylab.learning.plan import NetworkPlan
from tinylab.text import tr
from tinylab.workflow.project.document import Document
from tinylab.workflow.training.runs import TrainSettings

SETTING = "training"  # where the project keeps it


def stored_settings(document: Document) -> TrainSettings:
    """What the project keeps of the settings; the defaults where it has none, or damaged ones."""
    plain = document.setting(SETTING)
    try:
        settings = _from_json(plain) if plain else TrainSettings()
    except (TinyLabError, KeyError, TypeError, ValueError, AttributeError):
        settings = TrainSettings()
    return suited(settings, document)


def why_not_trained(document: Document) -> str:
    """Why nothing can be trained now, in words; empty where it can."""
    if not document.takes:
        return tr("Record or import something first.")
    if len({part.label for _, part in document.parts}) < 2:
        return tr("Record a second label; with one there is nothing to tell apart.")
    return ""


def _from_json(plain: Mapping[str, Any]) -> TrainSettings:
    """What was stored. An older TinyLab did not say how a network learns: the next one learns as networks do now."""
    settings = TrainSettings.from_json(plain)
    return settings if "keep" in plain["network"] else replace(settings, network=NetworkPlan())


def suited(settings: TrainSettings, document: Document) -> TrainSettings:
    """The settings with windows that suit the project's takes, unless the user has chosen them."""
    seconds = [part.count / take.rate_hz for take, part in document.parts]
    return replace(settings, windows=settings.windows.fitted(seconds))
