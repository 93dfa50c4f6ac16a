"""Sets TinyLab up beside its sources and runs or tests it. Standard library only.

    python3 packaging/bootstrap.py run      sets everything up, opens TinyLab
    python3 packaging/bootstrap.py test     sets everything up, passes the tests
    python3 packaging/bootstrap.py test --full   with every trial, not one in twenty; may be broken off and goes on
    python3 packaging/bootstrap.py mutants  plants faults and sees whether the tests notice (--help says more)
    python3 packaging/bootstrap.py setup    only sets everything up

Words after the command are handed on, as in `run --theme dark` or `test -k wire`.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
STAMP = VENV / "tinylab-stamp.txt"
OLDEST, NEWEST = (3, 11), (3, 13)
NEEDED_BYTES = 4_000_000_000
MOST_AT_ONCE = 4

# What Qt's wheels load but do not carry: shared library → Debian package.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
# And what only a window on an X server needs.
X11_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


class SetupError(Exception):
    """A step failed: what happened, and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def main() -> int:
    """Carry out the command line; returns the exit code."""
    arguments = sys.argv[1:]
    if not arguments or arguments[0] not in (*COMMANDS, "setup"):
        print(__doc__)
        return 2
    command, rest = arguments[0], arguments[1:]
    try:
        python = set_up(with_tests=command in ("test", "mutants"))
    except SetupError as error:
        print(f"\n✗ {error}\n  {error.hint}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again to go on.", file=sys.stderr)
        return 130
    if command == "setup":
        return 0
    return COMMANDS[command](python, rest)


# --- the three commands -----------------------------------------------------------------------------------


def run_app(python: Path, arguments: list[str]) -> int:
    """Open the window; without a display go through the whole loop in the terminal instead."""
    if arguments or has_display():
        return hand_over([str(python), "-m", "tinylab", *arguments])
    out = ROOT / "build" / "demo"
    print("This machine has no display, so TinyLab's window cannot open here.")
    print(f"Running the whole loop without it instead: tinylab demo --headless --out {out}\n", flush=True)
    return hand_over([str(python), "-m", "tinylab", "demo", "--headless", "--out", str(out)])


def run_tests(python: Path, arguments: list[str]) -> int:
    """Run the whole suite; the runner's closing line is the last thing printed.

    With `--full` the trials run at full size (see tests/trials.py) and leave build/trials.json.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if "--full" in arguments:
        arguments = [word for word in arguments if word != "--full"]
        os.environ["TINYLAB_TRIALS"] = "full"
        return hand_over([str(python), "-m", "pytest", *arguments])
    return hand_over([str(python), "-m", "pytest", *side_by_side(arguments), *arguments])


def side_by_side(arguments: list[str]) -> list[str]:
    """pytest's options for as many tests at once as there are processors, four at most (each may train a network).

    A file's tests stay together, for they share what is costly to make. None where whoever runs the tests chose the
    number, or wants to see or talk to them.
    """
    own = ("-n", "--numprocesses", "-s", "--capture=no", "--pdb", "--trace")
    at_once = min(os.cpu_count() or 1, MOST_AT_ONCE)
    if at_once < 2 or any(word.startswith(own) for word in arguments):
        return []
    return ["-n", str(at_once), "--dist", "loadfile"]


def run_mutants(python: Path, arguments: list[str]) -> int:
    """Plant faults in a copy of the sources; see tests/mutants/run.py."""
    return hand_over([str(python), "tests/mutants/run.py", *arguments])


def hand_over(command: list[str]) -> int:
    """Run a program in the project's folder and return its exit code."""
    try:
        return subprocess.call(command, cwd=ROOT)
    except KeyboardInterrupt:
        return 130


COMMANDS = {"run": run_app, "test": run_tests, "mutants": run_mutants}


