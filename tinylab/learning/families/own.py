"""A network of the user's own: a file with `build(spec)`, run in the worker alone and only where he chose it himself.

What it is given and what is asked of it stands in learning/in_worker/own_network.py.
"""

from __future__ import annotations

import re
from typing import Final, cast

from tinylab.dsp.recipe import InputKind
from tinylab.learning.plan import NetworkPlan
from tinylab.text import tr

TITLE = tr("Own network, from a file")
INPUT_KIND = "raw"  # unless the file has a line such as INPUT_KIND = "features"
_KIND: Final = re.compile(r"""^INPUT_KIND\s*=\s*["'](raw|features|both)["']""", re.MULTILINE)


def input_kind(plan: NetworkPlan) -> InputKind:
    """What the network sees: read from the file's text, for nothing of it is run outside the worker."""
    found = _KIND.search(plan.own)
    return cast("InputKind", found.group(1)) if found else "raw"
