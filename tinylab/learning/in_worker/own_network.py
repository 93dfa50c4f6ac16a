"""A network that the user's own file builds. Imported only inside the worker process.

The file has `build(spec)`, which gives a `keras.Model`. All that may be wrong is said before it is trained: what the
file raises with its line, what the model lacks, and which of its layers the board cannot run.
"""

from __future__ import annotations

import linecache
import re
import traceback
import types
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import keras
import numpy as np

from tinylab.engine.compiler import compile_graph
from tinylab.engine.read.tflite_file import check_operators, load
from tinylab.errors import EngineError, TrainingError
from tinylab.learning import network_files
from tinylab.learning.compress import int8
from tinylab.text import tr

FILE: Final = "<own network>"  # what tracebacks call it
_TRIED: Final = 16  # windows
_KNOWN: Final = 8  # networks that were looked at, whose folds need not be
_OPERATOR: Final = re.compile(r"'?\btfl?\.(\w+)'? ?(?:op|\()")  # in what the converter says
_looked_at: dict[tuple[str, Spec], None] = {}


@dataclass(frozen=True, slots=True)
class Spec:
    """What `build(spec)` is given."""

    input_shapes: tuple[tuple[int, ...], ...]  # without the batch: (samples, 1, channels) and, or, (features,)
    classes: int  # outputs of the softmax at its end
    labels: tuple[str, ...]  # their names, in the order of the outputs
    width: int  # the size that is set on the page, 4 to 64
    seed: int  # of the weights
    rate_hz: float  # samples each second
    window: int  # samples of a window


def build_own(source: str, spec: Spec) -> Any:
    """An uncompiled functional model, whose answers and layers were looked at.

    Raises TrainingError with a sentence, and the line of the file, where it is not what a run needs.
    """
    keras.utils.set_random_seed(spec.seed)
    model = _functional(_built(source, spec), spec)
    key = (source, spec)
    if key not in _looked_at:
        tried = _random_inputs(spec)
        _check_answers(model, tried, spec)
        _check_kept(model)
        _check_engine(model, tried, spec)
        _looked_at[key] = None
        while len(_looked_at) > _KNOWN:
            del _looked_at[next(iter(_looked_at))]
    return model


# --- the user's code ------------------------------------------------------------------------------------


def _built(source: str, spec: Spec) -> Any:
    linecache.cache[FILE] = (len(source), None, source.splitlines(keepends=True), FILE)  # for the log's tracebacks
    module = types.ModuleType("own_network")
    try:
        exec(compile(source, FILE, "exec"), module.__dict__)  # noqa: S102 - the user chose this file himself, see own_source.py
        build = module.__dict__.get("build")
        if callable(build):
            return build(spec)
    except (Exception, SystemExit) as error:
        raise _of_the_code(error) from error
    raise _refused(tr("The file has no function build(spec)."), tr("Let it have one that returns a keras.Model."))


def _of_the_code(error: BaseException) -> TrainingError:
    """What the file raised, with the line that did."""
    said = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
    if isinstance(error, SyntaxError):
        line, said = error.lineno or 0, error.msg
    else:
        frames = traceback.extract_tb(error.__traceback__)
        line = next((frame.lineno or 0 for frame in reversed(frames) if frame.filename == FILE), 0)
    kind = type(error).__name__
    where = tr("The own network, line {line}: {kind}: {said}", line=line, kind=kind, said=said)
    return _refused(where if line else tr("The own network: {kind}: {said}", kind=kind, said=said))


def _refused(message: str, hint: str = "") -> TrainingError:
    return TrainingError(message, hint=hint or tr("Correct the file and choose it again; the settings stay."))


# --- what a run needs of the model ----------------------------------------------------------------------


