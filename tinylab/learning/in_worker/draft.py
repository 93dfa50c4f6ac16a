"""A network that has learned nothing, as int8: it has the size, the memory and the cycles of one that has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tinylab.learning.compress import int8
from tinylab.learning.networks import build
from tinylab.learning.plan import NetworkPlan

_DRAWN = 0.2  # the largest that is added to each; variances of normalizations are 1 and must stay above 0
_ROWS = 16  # that it is calibrated on; its scales have to be possible, and no more


def draft(plan: NetworkPlan, input_shapes: Sequence[tuple[int, ...]], classes: int) -> tuple[bytes, int]:
    """The .tflite file and how many weights the network has, counted as those of a run; shapes are without the batch.

    Every weight is drawn, biases too, because the engine keeps equal tables once and zeros in fewer bytes. It is
    calibrated on noise, the same every time: scales change neither the memory nor the layers.
    """
    model = build(plan, input_shapes, classes)
    random = np.random.default_rng(1)
    model.set_weights([each + random.uniform(-_DRAWN, _DRAWN, each.shape) for each in model.get_weights()])
    noise = [random.uniform(-1, 1, (_ROWS, *shape)).astype(np.float32) for shape in input_shapes]
    return int8.quantize(model, noise), int(model.count_params())
