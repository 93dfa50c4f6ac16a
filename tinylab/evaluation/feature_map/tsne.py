"""t-SNE: a plane in which neighbours stay neighbours (L. van der Maaten and G. Hinton, 2008), by scikit-learn.

It takes seconds for 1,500 windows and minutes for many more, so it runs in the worker, on a sample.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MOST_WINDOWS: Final = 1500
LEAST_WINDOWS: Final = 5
_ITERATIONS = 750
_PERPLEXITY = 30.0
_STEP = re.compile(r"Iteration (\d+)")


class _Heard(io.StringIO):
    """Listens to what scikit-learn prints, which is its only way to say how far it is."""

    def __init__(self, report: Callable[[float], None]) -> None:
        super().__init__()
        self._report = report

    def write(self, text: str) -> int:
        found = _STEP.search(text)
        if found is not None:
            self._report(min(int(found[1]) / _ITERATIONS, 1.0))
        return len(text)


def embed(standardized: Floats, report: Callable[[float], None] = lambda _: None) -> Floats:
    """Points (windows, 2) of standardized numbers (windows, features); the same for the same numbers.

    `report` hears how much is done, 0…1, and may raise to end it.
    """
    if len(standardized) < LEAST_WINDOWS:
        return np.zeros((len(standardized), 2))
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits  # comes with scikit-learn

    perplexity = min(_PERPLEXITY, (len(standardized) - 1) / 3)
    method = TSNE(
        perplexity=perplexity, init="pca", random_state=1, max_iter=_ITERATIONS, verbose=2, learning_rate="auto"
    )
    # Several threads wait for each other by spinning; where the processors are busy, one is faster.
    with contextlib.redirect_stdout(_Heard(report)), threadpool_limits(limits=1):
        points = method.fit_transform(standardized.astype(np.float32))
    return np.asarray(points, dtype=np.float64)