def _functional(model: Any, spec: Spec) -> Any:
    """The same layers as a functional model with the inputs and the output that a run needs."""
    if not isinstance(model, keras.Model):
        raise _refused(
            tr("build(spec) returned {kind} and no keras.Model.", kind=type(model).__name__),
            tr("End it with: return keras.Model(inputs, outputs)"),
        )
    try:
        inputs, outputs = list(model.inputs or ()), list(model.outputs or ())
    except (AttributeError, ValueError):
        inputs, outputs = [], []
    if not inputs or not outputs:
        raise _refused(
            tr("The model of build(spec) does not say its inputs."),
            tr("Make it from keras.Input of each of spec.input_shapes: keras.Model(inputs, outputs)."),
        )
    shapes = tuple(tuple(each.shape[1:]) for each in inputs)
    if shapes != spec.input_shapes:
        raise _refused(
            tr("The model takes {shapes}, but spec.input_shapes are {wanted}.", shapes=_words(shapes),
               wanted=_words(spec.input_shapes)),
            tr("Make a keras.Input of each of spec.input_shapes, in their order."),
        )  # fmt: skip
    found = [tuple(each.shape) for each in outputs]
    if found != [(None, spec.classes)]:
        raise _refused(
            tr("The model gives {shapes}; there are {classes} classes, so it must give ({classes},).",
               shapes=_words([shape[1:] for shape in found]), classes=spec.classes),
            tr("End it with a Dense layer of spec.classes units and softmax."),
        )  # fmt: skip
    _check_layers(model)
    return keras.Model(inputs if len(inputs) > 1 else inputs[0], outputs[0], name="own")


def _words(shapes: Sequence[tuple[int | None, ...]]) -> str:
    return ", ".join(str(shape) for shape in shapes)


def _check_layers(model: Any) -> None:
    """Only layers of Keras itself: those of other classes cannot be read again from the project."""
    for layer in model._flatten_layers():
        kind = type(layer)
        if not kind.__module__.startswith("keras.") or isinstance(layer, keras.layers.Lambda):
            raise _refused(
                tr("The layer '{name}' is a {kind}, whose code a project cannot keep.", name=layer.name,
                   kind=kind.__name__),
                tr("Use layers of Keras only, no Lambda and no class of your own."),
            )  # fmt: skip
    if not model.trainable_variables:
        raise _refused(
            tr("The model has no weights that can learn."), tr("Give it a Dense layer, and do not freeze it.")
        )


def _random_inputs(spec: Spec) -> tuple[Any, ...]:
    random = np.random.default_rng(spec.seed)
    return tuple(random.normal(0, 0.5, (_TRIED, *shape)).astype(np.float32) for shape in spec.input_shapes)


def _check_answers(model: Any, tried: tuple[Any, ...], spec: Spec) -> None:
    """Probabilities are asked for: none below 0, together 1."""
    answers = np.asarray(model(tried[0] if len(tried) == 1 else list(tried), training=False))
    together = np.allclose(answers.sum(axis=1), 1.0, atol=1e-3)
    if answers.shape != (_TRIED, spec.classes) or not together or (answers < 0).any():
        raise _refused(
            tr("The model does not end with a softmax: what it answers does not add up to 1."),
            tr('Give the last layer activation="softmax".'),
        )


def _check_kept(model: Any) -> None:
    """It can be stored in a project and read again without running code."""
    try:
        network_files.load(network_files.save(model))
    except Exception as error:
        said = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise _refused(tr("The model cannot be stored and read again: {said}", said=said)) from error


def _check_engine(model: Any, tried: tuple[Any, ...], spec: Spec) -> None:
    """The board can run it: as it will be converted after training, before any epoch is spent."""
    try:
        check_operators(int8.in_float(model, spec.input_shapes))
        converted = int8.quantize(model, tried)
    except EngineError:
        raise
    except Exception as error:
        raise _not_converted(error) from error
    compile_graph(load(converted), [str(number) for number in range(spec.classes)])


def _not_converted(error: Exception) -> EngineError:
    """The converter's error with the operators that it names."""
    kinds = ", ".join(sorted(set(_OPERATOR.findall(str(error)))))[:200] or type(error).__name__
    return EngineError(
        tr("The own network uses what cannot run on the board: {kinds}.", kinds=kinds),
        hint=tr("Use convolutions, poolings, dense layers, additions and concatenations."),
    )
