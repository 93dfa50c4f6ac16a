"""Nothing of what is taken out of a report comes through, however it is written."""

from __future__ import annotations

import json
import time
import traceback
import unicodedata
from collections.abc import Callable
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tinylab.log.redact import NOBODYS_NAMES, Redactor

HOMES = ("/ho" + "me", "/Us" + "ers", "C:\\Us" + "ers", "D:\\Documents and Settings")
LINUX, MAC, WINDOWS, _ = HOMES
NOBODY = Redactor(None, [], [])

# --- what holds for any name and any secret -------------------------------------------------------------

LETTERS = st.characters(categories=["Lu", "Ll", "Lo", "Nd"], include_characters=" '-_.")
NAMES = st.text(LETTERS, min_size=3, max_size=20).filter(
    lambda name: name == name.strip(" .'-_") and sum(map(str.isalnum, name)) > 2
)
HOSTS = st.from_regex(r"[a-z][a-z0-9-]{4,20}[a-z0-9]", fullmatch=True)
PLAIN_SECRETS = st.from_regex(r"[A-Za-z0-9+/_.~!$^*-]{8,40}", fullmatch=True)
QUOTED_SECRETS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=6, max_size=40)


def in_a_traceback(text: str) -> str:
    try:
        raise OSError(2, "No such file or directory", text)
    except OSError:
        return traceback.format_exc()


# How a path or a sentence gets into a log.
WRITTEN: dict[str, Callable[[str], str]] = {
    "plainly": lambda text: f"opened {text}, then closed it",
    "at the end": lambda text: f"opened {text}",
    "in quotes": lambda text: f'File "{text}", line 7, in <module>',
    "as repr": lambda text: f"opened {text!r} again",
    "as ascii": lambda text: f"opened {text!a} again",
    "as JSON": lambda text: json.dumps({"opened": text, "n": 1}),
    "as readable JSON": lambda text: json.dumps({"opened": text, "n": 1}, ensure_ascii=False),
    "as JSON in JSON": lambda text: json.dumps({"settings": json.dumps({"opened": text})}),
    "as an address": lambda text: f"file:///{quote(text)}?mode=ro",
    "as an address in an address": lambda text: f"next={quote(quote(text, safe=''), safe='')}&x=1",
    "wholly quoted": lambda text: f"path={quote(text, safe='')}",
    "in a traceback": in_a_traceback,
    "in a repr of lines": lambda text: repr(f"opened\n{text}\n"),
    "twice": lambda text: f"{text} → {text}.part",
}


def spellings(name: str) -> set[str]:
    forms = {unicodedata.normalize(form, name) for form in ("NFC", "NFD")}
    return {name, json.dumps(name)[1:-1], quote(name), *forms}


def clashes(name: str, text: str) -> bool:
    """Whether the text around a name holds it, too."""
    return name.lower() in NOBODYS_NAMES or any(spelling.lower() in text.lower() for spelling in spellings(name))


@given(NAMES, st.sampled_from(HOMES), st.sampled_from(sorted(WRITTEN)), st.booleans())
def test_no_user_name_of_a_path_comes_through(name: str, homes: str, how: str, mine: bool) -> None:
    windows = "\\" in homes
    home: PurePath = PureWindowsPath(homes, name) if windows else PurePosixPath(homes, name)
    assume(not clashes(name, WRITTEN[how]("Lab take.tinylab <user>") + homes))
    redactor = Redactor(home, [name], []) if mine else NOBODY
    text = redactor.redact(WRITTEN[how](str(home / "Lab" / "take.tinylab")))
    for spelling in spellings(name):
        assert spelling not in text
    assert "take.tinylab" in text
    assert redactor.redact(text) == text


@given(NAMES, st.sampled_from(sorted(WRITTEN)))
def test_my_name_does_not_come_through_elsewhere_either(name: str, how: str) -> None:
    assume(not clashes(name, WRITTEN[how]("data runs by x <user>")))
    text = Redactor(None, [name], []).redact(WRITTEN[how](f"/data/{name}/runs by {name}/x"))
    for spelling in spellings(name):
        assert spelling not in text


@given(HOSTS, st.sampled_from(sorted(WRITTEN)))
def test_no_name_of_the_computer_comes_through(host: str, how: str) -> None:
    assume(not clashes(host, WRITTEN[how]("locked by on example.org in the network <computer>")))
    text = Redactor(None, [], [f"{host}.example.org"]).redact(
        WRITTEN[how](f"locked by {host} on {host}.example.org in the network, {host.upper()}")
    )
    assert host not in text
    assert host.upper() not in text


KEYS = st.sampled_from(
    ["token", "TOKEN", "control_token", "password", "Passwd", "passphrase", "client_secret", "api_key", "API-KEY",
     "authorization", "Authorization", "Cookie", "access-token", "credentials"]
)  # fmt: skip
UNQUOTED = [
    "{}={}",
    "{}: {}",
    "{}:{}",
    "{} = {}",
    "--{} {}",
    "-X --{}={}",
    "'{}: {}'",
    "url?{}={}&x=1",
    "{}: Bearer {}",
    "{}=>{}",
]
QUOTED = [
    "{}={!r}",
    "{}: {!r}",
    "{{'{}': {!r}}}",
    "['--{}', {!r}]",
    "('{}', {!r})",
    "x.{}: str = {!r}",
    "A({}={!r}, n=1)",
]


