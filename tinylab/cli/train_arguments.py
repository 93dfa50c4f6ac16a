"""Everything that `tinylab train` lets one choose, and the settings it makes of it."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, get_args

from tinylab.dsp.features.menu import feature_groups
from tinylab.errors import TrainingError
from tinylab.learning.augmentation import MOST, Augmentation
from tinylab.learning.menu import families
from tinylab.learning.own_source import read_source
from tinylab.learning.plan import KEEPS, OPTIMIZERS, SCHEDULES, NetworkPlan
from tinylab.text import tr
from tinylab.workflow.training.own_choice import with_own
from tinylab.workflow.training.runs import JUDGED, TrainSettings
from tinylab.workflow.training.window_plan import Decides, WindowPlan

_DEFAULT: Final = NetworkPlan()
_NUMBERS: Final = {
    "epochs": int, "width": int, "batch": int, "patience": int, "seed": int,
    "learning_rate": float, "dropout": float, "weight_decay": float, "label_smoothing": float,
}  # fmt: skip
_CHOICES: Final = {"optimizer": OPTIMIZERS, "schedule": SCHEDULES, "keep": KEEPS}
_MARKS: Final = ("class_weights", "magnitude", "gravity")


def add_train_arguments(parser: argparse.ArgumentParser) -> None:
    """Windows, network, learning and variations; what is left out stands as in the window's defaults."""
    parser.add_argument("--split", choices=("auto", "subject", "recording", "given"), default="auto")
    parser.add_argument(
        "--folds", choices=JUDGED[1:], metavar="BY",
        help=tr("subject or recording: each is left out once and tested; the network that is kept learns from all"),
    )  # fmt: skip
    parser.add_argument("--count", type=int, metavar="K", help=tr("of folds; else as many as people, or 5"))
    parser.add_argument("--split-seed", type=int, default=1, metavar="N", help=tr("draws who is tested"))
    parser.add_argument("--window-s", type=float, metavar="S", help=tr("else it follows the takes"))
    parser.add_argument("--stride-s", type=float, metavar="S", help=tr("else a quarter of the window"))
    parser.add_argument(
        "--decides", choices=get_args(Decides), default="auto",
        help=tr("when the board does: every stride, or when a movement has ended; else as suits the takes' lengths"),
    )  # fmt: skip
    parser.add_argument("--rate-hz", type=int, metavar="HZ", help=tr("else the sensor's rate nearest to the takes'"))
    parser.add_argument("--family", choices=sorted(families()), default=_DEFAULT.family)
    add_build_argument(parser)
    for name, kind in _NUMBERS.items():
        parser.add_argument(_option(name), type=kind, default=getattr(_DEFAULT, name), metavar="N")
    for name, known in _CHOICES.items():
        parser.add_argument(_option(name), choices=known, default=getattr(_DEFAULT, name))
    for name in _MARKS:
        parser.add_argument(_option(name), action=argparse.BooleanOptionalAction, default=getattr(_DEFAULT, name))
    parser.add_argument(
        "--features", type=_features, default=_DEFAULT.features, metavar="A,B", help=", ".join(feature_groups())
    )
    for name, most in MOST.items():
        usual = None if name == "rotation" else getattr(_DEFAULT.augmentation, name)  # it follows the people
        parser.add_argument(
            _option(name), type=float, default=usual, metavar="X",
            help=tr("variation of the windows, 0 to {most:g}", most=most),
        )  # fmt: skip


def add_build_argument(parser: argparse.ArgumentParser) -> None:
    """A network of the user's own."""
    parser.add_argument(
        "--build", type=Path, metavar="FILE", help=tr("a Python file whose build(spec) makes the network; it is run")
    )


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _features(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    unknown = [name for name in names if name not in feature_groups()]
    if unknown or not names:
        raise argparse.ArgumentTypeError(tr("choose among {names}", names=", ".join(feature_groups())))
    return names


def settings_of(arguments: argparse.Namespace) -> TrainSettings:
    """The settings; raises TrainingError where a number cannot be."""
    chosen: dict[str, Any] = {name: getattr(arguments, name) for name in (*_NUMBERS, *_CHOICES, *_MARKS)}
    wanted = {name: getattr(arguments, name) for name in MOST if getattr(arguments, name) is not None}
    variations = Augmentation(**wanted, suggested="rotation" not in wanted)
    network = NetworkPlan(family=arguments.family, features=arguments.features, augmentation=variations, **chosen)
    windows = WindowPlan(
        split=arguments.split, seed=arguments.split_seed, rate_hz=arguments.rate_hz, decides=arguments.decides
    )
    if arguments.window_s is not None:
        stride_s = arguments.window_s / 4 if arguments.stride_s is None else arguments.stride_s
        windows = replace(windows, window_s=arguments.window_s, stride_s=stride_s, suggested=False)
    elif arguments.stride_s is not None:
        windows = replace(windows, stride_s=arguments.stride_s, suggested=False)
    settings = TrainSettings(network, windows, arguments.folds or JUDGED[0], arguments.count)
    if arguments.count is not None and arguments.folds is None:
        raise TrainingError(tr("--count is of folds."), hint=tr("Add --folds subject or --folds recording."))
    return settings if arguments.build is None else with_own(settings, read_source(arguments.build))
