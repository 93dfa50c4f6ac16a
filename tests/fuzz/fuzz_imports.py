"""Coverage-guided fuzzing of everything that reads recordings from files, with atheris (libFuzzer).

    python tests/fuzz/fuzz_imports.py -max_total_time=3600 CORPUS     for an hour; CORPUS keeps what it learns
    python tests/fuzz/fuzz_imports.py crash-0123abcd                  once more what a run has found

The first byte of an input chooses the file's ending, the rest is what the file holds. Whatever it is, it becomes takes
or refusals with a sentence, within the limits of time and memory. Beside the runs it prints how many were taken.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

import atheris

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]

with atheris.instrument_imports(include=["tinylab.exchange", "json", "csv"]):
    from tinylab.errors import DataError
    from tinylab.exchange.found import Choices
    from tinylab.exchange.menu import preview_path, readable_formats

    from fakes import exchange_files  # isort: skip

LIMITS = ("-timeout=10", "-rss_limit_mb=500", "-max_len=20000")
ENDINGS = (".csv", ".json", ".cbor", ".log", ".tsv", ".txt")  # SQLite has fuzzers of its own
_PRINTED_EVERY = 100
counts: Counter[str] = Counter()
folder = Path(tempfile.mkdtemp(prefix="tinylab-fuzz-"))


def try_file(data: bytes) -> None:
    """What atheris calls: anything but a sentence is a finding."""
    counts["files"] += 1
    path = folder / f"wave.1{ENDINGS[data[0] % len(ENDINGS)] if data else ENDINGS[0]}"
    path.write_bytes(data[1:])
    try:
        found = preview_path(path, Choices(rate_hz=50)).found
    except DataError as error:
        raise AssertionError(f"a file that is there must become a refusal: {error}") from error
    finally:
        path.unlink()
    counts["taken"] += bool(found.recordings)
    counts["refused"] += bool(found.refused)
    assert found.recordings or found.refused
    for refusal in found.refused:
        assert refusal.why.endswith((".", "”")), refusal
        assert refusal.hint, refusal
    if counts["files"] % _PRINTED_EVERY == 0:
        print_counts()


def print_counts() -> None:
    """The counts so far, on a line that a program can read."""
    sys.stderr.write("counts " + " ".join(f"{name}={counts[name]}" for name in ("files", "taken", "refused")) + "\n")
    sys.stderr.flush()


def seeds() -> dict[str, bytes]:
    """A good file of every format, behind the byte of its ending."""
    return {
        name: bytes([ENDINGS.index(Path(file).suffix)]) + content
        for name, (file, content, _, _) in exchange_files.FILES.items()
    }


def main() -> None:
    """Hand libFuzzer its flags and a corpus that holds the seeds."""
    arguments = sys.argv[1:]
    if not [a for a in arguments if not a.startswith("-") and Path(a).is_file()]:
        corpus = Path(tempfile.mkdtemp(prefix="tinylab-seeds-"))
        for name, data in seeds().items():
            (corpus / name).write_bytes(data)
        arguments.append(str(corpus))
    readable_formats()  # their folder is read before the clock runs
    warnings.simplefilter("error")
    atheris.Setup([sys.argv[0], *LIMITS, *arguments], try_file)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