@given(KEYS, PLAIN_SECRETS, st.sampled_from(UNQUOTED))
def test_no_secret_comes_through(key: str, secret: str, form: str) -> None:
    written = form.format(key, secret)
    assume(secret not in form.format(key, ""))
    text = NOBODY.redact(f"12:00 asked {written}\n12:01 next line")
    assert secret not in text
    assert text.startswith("12:00 asked")
    assert text.endswith("12:01 next line")
    assert NOBODY.redact(text) == text


@given(KEYS, QUOTED_SECRETS, st.sampled_from(QUOTED))
def test_no_quoted_secret_comes_through(key: str, secret: str, form: str) -> None:
    inner = repr(secret)[1:-1]
    assume(inner not in form.format(key, "") and inner not in "12:00 asked <removed>\n12:01 next line")
    text = NOBODY.redact(f"12:00 asked {form.format(key, secret)}\n12:01 next line")
    assert inner not in text
    assert text.endswith("12:01 next line")


@given(KEYS, QUOTED_SECRETS, st.booleans(), st.booleans())
def test_no_secret_in_json_comes_through_and_json_it_stays(key: str, secret: str, plain: bool, deep: bool) -> None:
    inner = json.dumps(secret, ensure_ascii=plain)[1:-1]
    whole = json.dumps({"before": 1, key: secret, "after": [1, 2]}, ensure_ascii=plain, indent=2)
    if deep:
        whole = json.dumps({"whole": whole})
        inner = json.dumps(inner)[1:-1]
    assume(inner not in whole.replace(inner, "", 1) + "<removed>")
    text = NOBODY.redact(whole)
    assert inner not in text
    if not deep:
        assert json.loads(text) == {"before": 1, key: "<removed>", "after": [1, 2]}


@given(st.binary(min_size=16, max_size=16), st.sampled_from(["{}", "got {} from", "['{}']", 'x"{}"', "/{}/"]))
def test_what_looks_like_our_tokens_does_not_come_through_whatever_it_is_called(token: bytes, form: str) -> None:
    assert token.hex() not in NOBODY.redact(form.format(token.hex()))


# --- examples -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (rf"{WINDOWS}\anna\x.tinylab", r"~\x.tinylab"),
        (rf'"{WINDOWS}\anna\x"'.replace("\\", "\\\\"), r'"~\\x"'),
        (f"{WINDOWS}/anna/x".replace("\\", "/"), "~/x"),
        (f"{LINUX}/bert/x", f"{LINUX}/<user>/x"),
        (f"{MAC}/o'neil b/y", f"{MAC}/<user>/y"),
        (f"{WINDOWS}\\annabel\\x", f"{WINDOWS}\\<user>\\x"),
        ("~bert/x", "~<user>/x"),
        ("/media/bert/MICROBIT", "/media/<user>/MICROBIT"),
        ("Anna's lab-pc and LAB-PC.local, annabel's", "<user>'s <computer> and <computer>.local, annabel's"),
        ("https://anna:geheim@host/x", "https://<removed>@host/x"),
        ("mail anna@example.org now", "mail <removed> now"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx.abc", "<removed>"),
        ("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\nrest", "<removed>\nrest"),
        ('{"token": "a", "port": 3}', '{"token": "<removed>", "port": 3}'),
        ("RunningBoard(name='x', token=b'abc', fast=True)", "RunningBoard(name='x', token=b'<removed>', fast=True)"),
        ("self.token = secrets.token_hex(16)", "self.token = <removed>"),
    ],
)
def test_examples(text: str, expected: str) -> None:
    redactor = Redactor(PureWindowsPath(WINDOWS, "anna"), ["anna"], ["lab-pc"])
    assert redactor.redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The token is wrong.",
        "parity 32 of 32, build id 0011223344556677, 12,400 cycles",
        "2026-01-02 10:11:12,345 INFO [12 MainThread] tinylab: 3 takes of “wave”",
        'File "tinylab/workers/client.py", line 226, in _read_all',
        "the root logger has 3 handlers; user error in ~/x; /usr/lib/python3.11",
        "sha256 " + "0123456789abcdef" * 4,
    ],
)
def test_the_rest_stays_as_it_is(text: str) -> None:
    assert Redactor(PurePosixPath("/ro" + "ot"), ["root"], ["localhost"]).redact(text) == text


def test_short_and_empty_names_redact_nothing() -> None:
    assert Redactor(PurePosixPath("/"), ["", "x"], ["", "y"]).redact("x y z /x/y") == "x y z /x/y"


@pytest.mark.parametrize("piece", ["\\", "/", "%2F", "a", " ", "token", "token=", '"', "'", f"{LINUX}/", "~", "eyJa."])
def test_a_hostile_megabyte_takes_seconds_at_most(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    began = time.monotonic()
    Redactor.of_this_computer().redact(text)
    assert time.monotonic() - began < 20


def test_this_computer_is_known() -> None:
    import getpass
    import platform
    from pathlib import Path

    redactor = Redactor.of_this_computer()
    assert redactor.redact(f"{Path.home() / 'x'}") == f"~{(Path('/') / 'x')!s}"
    if platform.node() != "localhost":
        assert platform.node() not in redactor.redact(f"on {platform.node()}")
    if getpass.getuser() != "root":
        assert getpass.getuser() not in redactor.redact(f"by {getpass.getuser()}")
