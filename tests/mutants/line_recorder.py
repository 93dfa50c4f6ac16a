"""A plugin of pytest that notes which test runs which line, and how long each test takes.

Loaded by `run.py lines` (`-p line_recorder`). TINYLAB_LINES names the folder that it fills: `lines.json` there is
{"lines": {file: {line: [number of the test, …]}}, "digests": {file: SHA-256}, "tests": [[node id, seconds], …]}.
Lines that run while a module is
imported belong to no test. Processes that the tests start are recorded as far as they end by themselves.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path

import coverage
import pytest

ROOT = Path(__file__).resolve().parents[2]
_CONFIG = """[run]
source = {root}/tinylab
data_file = {folder}/data/lines
parallel = true
context = {context}
disable_warnings = module-not-measured, no-data-collected
"""
_FOREIGN = "in a process of "  # one that may serve the tests after it, too
# Read by every Python that finds it first: the way coverage.py describes for processes that tests start. The worker
# leaves by os._exit, which would lose its lines.
_STARTER = """import os
import coverage

recording = coverage.process_startup()
leave = os._exit

def save_and_leave(code):
    if recording:
        recording.stop()
        recording.save()
    leave(code)

os._exit = save_and_leave
"""


class LineRecorder:
    """Records a test run, test by test."""

    def __init__(self, folder: Path) -> None:
        (folder / "data").mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._seconds: dict[str, float] = defaultdict(float)
        own, foreign = folder / "own.ini", folder / "foreign.ini"
        for config, context in ((own, ""), (foreign, _FOREIGN + "${TINYLAB_LINES_TEST-}")):
            config.write_text(_CONFIG.format(root=ROOT, folder=folder, context=context), encoding="utf-8")
        starter = folder / "starter"
        starter.mkdir(exist_ok=True)
        (starter / "sitecustomize.py").write_text(_STARTER, encoding="utf-8")
        self._coverage = coverage.Coverage(config_file=str(own))
        self._coverage.start()
        os.environ["COVERAGE_PROCESS_START"] = str(foreign)
        os.environ["PYTHONPATH"] = os.pathsep.join([str(starter), os.environ.get("PYTHONPATH", "")])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Everything from here to the test's end is the test's."""
        os.environ["TINYLAB_LINES_TEST"] = item.nodeid
        self._coverage.switch_context(item.nodeid)
        began = time.perf_counter()
        result = yield
        self._seconds[item.nodeid] += time.perf_counter() - began
        self._coverage.switch_context("")
        return result

    def pytest_sessionfinish(self) -> None:
        """Bring together what was recorded, also by other processes, and write it."""
        self._coverage.stop()
        self._coverage.save()
        self._coverage.combine()
        data = self._coverage.get_data()
        tests = sorted(self._seconds)
        lines: dict[str, dict[int, list[int]]] = {}
        digests: dict[str, str] = {}
        for file in sorted(data.measured_files()):
            found = data.contexts_by_lineno(file).items()
            lines[Path(file).relative_to(ROOT).as_posix()] = {
                line: _numbers(each, tests) for line, each in sorted(found)
            }
            digests[Path(file).relative_to(ROOT).as_posix()] = hashlib.sha256(Path(file).read_bytes()).hexdigest()
        text = json.dumps(
            {"lines": lines, "digests": digests, "tests": [[node, round(self._seconds[node], 3)] for node in tests]}
        )
        (self._folder / "lines.json").write_text(text, encoding="utf-8")


def _numbers(contexts: list[str], tests: list[str]) -> list[int]:
    """The tests that ran a line; what a process ran that a test started is said of every test in the same file."""
    named = {each for each in contexts if not each.startswith(_FOREIGN)}
    files = {each.removeprefix(_FOREIGN).split("::")[0] for each in contexts if each.startswith(_FOREIGN)}
    return [number for number, node in enumerate(tests) if node in named or node.split("::")[0] in files]


def pytest_configure(config: pytest.Config) -> None:
    """Begin before the tests are collected, so that lines of imports count as run."""
    config.pluginmanager.register(LineRecorder(Path(os.environ["TINYLAB_LINES"])), "line-recorder")
