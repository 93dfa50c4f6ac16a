"""`tinylab` and `python -m tinylab`: the window, or a command."""

from __future__ import annotations

import sys

from tinylab.assets import resources_dir
from tinylab.errors import TinyLabError
from tinylab.process import RUN_MODULE, run_module
from tinylab.temporary import sweep
from tinylab.text import choose_language, preferred_languages


def main() -> int:
    """Run the command line, or one of the programs that TinyLab starts itself; returns the exit code."""
    choose_language(resources_dir() / "translations", preferred_languages())
    if sys.argv[1:2] == [RUN_MODULE]:
        try:
            return run_module(sys.argv[2:])
        except TinyLabError as error:
            sys.stderr.write(f"tinylab: {error}\n")
            return 1
    from tinylab.cli.main import run

    sweep()  # what a TinyLab that was killed left behind
    return run(sys.argv[1:], open_window)


def open_window(arguments: list[str]) -> int:
    """Open the window; Qt is loaded only here."""
    from tinylab.ui.app import run_app

    return run_app(arguments)


if __name__ == "__main__":
    sys.exit(main())
