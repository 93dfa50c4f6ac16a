"""Where the files beside the code are: firmware and resources, in a checkout as in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    inside_wheel = _PACKAGE / f"_{name}"
    return inside_wheel if inside_wheel.is_dir() else _PACKAGE.parent / name


def firmware_dir() -> Path:
    """The folder with core/, nn/, sensors/, chips/ and boards/."""
    return _folder("firmware")


def resources_dir() -> Path:
    """The folder with icons, fonts and the example project's description."""
    return _folder("resources")
