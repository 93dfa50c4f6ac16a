"""Networks that the user's own file builds: the right ones train and compile, what is wrong is said before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tinylab.dsp.recipe import InputRecipe
from tinylab.engine.compiler import compile_graph
from tinylab.engine.read.tflite_file import load
from tinylab.errors import TrainingError
from tinylab.learning.augmentation import NONE
from tinylab.learning.plan import NetworkPlan
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient

LABELS = ["rest", "wave"]
HEAD = "import keras\nfrom keras import layers\n\n\ndef build(spec):\n    window = keras.Input(spec.input_shapes[0])\n"
END = '    found = layers.Dense(spec.classes, activation="softmax")(found)\n    return keras.Model(window, found)\n'
GOOD = HEAD + "    found = layers.Conv2D(4, (3, 1), padding='same', activation='relu')(window)\n" \
    "    found = layers.MaxPooling2D((20, 1))(found)\n    found = layers.Flatten()(found)\n" + END  # fmt: skip


def request(source: str, epochs: int = 12) -> messages.Train:
    """Two classes that are told apart by the sign of the first axis."""
    random = np.random.default_rng(1)
    classes = np.arange(64, dtype=np.int64) % 2
    counts = random.normal(0, 400, (64, 20, 3))
    counts[:, :, 0] += (classes * 2 - 1)[:, None] * 1200
    counts = counts.clip(-2000, 2000).astype(np.int16)
    recipe = InputRecipe("raw", 20, 2, 0.001, 20, 20, gains=(0.0005,))
    plan = NetworkPlan("own", epochs=epochs, learning_rate=0.03, magnitude=False, augmentation=NONE, own=source)
    none = counts[:0]
    return messages.Train(
        plan.to_json(), recipe.to_json(), 2, counts, classes, none, classes[:0], counts, 64, labels=LABELS
    )


def refusal(worker: WorkerClient, source: str) -> TrainingError:
    """What is said of a file, before its first epoch."""
    epochs: list[messages.Epoch] = []
    worker.own_sources.choose(source)
    with pytest.raises(TrainingError) as caught:
        worker.ask(request(source), messages.Trained, on_epoch=epochs.append)
    assert not epochs
    assert caught.value.hint
    return caught.value


def test_a_good_one_learns_becomes_int8_and_c(worker: WorkerClient) -> None:
    asked = request(GOOD)
    worker.own_sources.choose(GOOD)
    trained = worker.ask(asked, messages.Trained)
    assert np.mean(trained.probabilities.argmax(axis=1) == asked.train_classes) > 0.9
    recipe = InputRecipe.from_json(asked.recipe)
    inputs = list(recipe.float_inputs(asked.train_windows))
    int8 = worker.ask(messages.Quantize(trained.keras, inputs, asked.train_classes), messages.Quantized)
    compiled = compile_graph(load(int8.tflite), LABELS)
    assert compiled.outputs == 2
    assert "tl_model_run" in compiled.files["model.c"]


def test_other_shapes_than_those_of_the_families_learn_too(worker: WorkerClient) -> None:
    """Kernels over the axes, a layer that is used twice, no bias, and weights that a regularizer pulls to nothing."""
    strong = (
        "    flat = layers.Reshape((20, 3, 1))(window)\n"
        "    found = layers.Conv2D(3, (3, 1), padding='same', activation='relu')(flat)\n"
        "    found = layers.MaxPooling2D((2, 1))(found)\n"
        "    found = layers.Flatten()(found)\n"
        "    pull = keras.regularizers.L2(STRONG)\n"
        "    twice = layers.Dense(90, use_bias=False, activation='relu', kernel_regularizer=pull)\n"
        "    found = twice(twice(found))\n"
    )
    answers = []
    for strength in ("0.0", "30.0"):
        source = HEAD + strong.replace("STRONG", strength) + END
        worker.own_sources.choose(source)
        trained = worker.ask(request(source), messages.Trained)
        answers.append(float(np.ptp(trained.probabilities[:, 0])))
    assert answers[0] > 0.5, "it learns"
    assert answers[1] < 0.1 * answers[0], "a regularizer is heard"


def test_layers_with_settings_that_no_quick_layer_takes_learn_too(worker: WorkerClient) -> None:
    source = HEAD + (
        "    found = layers.Conv2D(4, (3, 1), strides=(2, 1), activation='relu')(window)\n"
        "    found = layers.BatchNormalization(scale=False, momentum=0.8)(found)\n"
        "    found = layers.MaxPooling2D((2, 1), strides=(1, 1))(found)\n"
        "    found = layers.SpatialDropout2D(0.1)(found)\n"
        "    found = layers.Dropout(0.1, noise_shape=(None, 1, 1, 4))(found)\n"
        "    found = layers.Flatten()(found)\n"
    ) + END  # fmt: skip
    worker.own_sources.choose(source)
    asked = request(source)
    trained = worker.ask(asked, messages.Trained)
    assert np.mean(trained.probabilities.argmax(axis=1) == asked.train_classes) > 0.9


def test_the_spec_says_what_is_to_be_built(worker: WorkerClient) -> None:
    said = str(refusal(worker, "def build(spec):\n    raise ValueError(spec)\n"))
    for part in ("((20, 1, 3),)", "classes=2", "('rest', 'wave')", "width=24", "seed=1", "rate_hz=20", "window=20"):
        assert part in said


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def build(spec)\n    pass\n", "line 1: SyntaxError: expected ':'"),
        ("import keras\n\ndef build(spec):\n    return nothing\n", "line 4: NameError: name 'nothing' is not defined"),
        ("raise SystemExit\n", "line 1: SystemExit"),
        ("x = 1\n", "no function build(spec)"),
        ("def build(spec):\n    return 7\n", "returned int and no keras.Model"),
        (GOOD.replace("spec.input_shapes[0]", "(20, 1, 2)"), "takes (20, 1, 2), but spec.input_shapes are (20, 1, 3)"),
        (GOOD.replace("spec.classes", "5"), "gives (5,); there are 2 classes"),
        (GOOD.replace('"softmax"', '"relu"'), "does not end with a softmax"),
        (GOOD.replace("()(found)", "()(layers.Lambda(keras.ops.abs)(found))"), "is a Lambda"),
        (HEAD + "    found = layers.Flatten()(window)\n    found = layers.Softmax()(found[:, :2])\n"
         "    return keras.Model(window, found)\n", "no weights that can learn"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(worker: WorkerClient, source: str, message: str) -> None:
    assert message in refusal(worker, source).message


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("layers.LSTM(4)(layers.Reshape((20, 3))(window))", "lstm"),
        ("layers.Flatten()(keras.ops.erf(window))", "Erf"),
        ("layers.Flatten()(layers.Conv2D(4, (3, 1), activation='gelu')(window))", "uses GELU, which cannot run"),
    ],
)
def test_what_the_board_cannot_run_is_refused_by_name(worker: WorkerClient, layer: str, message: str) -> None:
    assert message in refusal(worker, f"{HEAD}    found = {layer}\n{END}").message


def test_code_that_was_not_chosen_is_not_sent(worker: WorkerClient) -> None:
    source = "raise ValueError('it ran')\n"
    with pytest.raises(TrainingError, match="brings code of its own"):
        worker.ask(request(source), messages.Trained)
    with pytest.raises(TrainingError, match="No file was chosen"):
        worker.ask(request(""), messages.Trained)
    other = replace(request(source), plan=NetworkPlan("cnn", width=4, epochs=1, magnitude=False, own=source).to_json())
    assert worker.ask(other, messages.Trained).best_epoch == 1, "a family that is not one's own leaves it aside"
