"""Takes out of a text what is private: secrets, the user's name, the computer's name, the home folder.

It errs on the side of taking out too much. What it must recognize, in any mixture: paths of Windows, macOS and Linux,
backslashes doubled by JSON and by tracebacks, characters written as \\u00fc, \\xfc or %C3%BC, separators as %2F.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import platform
import re
import socket
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Final
from urllib.parse import quote

USER: Final = "<user>"
COMPUTER: Final = "<computer>"
REMOVED: Final = "<removed>"
# Names that say nothing about anybody and would be found everywhere.
NOBODYS_NAMES: Final = frozenset(
    ["root", "user", "users", "home", "admin", "administrator", "system", "nobody", "localhost", "localdomain"]
)

_SEPARATOR = r"(?:[\\/]|%(?:25){0,4}(?:2F|5C)){1,16}"  # 16 backslashes: JSON in JSON in JSON in a repr
_ESCAPE = r"\\u[0-9a-f]{4}|\\x[0-9a-f]{2}"
_IN_NAME = rf"""(?:{_ESCAPE}|%(?!(?:25){{0,4}}(?:2F|5C))|[^\\/%\s"'<>|:*?,;()\[\]{{}}&=#])"""
_IN_SPACED_NAME = rf"""(?:{_ESCAPE}|%(?!(?:25){{0,4}}(?:2F|5C))|[^\\/%\r\n"<>|:*?])"""
_SPACE = r"(?:[ +]|%(?:25){0,4}20)"
_HOMES = rf"(?:home|users|media|documents{_SPACE}and{_SPACE}settings)"
_SOMEBODYS_HOME = re.compile(
    rf"({_SEPARATOR}{_HOMES}{_SEPARATOR})(?:{_IN_SPACED_NAME}{{1,64}}(?={_SEPARATOR})|{_IN_NAME}{{1,64}})",
    re.IGNORECASE,
)
_TILDE = re.compile(r"~[A-Za-z_][\w.-]{0,64}")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}")
_URL_LOGIN = re.compile(r"(\w{2,16}://)[^\s/@\"']{1,256}@")

_SENSITIVE = (
    r"(?:token|passw(?:or)?d|passphrase|secret|api[-_]?key|private[-_]?key|credential|authorization|cookie|pwd)"
)
_KEY = rf"[\w-]{{0,40}}{_SENSITIVE}[\w-]{{0,40}}"
_QUOTED = r"""(?P<open>[bru]{0,2}")(?:\\.|[^"\\\n])*"?|(?P<open1>[bru]{0,2}')(?:\\.|[^'\\\n])*'?"""
# Behind an escaped quote or a bracket, the rest of the line; without quotes, the rest of the line or string.
_REST = r"""\\+["'][^\n]*|[\[({][^\n]*|[^\s"'](?:[^\n"]|"(?![\s,}\])]|$))*"""
_SECRET = re.compile(
    rf"""(?P<before>(?<![\w-]){_KEY}(?P<quote>\\*["'])?
        (?:[^\S\n]*:[^\S\n]*[\w.\[\]|\ ]{{1,40}}?(?=\s*=))?          # the type of a variable in a line of code
        [^\S\n]*(?:=>|[:=]+|(?(quote),|(?!)))[^\S\n]*)
        (?:{_QUOTED}|{_REST})""",
    re.IGNORECASE | re.VERBOSE,
)
_OPTION = re.compile(rf"(--{_KEY}[^\S\n]+)(?:\"[^\"\n]*\"|'[^'\n]*'|\S+)", re.IGNORECASE)
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*-----|\Z)", re.DOTALL)
_HEX_TOKEN = re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{32}(?![0-9A-Za-z])")  # what secrets.token_hex(16) gives
_WEB_TOKEN = re.compile(r"eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?")
# Where a name may begin and end: not inside a longer word, but behind an escape as in "\\nanna" or "%2Fanna".
_WORD_BEGINS = (
    r"(?:(?<![^\W_])|(?<=\\[nrtbf0])|(?<=\\x[0-9a-f]{2})|(?<=\\u[0-9a-f]{4})"
    r"|(?<=%[0-9a-f]{2})|(?<=%25[0-9a-f]{2})|(?<=%2525[0-9a-f]{2}))"
)
_WORD_ENDS = r"(?![^\W_])"


