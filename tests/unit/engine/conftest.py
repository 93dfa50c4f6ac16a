"""The writer of .tflite files as a fixture."""

from __future__ import annotations

import pytest
from tflite_kit import TfliteKit


@pytest.fixture
def kit() -> type[TfliteKit]:
    """The writer of .tflite files."""
    return TfliteKit
