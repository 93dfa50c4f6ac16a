"""The virtual board as a program: `python -m tinylab.virtualboard --name Anna`."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import logging
import os
import shutil
import signal
import sys
import threading
from pathlib import Path

from tinylab.errors import TinyLabError
from tinylab.log.faults import unforeseen
from tinylab.log.start import start_logging, stop_logging
from tinylab.virtualboard.service.drive import BadImageError, parse_image
from tinylab.virtualboard.service.registry import as_json, runtime_dir
from tinylab.virtualboard.service.runner import Runner

_LOG = logging.getLogger("tinylab")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tinylab.virtualboard", description=__doc__)
    parser.add_argument("--name", default="Virtual board", help="shown to the user, and makes the chip's unique id")
    parser.add_argument("--image", type=Path, help=".hex file in flash at the start; without it the board is empty")
    parser.add_argument("--fast", action="store_true", help="run as fast as possible while there is something to do")
    parser.add_argument("--folder", type=Path, help="where the drive folder MICROBIT appears")
    parser.add_argument("--odr-error", type=float, default=0.002, help="how much too fast the sensor's clock is")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input is closed")
    return parser.parse_args()


def unique_id_of(name: str) -> int:
    """64 bits that every board of this name has."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little")


def _stop_at_eof(runner: Runner) -> None:
    def wait() -> None:
        with contextlib.suppress(OSError):
            while os.read(sys.stdin.fileno(), 4096):
                pass
        runner.board.stopping = True

    threading.Thread(target=wait, name="waits for end of input", daemon=True).start()


def _run(arguments: argparse.Namespace) -> None:
    pid = os.getpid()
    folder: Path = arguments.folder or runtime_dir() / str(pid)
    runner = Runner(arguments.name, pid, folder, unique_id_of(arguments.name), arguments.fast, arguments.odr_error)

    def stop(_signal: int, _frame: object) -> None:
        runner.board.stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        if arguments.image is not None:
            runner.board.program(parse_image(arguments.image.read_bytes()))
        if arguments.until_eof:
            _stop_at_eof(runner)
        sys.stdout.write(json.dumps(as_json(runner.board.running_board())) + "\n")
        sys.stdout.flush()
        runner.run()
    finally:
        runner.close()
        if arguments.folder is None:
            shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Run until stopped; returns 1, with one line on standard error, where the board cannot start.

    What nobody foresaw goes to standard error, which the app reads, and to the board's log.
    """
    arguments = _arguments()
    start_logging("virtualboard", to_stderr=True)
    try:
        _run(arguments)
    except (TinyLabError, BadImageError, OSError) as error:
        _LOG.info("the board ends: %s", error, exc_info=True)
        sys.stderr.write(f"{error}\n")
        return 1
    except Exception as error:  # noqa: BLE001 - the log has the traceback
        unforeseen("the virtual board")
        sys.stderr.write(f"{type(error).__name__}: {error}\n")  # the last line is what the app shows
        return 1
    finally:
        stop_logging()
    return 0


if __name__ == "__main__":
    sys.exit(main())
