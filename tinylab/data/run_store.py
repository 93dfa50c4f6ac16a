"""Training runs with their evidence: what each variant of the network said to every test window, as it was then."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from tinylab.data.editing.journal import utc_now
from tinylab.data.storage.database import Database
from tinylab.data.storage.schema import ANSWERS, EVIDENCE, RUNS, StoredAnswers, StoredEvidence, StoredRun
from tinylab.errors import DataError
from tinylab.text import tr

OUTCOME_VERSION = 2
_MAX_VALUES = 50_000_000  # of one array in the evidence: 130,000 windows of 128 samples of three axes
_MAX_VARIANTS = 20
_MAX_REASONS = 100


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The test windows of a run, the truth about them, and what every variant answered. Never computed anew."""

    take_ids: npt.NDArray[np.int64]  # (windows,): the take each was cut from
    starts: npt.NDArray[np.int64]  # (windows,): its first sample at the run's rate
    truth: npt.NDArray[np.int64]  # (windows,): class
    windows: npt.NDArray[np.int16]  # (windows, samples, 3): counts as the board would measure them
    probabilities: dict[str, npt.NDArray[np.float32]] = field(default_factory=dict)  # variant → (windows, classes)

    def __len__(self) -> int:
        return len(self.take_ids)

    def answers(self, variant: str) -> npt.NDArray[np.int64]:
        """The class that a variant gave each window."""
        return self.probabilities[variant].argmax(axis=1).astype(np.int64)


def check_evidence_size(windows: npt.NDArray[np.int16]) -> None:
    """Raises DataError for more test windows, shape (windows, samples, 3), than a project keeps of one run."""
    if windows.size > _MAX_VALUES:
        raise DataError(
            tr("{count:,} test windows are more than a project keeps of one run.", count=len(windows)),
            hint=tr("Use a longer stride."),
        )


@dataclass(frozen=True, slots=True)
class Run:
    """One training run as stored, without its float network and its evidence, which are read when they are needed."""

    id: int
    created_at: str
    settings: dict[str, Any]
    outcome: dict[str, Any]
    tflite: bytes
    keras_bytes: int  # how large the float network's file is


