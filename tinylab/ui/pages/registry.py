"""The pages of the window, in the order of the loop. A new page is a module with `make_page` and a line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tinylab.ui.pages import board, deploy, evaluate, live, train
from tinylab.ui.pages.collect import page as collect
from tinylab.ui.pages.explore import page as explore
from tinylab.ui.widgets.page import Page
from tinylab.workflow.session import Session

PAGES: Final[tuple[Callable[[Session], Page], ...]] = (
    board.make_page,
    collect.make_page,
    explore.make_page,
    train.make_page,
    evaluate.make_page,
    deploy.make_page,
    live.make_page,
)
FIRST: Final = "Collect"  # the page that is shown first
