"""Makes one attempt after another: reads a number from standard input, mutates, exercises, and answers with JSON."""

from __future__ import annotations

import contextlib
import json
import resource
import shutil
import sys
import tempfile
import traceback
from pathlib import Path

from exercise import Exercise
from mutations import mutate

MOST_BYTES = 300_000_000
_FUSE_BYTES = 1_500_000_000  # beyond it the process gets no memory, so that the machine stays usable


def main() -> None:
    """Standard output belongs to the answers."""
    bases = sorted(Path(sys.argv[1]).iterdir())
    resource.setrlimit(resource.RLIMIT_DATA, (_FUSE_BYTES, _FUSE_BYTES))
    for line in sys.stdin:
        number = int(line)
        with tempfile.TemporaryDirectory() as folder:
            sys.stdout.write(json.dumps(attempt(number, bases[number % len(bases)], Path(folder))) + "\n")
            sys.stdout.flush()


def attempt(number: int, base: Path, folder: Path) -> dict[str, str]:
    """What was done, and why it is not as it should be, or nothing."""
    for each in base.iterdir():
        shutil.copy(each, folder)
    path = next(folder.glob("*.tinylab"))
    done = f"{base.name}, {mutate(number, path)}"
    forget_peak()
    before = peak_bytes()
    exercise = Exercise(path)
    try:
        exercise.run()
    except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
        last = traceback.format_exc().strip().splitlines()
        exercise.wrong.append(" | ".join([last[-1][:300], *(line.strip() for line in last[-7:-1])]))
    if peak_bytes() > max(MOST_BYTES, before):
        exercise.wrong.append(f"took {peak_bytes() / 1e6:.0f} MB")
    return {"done": done, "wrong": "; ".join(exercise.wrong[:3])}


def forget_peak() -> None:
    """What the mutation took is not what TinyLab takes (Linux, proc(5))."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_bytes() -> int:
    """The most memory that this process had since `forget_peak`, or ever where the system does not forget."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
