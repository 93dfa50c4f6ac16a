"""What varying does to windows is shown by the code that training uses, on windows that training would cut."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tinylab.errors import TrainingError
from tinylab.learning.augmentation import NONE, Augmentation
from tinylab.workflow.session import Session
from tinylab.workflow.training.varied_windows import COPIES
from tinylab.workflow.training.window_plan import WindowPlan


def choose(session: Session, wanted: Augmentation) -> None:
    settings = session.trainer.settings
    session.trainer.set_settings(replace(settings, network=replace(settings.network, augmentation=wanted)))


def test_a_window_of_a_take_and_copies_that_are_turned_only(trained: Session) -> None:
    choose(trained, replace(NONE, rotation=1.0))
    example = trained.varied.draw()
    run = trained.trainer.current
    assert run is not None
    assert example.varied
    assert example.recorded.shape == (run.recipe.window_samples, 3)
    assert example.copies.shape == (COPIES, *example.recorded.shape)
    in_take = trained.document.recording(example.take.id).in_g
    first = round(example.start_s * example.rate_hz)
    count = run.recipe.g_per_count  # the take may have been recorded with a finer one
    np.testing.assert_allclose(example.recorded, in_take[first : first + len(example.recorded)], atol=count)
    lengths = np.linalg.norm(example.recorded, axis=1)
    for copy in example.copies:
        np.testing.assert_allclose(np.linalg.norm(copy, axis=1), lengths, atol=0.01)  # turning keeps them
    assert np.abs(example.copies - example.recorded).max() > 0.02
    assert len({copy.tobytes() for copy in example.copies}) == COPIES


def test_others_are_other_windows_and_without_variations_the_copies_are_equal(trained: Session) -> None:
    choose(trained, NONE)
    drawn = [trained.varied.draw() for _ in range(12)]
    assert len({(each.take.id, each.start_s) for each in drawn}) > 1
    assert {each.label for each in drawn} <= set(trained.document.labels)
    for example in drawn:
        assert not example.varied
        np.testing.assert_array_equal(example.copies, np.repeat(example.recorded[None], COPIES, axis=0))


def test_without_takes_and_without_long_ones_it_says_why(session: Session, trained: Session) -> None:
    assert session.varied.why_not() == "Record or import something first."
    with pytest.raises(TrainingError):
        session.varied.draw()
    assert trained.varied.why_not() == ""
    settings = trained.trainer.settings
    trained.trainer.set_settings(replace(settings, windows=WindowPlan(20.0, 1.0, rate_hz=400, suggested=False)))
    with pytest.raises(TrainingError, match="8000 samples") as caught:
        trained.varied.draw()
    assert caught.value.hint
