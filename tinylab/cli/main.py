"""The command line: a thin layer over the workflow.

Exit codes: 0 done; 1 an error that was reported; 2 the arguments were wrong; 3 something was compared and differs;
130 stopped by Ctrl+C. With --json exactly one JSON object goes to stdout, also where it failed.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from tinylab import __version__
from tinylab.cli import (
    bench_command,
    board_commands,
    compare_command,
    compile_command,
    cost_command,
    exchange_commands,
    fold_commands,
    loop_commands,
)
from tinylab.cli.output import Output
from tinylab.cli.train_arguments import add_build_argument, add_train_arguments
from tinylab.errors import CancelledError, TinyLabError, UnforeseenError
from tinylab.log.faults import note_action, unforeseen
from tinylab.log.start import start_logging, stop_logging
from tinylab.text import tr

_LOG = logging.getLogger("tinylab")
OpenWindow = Callable[[list[str]], int]


def run(command_line: Sequence[str], open_window: OpenWindow) -> int:
    """Carry out a command line. `open_window` is called for the commands that need Qt."""
    parser = _parser()
    arguments = parser.parse_args(command_line)
    log = start_logging("tinylab", debug=arguments.debug)
    try:
        if arguments.work is None:
            return open_window(_window_arguments(arguments))
        return _carry_out(arguments, Output(as_json=getattr(arguments, "json", False)), log)
    finally:
        stop_logging()


def _carry_out(arguments: argparse.Namespace, output: Output, log: Path) -> int:
    note_action(f"tinylab {arguments.command}")
    try:
        return int(arguments.work(arguments, output))
    except (KeyboardInterrupt, CancelledError):
        output.fail("Stopped.", "")
        return 130
    except UnforeseenError as error:
        output.fail(error.message, error.hint, log)
        return 1
    except TinyLabError as error:
        _LOG.info("%s ends: %s", arguments.command, error, exc_info=True)
        output.fail(error.message, error.hint)
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _LOG.info("%s ends: %s", arguments.command, error, exc_info=True)
        output.fail(f"{where}{error.strerror or error}.", tr("Check the path, its rights and the disk's free space."))
        return 1
    except Exception:  # noqa: BLE001 - nobody is shown a traceback; the log has it
        unforeseen(f"the command {arguments.command}")
        calm = UnforeseenError()
        output.fail(calm.message, calm.hint, log)
        return 1


def _window_arguments(arguments: argparse.Namespace) -> list[str]:
    text = []
    for name in ("project", "theme", "out"):
        value = getattr(arguments, name, None)
        if value is not None:
            text += [f"--{name}", str(value)]
    return [*text, arguments.command or "open"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tinylab",
        description=tr("Collect, train, quantize, flash, prove and watch small machine learning on real boards."),
        epilog=tr("Without a command the window opens."),
    )
    parser.add_argument("--version", action="version", version=f"tinylab {__version__}")
    parser.add_argument("--project", type=Path, help=tr("open this project instead of the example"))
    parser.add_argument("--theme", choices=("system", "light", "dark"), help=tr("colours of the window"))
    parser.set_defaults(work=None, command=None)
    commands_of = parser.add_subparsers(title=tr("commands"), dest="command", metavar="COMMAND")
    _add_loop_commands(commands_of)
    _add_board_commands(commands_of)
    compile_command.register(commands_of)
    shots = commands_of.add_parser("screenshots", help=tr("write a picture of every page, in both themes"))
    shots.add_argument("--out", type=Path, required=True, help=tr("folder for the pictures"))
    shots.set_defaults(work=None)
    bench_command.register(commands_of)
    for each in (parser, *commands_of.choices.values()):  # before the command as behind it
        default = False if each is parser else argparse.SUPPRESS
        each.add_argument(
            "--debug", action="store_true", default=default, help=tr("print the log to stderr, all of it")
        )
    return parser


Subparsers = argparse._SubParsersAction


def _command(
    parsers: Subparsers[argparse.ArgumentParser], name: str, text: str, work: object
) -> argparse.ArgumentParser:
    parser = parsers.add_parser(name, help=text, description=text)
    parser.add_argument("--json", action="store_true", help=tr("print one JSON object"))
    parser.set_defaults(work=work)
    return parser


def _project(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--project", type=Path, required=True, metavar="P.tinylab", help=tr("the project file"))


def _board(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--board",
        default="virtual",
        metavar="WHERE",
        help=tr("virtual (a board of its own, the default), auto, or a port"),
    )


def _range(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--range",
        type=int,
        metavar="G",
        dest="range_g",
        help=tr("full scale the board measures with, kept in the project; 0: as the takes, with headroom"),
    )


def _add_loop_commands(parsers: Subparsers[argparse.ArgumentParser]) -> None:
    demo = _command(parsers, "demo", tr("walk once around the loop on the virtual board"), loop_commands.demo)
    demo.add_argument("--headless", action="store_true", help=tr("without a window (the only way there is)"))
    demo.add_argument(
        "--out", type=Path, default=Path("tinylab-demo"), help=tr("folder for report, network, C and image")
    )
    demo.add_argument("--short", action="store_true", help=tr("fewer and shorter takes"))
    bring = _command(parsers, "import", tr("add recordings from files"), exchange_commands.import_path)
    _project(bring)
    export = _command(parsers, "export", tr("write the takes as files"), exchange_commands.export_takes)
    _project(export)
    exchange_commands.add_arguments(bring, export)
    train = _command(parsers, "train", tr("train, quantize and test a network"), loop_commands.train)
    _project(train)
    add_train_arguments(train)
    evaluate = _command(parsers, "evaluate", tr("print the figures of the last run"), fold_commands.evaluate)
    _project(evaluate)
    evaluate.add_argument(
        "--folds", choices=("subject", "recording"), metavar="BY",
        help=tr("leave people (subject) or recordings (recording) out, train a network for each fold, store nothing"),
    )  # fmt: skip
    evaluate.add_argument("--seeds", type=int, default=1, metavar="N", help=tr("of the network, for the spread"))
    evaluate.add_argument("--count", type=int, metavar="K", help=tr("else one for each of up to 10 people, or 5"))
    add_build_argument(evaluate)
    compare = _command(parsers, "compare", tr("compare networks by those who teach"), compare_command.compare)
    _project(compare)
    compare_command.add_arguments(compare)
    cost = _command(parsers, "cost", tr("say what a network would cost the board, untrained"), cost_command.cost)
    _project(cost)
    add_train_arguments(cost)
    info = _command(parsers, "info", tr("say what is in a project, or which boards there are"), loop_commands.info)
    info.add_argument("--project", type=Path, metavar="P.tinylab")


def _add_board_commands(parsers: Subparsers[argparse.ArgumentParser]) -> None:
    build = _command(parsers, "build", tr("build the firmware with the last network in it"), board_commands.build)
    _project(build)
    build.add_argument("--out", type=Path, default=Path("tinylab-build"))
    _range(build)
    flash = _command(parsers, "flash", tr("build, flash and prove the last network"), board_commands.flash)
    _project(flash)
    _board(flash)
    _range(flash)
    selftest = _command(
        parsers, "selftest", tr("prove that the board computes the last network"), board_commands.selftest
    )
    _project(selftest)
    _board(selftest)
    selftest.add_argument("--windows", type=int, default=32, help=tr("how many test windows to send"))
    record = _command(parsers, "record", tr("record takes from a board into a project"), board_commands.record)
    _project(record)
    _board(record)
    record.add_argument("--label", required=True)
    record.add_argument("--subject", default="")
    record.add_argument("--seconds", type=float, default=4.0)
    record.add_argument("--countdown", type=float, default=0.0, metavar="S")
    record.add_argument("--takes", type=int, default=1)
    record.add_argument("--rate", type=int, metavar="HZ", help=tr("output data rate; the project's own unless given"))
    record.add_argument(
        "--range", type=int, metavar="G", dest="range_g", help=tr("full scale; the project's own unless given")
    )
