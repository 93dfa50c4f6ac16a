"""Small wrong edits of C, found by what they look like; and the tests that run a file of the firmware."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from edits_of_python import Edit

_OPERATORS = {" < ": " <= ", " <= ": " < ", " > ": " >= ", " >= ": " > ", " == ": " != ", " != ": " == ", " + ": " - ",
              " - ": " + ", " && ": " || ", " || ": " && ", " << ": " >> ", " >> ": " << ", " += ": " -= "}  # fmt: skip
_EDITED = re.compile("|".join(sorted(map(re.escape, _OPERATORS), key=len, reverse=True)) + r"|(?<![\w.])\d+(?=U?\b)")
_NO_CODE = re.compile(r"^\s*(//|#|_Static_assert|__asm__)|^\s*$")

_CORE, _NN = "tests/firmware/core/", "tests/firmware/nn/"
_FEATURES = ("tests/unit/dsp/test_features_in_c.py", "tests/unit/dsp/test_magnitude.py")
_IMAGE = (f"{_CORE}test_whole_image.py", f"{_CORE}test_board_wiring.py", f"{_CORE}test_decision_on_board.py")
_NETWORKS = (
    "tests/unit/engine/test_operators_with_litert.py::test_the_c_equals_the_reference",
    f"{_NN}test_bit_equality.py::test_random_networks_equal_the_reference_on_the_host",
    f"{_NN}test_streaming.py::test_pushing_equals_running_the_whole_window",
    f"{_NN}test_bit_equality.py::test_random_networks_equal_the_reference_on_the_board",
)
_TESTS = {
    "tl_frame": (f"{_CORE}test_core_frames.py", *_IMAGE),
    "tl_phase": (f"{_CORE}test_core_phase.py", *_IMAGE),
    "tl_decide": (f"{_CORE}test_core_decide.py", *_IMAGE),
    "tl_movement": (f"{_CORE}test_core_movement.py",),
    "tl_selftest": (*_IMAGE, f"{_CORE}test_inputs_on_board.py"),
    "tl_window": (*_FEATURES, "tests/unit/dsp/test_count_conversion.py", *_IMAGE, f"{_CORE}test_inputs_on_board.py"),
    "tl_scaled_window": ("tests/unit/dsp/test_magnitude.py",),
    "tl_split_window": ("tests/unit/dsp/test_gravity.py",),
    **dict.fromkeys(
        ("tl_statistics", "tl_spectrum", "tl_shape", "tl_motion", "tl_scale", "tl_integer_math", "tl_signals"),
        _FEATURES,
    ),
}
FOLDERS = ("firmware/core", "firmware/nn", "firmware/sensors", "firmware/chips/nrf52833")
LEFT_OUT = frozenset({"tl_wire.h", "nrf52833.h", "startup.c"})  # generated, a register map, the vector table


def edits_of_c(text: str) -> Iterator[Edit]:
    """Every edit that is tried on a file."""
    at = 0
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        code = line.split("//")[0]
        if not _NO_CODE.match(line):
            for found in _EDITED.finditer(code):
                new = _OPERATORS.get(found[0]) or str(int(found[0]) + 1)
                yield Edit(number, at + found.start(), found[0], new)
        at += len(line)


def tests_of_c(file: str) -> tuple[str, ...]:
    """The tests that compile and run a file."""
    stem = PurePosixPath(file).stem
    return _TESTS.get(stem) or (_NETWORKS if file.startswith("firmware/nn/") else _IMAGE)
