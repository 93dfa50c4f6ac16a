"""The worker process: `python -m tinylab.workers.main PORT`, its password on stdin. Owns TensorFlow."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import queue
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np

from tinylab.assets import resources_dir
from tinylab.errors import CancelledError, TinyLabError
from tinylab.log.faults import unforeseen
from tinylab.log.start import start_logging
from tinylab.text import choose_language, preferred_languages, tr
from tinylab.workers import messages
from tinylab.workers.pipe import Pipe, PipeClosedError


class Worker:
    """Reads requests in one thread and carries them out in another, so that Stop is heard while it trains."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._requests: queue.Queue[messages.Message] = queue.Queue()
        self._stop = threading.Event()
        self._going = threading.Event()  # cleared while the user wants it to wait, be it between two trainings of a run
        self._going.set()
        # The last network whose layers were asked for, so that live windows are quick.
        self._network: tuple[bytes, Any] = (b"", None)

    def run(self) -> None:
        """Work until told to quit, or until the app is gone."""
        threading.Thread(target=self._listen, name="requests", daemon=True).start()
        self._pipe.send(messages.Ready(_warm_up()))
        while not isinstance(request := self._requests.get(), messages.Quit):
            self._answer(request)

    def _listen(self) -> None:
        try:
            while True:
                request = self._pipe.receive()
                if isinstance(request, messages.Stop):
                    self._stop.set()
                    self._going.set()
                elif isinstance(request, messages.Pause):
                    self._going.clear()
                elif isinstance(request, messages.GoOn):
                    self._going.set()
                else:
                    self._requests.put(request)
        except PipeClosedError:
            os._exit(0)  # the app is gone: nobody is left to train for
        except Exception:  # noqa: BLE001 - a worker that hears nothing more must not look alive
            unforeseen("listening to the app")
            os._exit(1)

    def _answer(self, request: messages.Message) -> None:
        handlers: dict[type[Any], Callable[[Any], messages.Answer]] = {
            messages.Train: self._train,
            messages.PlainFit: _plain_fit,
            messages.Quantize: _quantize,
            messages.Run: _run,
            messages.Embed: self._embed,
            messages.LastLayer: self._last_layer,
            messages.Draft: _draft,
        }
        try:
            answer = handlers[type(request)](request)
        except MemoryError:
            answer = messages.Failed(tr("There is not enough memory for this network and these windows."), "")
        except TinyLabError as error:
            answer = messages.Failed(error.message, "", error.hint)  # foreseen: nothing for the log
        except Exception as error:  # noqa: BLE001 - whatever Keras throws must reach the user
            answer = messages.Failed(_sentence(error), traceback.format_exc())
        self._pipe.send(answer)

    def _train(self, request: messages.Train) -> messages.Trained:
        from tinylab.learning import network_files
        from tinylab.learning.in_worker import fit

        self._stop.clear()

        def report(figures: fit.EpochFigures) -> None:
            self._pipe.send(messages.Epoch(**dataclasses.asdict(figures)))

        task = _task_of(request)
        fitted = fit.fit(task, report, self._stop.is_set, self._wait_while_paused)
        return messages.Trained(
            keras=network_files.save(fitted.model),
            best_epoch=fitted.best_epoch,
            stopped=fitted.stopped,
            parameters=int(fitted.model.count_params()),
            probabilities=fit.predict(fitted.model, task.recipe.float_inputs(request.asked_windows)),
            fell_back=fitted.fell_back,
        )

    def _wait_while_paused(self) -> None:
        self._going.wait()

    def _embed(self, request: messages.Embed) -> messages.Embedded:
        from tinylab.evaluation.feature_map.tsne import embed

        self._stop.clear()

        def report(share: float) -> None:
            if self._stop.is_set():
                raise CancelledError(tr("Cancelled."))
            self._pipe.send(messages.Progress(share))

        return messages.Embedded(embed(request.numbers.astype(np.float64), report).astype(np.float32))

    def _last_layer(self, request: messages.LastLayer) -> messages.Activations:
        from tinylab.learning import network_files
        from tinylab.learning.in_worker import fit

        if self._network[0] != request.keras:
            whole = network_files.load(request.keras)
            self._network = (request.keras, network_files.without_last_layer(whole))
        values = fit.predict(self._network[1], tuple(request.inputs))
        return messages.Activations(values.reshape(len(values), -1))


def _task_of(request: messages.Train) -> Any:
    from tinylab.dsp.recipe import InputRecipe
    from tinylab.learning.in_worker import fit
    from tinylab.learning.plan import NetworkPlan

    plan, recipe = NetworkPlan.from_json(request.plan), InputRecipe.from_json(request.recipe)
    train = fit.Windows(request.train_windows, request.train_classes)
    validation = fit.Windows(request.validation_windows, request.validation_classes)
    return fit.Task(plan, recipe, request.classes, train, validation, request.largest, tuple(request.labels))


def _plain_fit(request: messages.PlainFit) -> messages.FitTimes:
    from tinylab.learning.in_worker.plain_fit import plain_fit

    return messages.FitTimes(*plain_fit(_task_of(request)))


def _quantize(request: messages.Quantize) -> messages.Quantized:
    from tinylab.learning import network_files
    from tinylab.learning.compress import int8
    from tinylab.learning.in_worker.int8_twin import int8_twin

    network, inputs = network_files.load(request.keras), tuple(request.calibration_inputs)
    if not len(request.truth):
        return messages.Quantized(int8.quantize(network, inputs))
    twin = int8_twin(network, inputs, request.truth)
    return messages.Quantized(twin.tflite, twin.way)


def _draft(request: messages.Draft) -> messages.Drafted:
    from tinylab.learning.in_worker.draft import draft
    from tinylab.learning.plan import NetworkPlan

    shapes = [tuple(shape) for shape in request.input_shapes]
    return messages.Drafted(*draft(NetworkPlan.from_json(request.plan), shapes, request.classes))


def _run(request: messages.Run) -> messages.Answers:
    from tinylab.learning.compress import litert

    return messages.Answers(litert.run(request.tflite, tuple(request.inputs)))


def _sentence(error: Exception) -> str:
    first_line = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return tr("The worker failed: {first_line}", first_line=first_line[:200])


def _warm_up() -> dict[str, str]:
    import ai_edge_litert
    import keras
    import tensorflow as tf

    tf.config.threading.set_inter_op_parallelism_threads(1)
    return {
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "ai_edge_litert": getattr(ai_edge_litert, "__version__", ""),
    }


def main() -> None:
    """Connect to the app and work. The log goes to stderr, which the app reads; nothing may write to stdout."""
    start_logging("worker", to_file=False, to_stderr=True)
    choose_language(resources_dir() / "translations", preferred_languages())
    port = int(sys.argv[1])
    password = sys.stdin.readline().strip()
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.sendall(password.encode())
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # the same numbers on every processor, and no message
    with contextlib.suppress(PipeClosedError):
        Worker(Pipe(connection)).run()


if __name__ == "__main__":
    main()