def has_display() -> bool:
    """Whether a window could be opened."""
    if not sys.platform.startswith("linux"):
        return True
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    return bool(chosen or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


# --- set-up ---------------------------------------------------------------------------------------------


def set_up(*, with_tests: bool) -> Path:
    """Make the environment and fill it; returns its Python. Quick where nothing has changed."""
    check_python()
    python = venv_python()
    wanted = "all" if with_tests else "app"
    if is_current(python, wanted):
        return python
    began = time.monotonic()
    print(f"Setting TinyLab up in {VENV}; the first time takes a few minutes.", flush=True)
    step(1, "Making the environment", lambda: make_venv(python))
    step(2, "Fetching the libraries", lambda: install(python, with_tests=with_tests))
    step(3, "Looking for the system libraries that Qt needs", system_libraries)
    step(4, "Checking that Qt starts", lambda: check_qt(python))
    step(5, "Building the firmware of the virtual board", lambda: build_firmware(python))
    STAMP.write_text(f"{fingerprint()} {wanted}\n", encoding="utf-8")
    print(f"Set up in {time.monotonic() - began:.0f} s.\n", flush=True)
    return python


def step(number: int, title: str, work: Callable[[], None]) -> None:
    """Say what is going on, do it, and say how long it took."""
    print(f"[{number}/5] {title} …", flush=True)
    began = time.monotonic()
    work()
    print(f"      done in {time.monotonic() - began:.1f} s", flush=True)


def check_python() -> None:
    """Refuse a Python that the libraries do not support, and name one that would do."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    have = ".".join(map(str, sys.version_info[:3]))
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other:
            raise SetupError(
                f"TinyLab needs Python 3.11 to 3.13; this is {have}.",
                f"Run it with {other} instead of {sys.executable}.",
            )
    raise SetupError(f"TinyLab needs Python 3.11 to 3.13; this is {have}.", "Install Python 3.13 and run it with that.")


def venv_python() -> Path:
    """The environment's interpreter."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint() -> str:
    """Changes when the libraries, the place or the Python change."""
    digest = hashlib.sha256(f"{ROOT} {sys.version_info[:2]}".encode())
    for path in (ROOT / "pyproject.toml", CONSTRAINTS):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_current(python: Path, wanted: str) -> bool:
    """Whether an earlier set-up still holds."""
    try:
        mark, have = STAMP.read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return False
    return python.exists() and mark == fingerprint() and have in (wanted, "all")


def make_venv(python: Path) -> None:
    """Make .venv, anew where it belongs to another Python."""
    if python.exists():
        code = "import sys, pip; print('%d.%d' % sys.version_info[:2])"
        found = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False)
        if found.returncode == 0 and found.stdout.strip() == f"{sys.version_info[0]}.{sys.version_info[1]}":
            return
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES:
        raise SetupError(
            f"Only {free / 1e9:.1f} GB are free on this disk.", f"TinyLab's libraries need {NEEDED_BYTES / 1e9:.0f} GB."
        )
    shutil.rmtree(VENV, ignore_errors=True)
    command = [sys.executable, "-m", "venv", str(VENV)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode and "ensurepip" in made.stdout + made.stderr and is_debian_root():
        apt_install([f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"])
        made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        raise SetupError(
            f"The environment could not be made: {last_line(made.stdout + made.stderr)}",
            "On Debian and Ubuntu run: sudo apt install python3-venv",
        )


def install(python: Path, *, with_tests: bool) -> None:
    """Install the libraries at their pinned versions, and TinyLab itself from these sources."""
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-c", str(CONSTRAINTS)]
    watch_pip([*pip, "pip", "hatchling", "editables"])
    target = f"{ROOT}[dev]" if with_tests else str(ROOT)
    watch_pip([*pip, "--no-build-isolation", "-e", target])


def watch_pip(command: list[str]) -> None:
    """Run pip and show what it fetches."""
    tail: list[str] = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as run:
        assert run.stdout is not None
        for line in run.stdout:
            arguments = line.split()
            tail = [*tail[-40:], line.rstrip()]
            if arguments[:1] in (["Collecting"], ["Downloading"], ["Installing"]):
                print(f"      {' '.join(arguments[:2])[:100]}", flush=True)
    if run.returncode:
        reasons = [line for line in tail if line.startswith("ERROR")] or tail[-1:]
        raise SetupError(
            f"pip could not install the libraries: {' '.join(reasons)[:600]}",
            "Check the network (or the proxy) and the disk, then run the same command again.",
        )


def missing_libraries() -> dict[str, str]:
    """The system libraries Qt would look for in vain."""
    if not sys.platform.startswith("linux"):
        return {}
    needed = dict(QT_LIBRARIES)
    if os.environ.get("DISPLAY"):
        needed |= X11_LIBRARIES
    missing = {}
    for library, package in needed.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing[library] = package
    return missing


def system_libraries() -> None:
    """Install what is missing where we may; else name it."""
    missing = missing_libraries()
    if not missing:
        return
    packages = sorted(set(missing.values()))
    if is_debian_root():
        apt_install(packages)
        return
    raise SetupError(
        f"Qt needs system libraries that are not installed: {', '.join(sorted(missing))}.",
        f"On Debian and Ubuntu run: sudo apt install {' '.join(packages)}",
    )


def is_debian_root() -> bool:
    """Whether packages can be installed without asking."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: list[str]) -> None:
    """Install Debian packages."""
    print(f"      apt-get install {' '.join(packages)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode and command[1] == "install":
            raise SetupError(
                f"apt-get failed: {last_line(done.stdout + done.stderr)}", f"Install by hand: {' '.join(packages)}"
            )


def check_qt(python: Path) -> None:
    """Start Qt once without a screen."""
    code = "from PySide6.QtWidgets import QApplication; QApplication([])"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([str(python), "-c", code], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetupError(
            f"Qt does not start: {last_line(done.stderr)}", "Install the system library it names, then run this again."
        )


def build_firmware(python: Path) -> None:
    """Let the compiler make its run-time library and the first image now, so that the first start is quick."""
    code = "from tinylab.workflow.board.virtual import virtual_image; print(virtual_image())"
    done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise SetupError(
            f"The firmware could not be built: {last_line(done.stderr)}",
            "Check that this user's cache folder can be written, then run this again.",
        )


def last_line(text: str) -> str:
    """The last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason was given"


if __name__ == "__main__":
    sys.exit(main())
