"""What the sides of a split are called."""

from __future__ import annotations

from typing import Final

from tinylab.text import tr

SIDE_NAMES: Final = {"train": tr("Learn"), "validation": tr("Check"), "test": tr("Test")}
SIDES: Final = {"": tr("As the split decides"), **SIDE_NAMES}  # of a take: also none of its own