class Redactor:
    """Knows whose computer it is, and takes that out of texts."""

    def __init__(self, home: PurePath | None, users: Iterable[str], hosts: Iterable[str]) -> None:
        self._home = _home_pattern(home)
        computers = {name for host in hosts for name in (host, host.split(".")[0])}  # with and without its domain
        self._names = [(_words(users), USER), (_words(computers), COMPUTER)]

    @classmethod
    def of_this_computer(cls) -> Redactor:
        """For the user who runs TinyLab, here."""
        home: Path | None = None
        users = [os.environ.get(name, "") for name in ("USER", "USERNAME", "LOGNAME", "SUDO_USER")]
        with contextlib.suppress(RuntimeError):
            home = Path.home()
            users.append(home.name)
        with contextlib.suppress(OSError, KeyError, ImportError):
            users.append(getpass.getuser())
        hosts = [platform.node(), os.environ.get("HOSTNAME", ""), os.environ.get("COMPUTERNAME", "")]
        with contextlib.suppress(OSError):
            hosts.append(socket.gethostname())
        return cls(home, users, hosts)

    def redact(self, text: str) -> str:
        """The text without secrets, names and home folders; twice is the same as once."""
        text = _PRIVATE_KEY.sub(REMOVED, text)
        text = _WEB_TOKEN.sub(REMOVED, text)
        text = _OPTION.sub(rf"\1{REMOVED}", text)
        text = _SECRET.sub(_without_value, text)
        text = _HEX_TOKEN.sub(REMOVED, text)
        text = _URL_LOGIN.sub(rf"\1{REMOVED}@", text)
        text = _MAIL.sub(REMOVED, text)
        if self._home is not None:
            text = self._home.sub("~", text)
        text = _SOMEBODYS_HOME.sub(rf"\1{USER}", text)
        text = _TILDE.sub(f"~{USER}", text)
        for pattern, instead in self._names:
            if pattern is not None:
                text = pattern.sub(instead, text)
        return text


def _without_value(found: re.Match[str]) -> str:
    opening = found["open"] or found["open1"] or ""
    closing = opening[-1:]
    return f"{found['before']}{opening}{REMOVED}{closing}"


def _spellings(name: str) -> set[str]:
    """How a name may be written: as it is, composed otherwise, in JSON, in a repr, in an address, and that quoted."""
    found = set()
    for plain in {name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name)}:
        raw = plain.encode("utf-8", "surrogateescape")
        found |= {
            plain,
            json.dumps(plain)[1:-1],
            ascii(plain)[1:-1],
            repr(plain)[1:-1],
            quote(raw),
            quote(raw, safe=""),
        }
        found.add(plain.encode("utf-8", "surrogateescape").decode("latin-1"))  # read in the wrong encoding
    found |= {spelling.replace("%", "%25") for spelling in found}
    return found | {spelling.replace("\\", "\\\\") for spelling in found}


def _any_of(names: Iterable[str]) -> str:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return f"(?:{'|'.join(map(re.escape, longest_first))})"


def _words(names: Iterable[str]) -> re.Pattern[str] | None:
    """Finds the names as words of their own; a single letter is no name."""
    known = {name for name in map(str.strip, names) if len(name) > 1 and name.lower() not in NOBODYS_NAMES}
    if not known:
        return None
    spelled = {spelling for name in known for spelling in _spellings(name)}
    return re.compile(f"{_WORD_BEGINS}{_any_of(spelled)}{_WORD_ENDS}", re.IGNORECASE)


def _home_pattern(home: PurePath | None) -> re.Pattern[str] | None:
    parts = [part for part in re.split(r"[\\/]+", str(home)) if part] if home is not None else []
    if not parts:
        return None
    folders = _SEPARATOR.join(_any_of(_spellings(part)) for part in parts)
    begins = "" if parts[0].endswith(":") else _SEPARATOR
    return re.compile(rf"(?<![\w.-]){begins}{folders}(?![\w.\-])", re.IGNORECASE)