class RunStore:
    """Reads and writes the tables `runs`, `evidence` and `answers`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[list[Run], list[str]]:
        """(runs, oldest first; sentences about those that cannot be read)."""
        runs, bad = [], []
        ids, broken = self._database.ids(RUNS.name)
        for run_id in ids:
            try:
                runs.append(self._read(run_id))
            except DataError as error:
                bad.append(tr("run {run_id} cannot be read: {names}.", run_id=run_id, names=error.message.rstrip(".")))
        return runs, [*bad[:_MAX_REASONS], *([broken] if broken else [])]

    def _read(self, run_id: int) -> Run:
        columns = ", ".join("''" if name == "keras" else name for name in RUNS.columns)
        found = self._database.query(f"SELECT {columns}, length(keras) FROM runs WHERE id = ?", (run_id,))  # noqa: S608
        if not found:
            raise DataError(tr("it is not where it should be"))
        *row, keras_bytes = found[0]
        stored = RUNS.read([b"" if name == "keras" else value for name, value in zip(RUNS.columns, row, strict=True)])
        settings, outcome = _object(stored.settings), _object(stored.outcome)
        return Run(stored.id, stored.created_at, settings, outcome, stored.tflite, int(keras_bytes or 0))

    def keras(self, run_id: int) -> bytes:
        """The float32 network of a run, a .keras file."""
        found = self._database.rows(RUNS, "id = ?", (run_id,))
        if not found:
            raise DataError(tr("There is no run {run_id} in this project.", run_id=run_id))
        return found[0].keras

    def add(
        self, settings: Mapping[str, Any], outcome: Mapping[str, Any], keras: bytes, tflite: bytes, evidence: Evidence
    ) -> int:
        """Store a run with its evidence, all or nothing; returns its number."""
        plain = json.dumps({"version": OUTCOME_VERSION, **outcome})
        with self._database.transaction():
            run_id = self._database.insert(RUNS, StoredRun(0, utc_now(), json.dumps(settings), plain, keras, tflite))
            self._add_evidence(run_id, evidence)
        return run_id

    def add_evidence(self, run_id: int, evidence: Evidence) -> None:
        """Give a run its evidence later, as one that an older TinyLab stored without."""
        with self._database.transaction():
            self._add_evidence(run_id, evidence)

    def _add_evidence(self, run_id: int, evidence: Evidence) -> None:
        check_evidence_size(evidence.windows)
        row = StoredEvidence(
            run_id,
            json.dumps(list(evidence.windows.shape)),
            evidence.take_ids.astype("<i8").tobytes(),
            evidence.starts.astype("<i8").tobytes(),
            evidence.truth.astype("<i8").tobytes(),
            zlib.compress(np.ascontiguousarray(evidence.windows, dtype="<i2").tobytes(), 1),
        )
        self._database.insert(EVIDENCE, row)
        for variant, probabilities in evidence.probabilities.items():
            content = np.ascontiguousarray(probabilities, dtype="<f4").tobytes()
            self._database.insert(ANSWERS, StoredAnswers(run_id, variant, content))

    def change(self, run_id: int, **outcome: Any) -> None:
        """Change some of what came of a run; what this TinyLab does not know of it stays."""
        with self._database.transaction() as connection:
            stored = self._database.query("SELECT outcome FROM runs WHERE id = ?", (run_id,))
            if not stored:
                raise DataError(tr("There is no run {run_id} in this project.", run_id=run_id))
            plain = json.dumps({**_object(stored[0][0]), **outcome})
            connection.execute("UPDATE runs SET outcome = ? WHERE id = ?", (plain, run_id))

    def remove(self, run_id: int) -> None:
        """Remove a run with its evidence for good."""
        with self._database.transaction() as connection:
            for place in ("answers WHERE run_id", "evidence WHERE run_id", "runs WHERE id"):
                connection.execute(f"DELETE FROM {place} = ?", (run_id,))  # noqa: S608 - fixed names

    def evidence(self, run_id: int, *, with_windows: bool = True) -> Evidence | None:
        """The evidence of a run; None where an older TinyLab stored none. Raises DataError where it is damaged.

        Without its windows, which are nearly all of its bytes, each has 0 samples.
        """
        row = self._evidence_row(run_id, with_windows)
        if row is None:
            return None
        try:
            shape = _shape(row.shape)
            windows = _unpacked(row.windows, shape) if with_windows else np.empty((shape[0], 0, 3), np.int16)
            numbers = [np.frombuffer(each, "<i8").astype(np.int64) for each in (row.take_ids, row.starts, row.truth)]
            if any(len(each) != shape[0] for each in numbers) or min(numbers[2], default=0) < 0:
                raise ValueError(tr("its parts do not fit each other"))
            probabilities = self._probabilities(run_id, numbers[2])
        except (ValueError, TypeError, OverflowError, RecursionError, zlib.error) as error:
            raise DataError(
                tr("The evidence of run {run_id} is damaged ({error}).", run_id=run_id, error=error),
                hint=tr("Train again."),
            ) from error
        return Evidence(numbers[0], numbers[1], numbers[2], windows, probabilities)

    def _evidence_row(self, run_id: int, with_windows: bool) -> StoredEvidence | None:
        columns = ", ".join("x''" if name == "windows" and not with_windows else name for name in EVIDENCE.columns)
        found = self._database.query(f"SELECT {columns} FROM evidence WHERE run_id = ?", (run_id,))  # noqa: S608
        return EVIDENCE.read(found[0]) if found else None

    def _probabilities(self, run_id: int, truth: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[np.float32]]:
        """What each variant answered; raises ValueError where that cannot be answers to these windows."""
        found: dict[str, npt.NDArray[np.float32]] = {}
        names = self._database.query(f"SELECT variant FROM answers WHERE run_id = ? LIMIT {_MAX_VARIANTS}", (run_id,))  # noqa: S608
        for (name,) in names:
            for row in self._database.rows(ANSWERS, "run_id = ? AND variant = ?", (run_id, name)):
                values = np.frombuffer(row.probabilities, "<f4").astype(np.float32, copy=False)
                classes = len(values) // max(len(truth), 1)
                if len(values) != classes * len(truth) or not np.isfinite(values).all():
                    raise ValueError(tr("its answers cannot be"))
                if len(truth) and classes <= int(truth.max()):
                    raise ValueError(tr("its answers are of other classes"))
                found[row.variant] = values.reshape(len(truth), classes)
        return found


def _shape(text: str) -> tuple[int, ...]:
    shape = tuple(int(size) for size in json.loads(text))
    if len(shape) != 3 or min(shape) < 0 or int(np.prod(shape, dtype=object)) > _MAX_VALUES:
        raise ValueError(tr("its shape cannot be"))
    return shape


def _unpacked(content: bytes, shape: tuple[int, ...]) -> npt.NDArray[np.int16]:
    """The windows; a blob that would unpack to more than it should is refused before it does."""
    wanted = int(np.prod(shape)) * 2
    unpacker = zlib.decompressobj()
    plain = unpacker.decompress(content, wanted + 1)
    if len(plain) != wanted:
        raise ValueError(tr("its windows are not as many as it says"))
    return np.frombuffer(plain, "<i2").reshape(shape).astype(np.int16, copy=False)


def _object(text: str) -> dict[str, Any]:
    try:
        plain = json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise DataError(tr("its JSON is damaged")) from error
    if not isinstance(plain, dict):
        raise DataError(tr("its JSON is no object"))
    return plain
