"""`tinylab` and `python -m tinylab`: the window, or a command."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; returns the exit code."""
    from tinylab.cli.main import run

    return run(sys.argv[1:], open_window)


def open_window(arguments: list[str]) -> int:
    """Open the window; Qt is loaded only here."""
    from tinylab.ui.app import run_app

    return run_app(arguments)


if __name__ == "__main__":
    sys.exit(main())
