"""A folder that behaves as the DAPLink drive of a board: drop a .hex, it is checked and programmed.

As on the real drive, the file vanishes once it was taken; FAIL.TXT says why where it was not.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from intelhex import IntelHex, IntelHexError

from tinylab.virtualboard.core.cpu import FLASH_BYTES

DETAILS, FAIL = "DETAILS.TXT", "FAIL.TXT"
_SUFFIXES = {".hex", ".bin", ".uf2", ".elf"}
_PATIENCE_S = 1.0  # after which a file that does not grow will not grow any more
_UICR = range(0x1000_1000, 0x1000_2000)  # configuration that other tools' images carry


class BadImageError(Exception):
    """Why an image cannot be programmed; a sentence."""


@dataclass(frozen=True, slots=True)
class FlashImage:
    """What a .hex file puts into flash."""

    parts: list[tuple[int, bytes]]  # address, bytes
    sha256: str  # of the file


def is_whole(content: bytes) -> bool:
    """Whether the Intel HEX end-of-file record stands at the end."""
    lines = content.rstrip().rsplit(b"\n", 1)
    return lines[-1].strip().upper() == b":00000001FF"


def parse_image(content: bytes) -> FlashImage:
    """Check a .hex file against this board's flash. Raises BadImageError."""
    try:
        image = IntelHex(io.StringIO(content.decode("ascii")))
    except UnicodeDecodeError as error:
        raise BadImageError("The file is not an Intel HEX file.") from error
    except IntelHexError as error:
        raise BadImageError(f"The hex file cannot be decoded: {error}.") from error
    parts = []
    for start, end in image.segments():
        if start in _UICR and end - 1 in _UICR:
            continue
        if end > FLASH_BYTES:
            raise BadImageError(f"The hex file has data at 0x{start:08X}, outside this board's flash.")
        parts.append((start, bytes(image.tobinarray(start, end - 1))))
    if not parts:
        raise BadImageError("The hex file holds no program.")
    return FlashImage(parts, hashlib.sha256(content).hexdigest())


class Drive:
    """The drive's folder; `poll` looks for files, `program` gets what they hold."""

    def __init__(self, folder: Path, unique_id: int, program: Callable[[FlashImage], None]) -> None:
        self.folder = folder
        self._details = _details(unique_id)
        self._program = program
        self._seen: dict[Path, tuple[tuple[int, int], float]] = {}  # size and time of change, since when
        self._failures = 0
        self.inserted = False

    def insert(self) -> None:
        """Let the drive appear."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / DETAILS).write_text(self._details, encoding="ascii")
        self.inserted = True

    def remove(self) -> None:
        """Let the drive vanish, with everything on it."""
        self.inserted = False
        self._seen.clear()
        shutil.rmtree(self.folder, ignore_errors=True)

    def poll(self) -> None:
        """Take a file that has arrived whole."""
        if not self.inserted:
            return
        with contextlib.suppress(OSError):
            present = [path for path in self.folder.iterdir() if path.suffix.lower() in _SUFFIXES]
            self._seen = {path: seen for path, seen in self._seen.items() if path in present}
            for path in present:
                self._look_at(path)

    def _look_at(self, path: Path) -> None:
        stat = path.stat()
        now = time.monotonic()
        state = (stat.st_size, stat.st_mtime_ns)
        if path not in self._seen or self._seen[path][0] != state:
            self._seen[path] = (state, now)
            return
        content = path.read_bytes()
        whole = is_whole(content)
        if whole or now - self._seen[path][1] > _PATIENCE_S:
            self._take(path, content, whole)

    def _take(self, path: Path, content: bytes, whole: bool) -> None:
        try:
            if path.suffix.lower() != ".hex":
                raise BadImageError("This drive only takes .hex files.")
            if not whole:
                raise BadImageError("The hex file ends before its last record: it was not copied completely.")
            image = parse_image(content)
        except BadImageError as error:
            self._fail(str(error))
        else:
            (self.folder / FAIL).unlink(missing_ok=True)
            self._program(image)
        path.unlink(missing_ok=True)

    def _fail(self, reason: str) -> None:
        """Every failure's text differs, so that the same fault twice is seen twice."""
        self._failures += 1
        draft = self.folder / "FAIL.TMP"
        draft.write_text(f"error: {reason}\ntype: user\nattempt: {self._failures}\n", encoding="utf-8")
        draft.replace(self.folder / FAIL)


def _details(unique_id: int) -> str:
    lines = (
        "# A virtual board of TinyLab; it behaves as the DAPLink drive of a micro:bit V2.",
        "Unique ID: " + f"9904{unique_id:016x}".ljust(48, "0"),
        "Board: micro:bit V2",
        "Interface: virtual",
        "Auto Reset: 1",
        "Automation allowed: 0",
    )
    return "\r\n".join(lines) + "\r\n"
