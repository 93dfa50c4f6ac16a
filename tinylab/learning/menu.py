"""The network families there are: the listing of the folder families/."""

from __future__ import annotations

import pkgutil
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from tinylab.dsp.recipe import InputKind, InputRecipe
from tinylab.learning.plan import NetworkPlan


@lru_cache(maxsize=1)
def families() -> dict[str, str]:
    """Name and title of every family, in alphabetical order."""
    names = sorted(found.name for found in pkgutil.iter_modules([str(Path(__file__).parent / "families")]))
    return {name: str(family_module(name).TITLE) for name in names}


def family_module(name: str) -> ModuleType:
    """The module of a family."""
    return import_module(f"tinylab.learning.families.{name}")


def title_of(name: str) -> str:
    """A family's title, or its name where this TinyLab does not have it."""
    return families().get(name, name)


def is_simple(name: str) -> bool:
    """Whether a family is no network: it learns from features, in a moment, without the worker and without epochs."""
    return hasattr(family_module(name), "BASELINE")


def baseline_of(name: str) -> str:
    """The baseline that a simple family is; empty for networks."""
    return str(getattr(family_module(name), "BASELINE", ""))


def family_of(baseline: str) -> str:
    """The family that puts a baseline on a board; empty where none does."""
    return next((name for name in families() if baseline and baseline_of(name) == baseline), "")


def stride_of(plan: NetworkPlan, asked: int, window: int) -> int:
    """The stride that suits the network, in samples: `asked`, or a little off where the board then saves work."""
    module = family_module(plan.family)
    return int(module.stride(asked, window)) if hasattr(module, "stride") else asked


def seen_by(base: InputRecipe, plan: NetworkPlan) -> InputRecipe:
    """The recipe of the same windows as a network sees them: the signal, its features, or both."""
    kind = input_kind(plan)
    features = plan.features if kind != "raw" else ()
    signal = kind != "features"
    return replace(
        base, kind=kind, features=features, magnitude=plan.magnitude and signal, gravity=plan.gravity and signal
    )


def input_kind(plan: NetworkPlan) -> InputKind:
    """What the network sees of a window."""
    module = family_module(plan.family)
    kind: InputKind = module.input_kind(plan) if hasattr(module, "input_kind") else module.INPUT_KIND
    return kind
