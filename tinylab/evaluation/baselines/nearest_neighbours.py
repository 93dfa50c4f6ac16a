"""The class of most of the five nearest training windows."""

from __future__ import annotations

from typing import Final

from tinylab.evaluation.baseline import Fitted, Numbers, Scale, Scaled, Task
from tinylab.evaluation.metrics import Classes
from tinylab.text import ntr, tr

NAME: Final = "nearest_neighbours"
TITLE: Final = tr("Nearest neighbours")
ORDER: Final = 5
NEIGHBOURS: Final = 5
_KB: Final = 1024


def fit(numbers: Numbers, classes: Classes, _task: Task) -> Fitted:
    """Keep all training windows, on their own scale."""
    from sklearn.neighbors import KNeighborsClassifier

    scale = Scale.of(numbers)
    count = min(NEIGHBOURS, len(numbers))
    found = KNeighborsClassifier(count, algorithm="brute", n_jobs=1).fit(scale.scaled(numbers), classes)
    words = ntr(
        "the label of the nearest training window",
        "what most of the {count} nearest training windows are",
        count,
    )
    why_not = tr(
        "It keeps every training window: {count} of them take {kb} KB even with a byte for each feature.",
        count=len(numbers),
        kb=max(1, round(numbers.size / _KB)),
    )
    return Fitted(Scaled(scale, found), words, why_not)
