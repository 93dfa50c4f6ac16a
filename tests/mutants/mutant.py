"""A mutant: one edit of a source file that would be a fault, and the tests that ought to fail by it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Mutant:
    """The text `old` of a file becomes `new`."""

    name: str
    file: str  # below the project's folder
    old: str
    new: str
    tests: tuple[str, ...]  # node ids; one of them must fail
    at: int = -1  # where `old` begins, in characters; -1: wherever it stands, and it stands there once
    more: tuple[str, ...] = ()  # tests for one that those do not notice
    quick: bool = False  # its tests take well under a second, and start no process

    def applied(self, text: str) -> str:
        """The file with the fault in it; raises ValueError where `old` is not there, or more than once."""
        start = self._start(text)
        return text[:start] + self.new + text[start + len(self.old) :]

    def shown(self, text: str) -> tuple[str, str]:
        """(the lines that the edit touches, what they become), without blanks around them: known when lines move."""
        start = self._start(text)
        first = text.rfind("\n", 0, start) + 1
        last = text.find("\n", start + len(self.old))
        last = len(text) if last < 0 else last
        before = text[first:last]
        after = text[first:start] + self.new + text[start + len(self.old) : last]
        return before.strip(), after.strip()

    def _start(self, text: str) -> int:
        if self.at >= 0:
            if not text.startswith(self.old, self.at):
                raise ValueError(f"{self.name}: {self.file} has changed since it was drawn")
            return self.at
        found = text.count(self.old)
        if found != 1:
            raise ValueError(f"{self.name}: {self.old!r} stands {found} times in {self.file}")
        return text.index(self.old)
