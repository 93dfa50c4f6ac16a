"""Folders that no import may take, with what is said of each, and files that it takes with a remark."""

from __future__ import annotations

import os
from pathlib import Path

HEADER = "time_s,ax_g,ay_g,az_g"
REST = [f"{i / 50:.2f},0.01,{0.02 * (i % 3):.2f},1.0" for i in range(60)]
GOOD = "\n".join([HEADER, *REST]) + "\n"
INDEX = "file,label\ntake.csv,wave\n"


def rows(*changed: tuple[int, str]) -> str:
    """A good file, but for rows by their number in the file; 1 is the header."""
    lines = [HEADER, *REST]
    for number, text in changed:
        lines[number - 1] = text
    return "\n".join(lines) + "\n"


def scaled(factor: float) -> str:
    """A good file in another unit."""
    return "\n".join([HEADER, *(f"{i / 50:.2f},0,0.05,{factor * (1 + 0.01 * (i % 5)):.4f}" for i in range(60))]) + "\n"


def paused(*at: tuple[int, float]) -> str:
    """A file with pauses: (before which sample, how many seconds more)."""
    times = [i / 50 + sum(seconds for first, seconds in at if i >= first) for i in range(60)]
    return "\n".join([HEADER, *(f"{time:.2f},0,0,1" for time in times)]) + "\n"


def indexed(*lines: str, header: str = "file,label") -> str:
    return "\n".join([header, *lines]) + "\n"


NINES = "9" * 400
# name: (take.csv, index.csv, what the sentence says)
REFUSED: dict[str, tuple[str | bytes, str | bytes, str]] = {
    # the index
    "empty index": (GOOD, "", "index.csv has no column “file”"),
    "header only": (GOOD, "file,label\n", "index.csv names no file"),
    "blank rows only": (GOOD, "file,label\n\n , \n", "index.csv names no file"),
    "no column file": (GOOD, "name,label\ntake.csv,a\n", "index.csv has no column “file”"),
    "no column label": (GOOD, "file,class\ntake.csv,a\n", "index.csv has no column “label”"),
    "column label twice": (GOOD, "file,label,label\ntake.csv,a,b\n", "index.csv, row 1: the column “label” is"),
    "column note twice": (GOOD, "file,label,note, note\ntake.csv,a,b,c\n", "index.csv, row 1: the column “note”"),
    "long column twice": (GOOD, f"file,label,{NINES},{NINES}\n", "index.csv, row 1: the column “9999"),
    "too many cells": (GOOD, indexed("take.csv,a,b"), "index.csv, row 2: 3 cells instead of 2"),
    "too few cells": (GOOD, indexed("take.csv,a", "take.csv"), "index.csv, row 3: 1 cells instead of 2"),
    "two labels": (GOOD, indexed("take.csv,a", "take.csv,b"), "row 3: “take.csv” is “b”, but in row 2 it is “a”"),
    "twice": (GOOD, indexed("take.csv,a", "", "take.csv,a"), "index.csv, row 4: “take.csv” stands in row 2 already"),
    "twice by detour": (GOOD, indexed("take.csv,a", "./take.csv,b"), "index.csv, row 3: “./take.csv” is “b”"),
    "twice by link": (GOOD, indexed("take.csv,a", "same.csv,b"), "index.csv, row 3: “same.csv” is “b”, but in row 2"),
    "file is missing": (GOOD, indexed("gone.csv,a"), "index.csv, row 2: there is no file “gone.csv”"),
    "file is nameless": (GOOD, indexed(",a"), "index.csv, row 2: there is no file “”"),
    "file is a folder": (GOOD, indexed("sub,a"), "index.csv, row 2: there is no file “sub”"),
    "file is a pipe": (GOOD, indexed("pipe,a"), "index.csv, row 2: there is no file “pipe”"),
    "file is above": (GOOD, indexed("../secret.csv,a"), "index.csv, row 2: ../secret.csv lies outside the folder"),
    "file is absolute": (GOOD, indexed("/etc/passwd,a"), "index.csv, row 2: /etc/passwd lies outside the folder"),
    "link leads out": (GOOD, indexed("out.csv,a"), "index.csv, row 2: out.csv lies outside the folder"),
    "link leads out by a folder": (GOOD, indexed("away/secret.csv,a"), "row 2: away/secret.csv lies outside"),
    "link in a circle": (GOOD, indexed("loop.csv,a"), "index.csv, row 2: “loop.csv” is a link that leads in a circle"),
    "link is broken": (GOOD, indexed("broken.csv,a"), "index.csv, row 2: there is no file “broken.csv”"),
    "long name": (GOOD, indexed(f"{NINES},a"), "index.csv, row 2: there is no file “9999"),
    "very long name": (GOOD, indexed(f"{NINES * 20},a"), "index.csv, row 2: there is no file “9999"),
    "long name outside": (GOOD, indexed(f"../{NINES},a"), "index.csv, row 2: "),
    "name with a zero": (GOOD, b"file,label\na\0b,x\n", "index.csv"),
    "long label": (GOOD, indexed(f"take.csv,{NINES}"), "index.csv, row 2: the label is longer"),
    "long subject": (GOOD, indexed(f"take.csv,a,{NINES}", header="file,label,subject"), "row 2: The subject is longer"),
    "unknown split": (GOOD, indexed("take.csv,a,exam", header="file,label,split"), "row 2: the split “exam” is not"),
    "long split": (GOOD, indexed(f"take.csv,a,{NINES}", header="file,label,split"), "row 2: the split “9999"),
    "rate is a word": (GOOD, indexed("take.csv,a,fast", header="file,label,rate_hz"), "row 2: “fast” is no rate in Hz"),
    "rate is endless": (GOOD, indexed("take.csv,a,inf", header="file,label,rate_hz"), "row 2: “inf” is no rate in Hz"),
    "rate has 400 digits": (GOOD, indexed(f"take.csv,a,{NINES}", header="file,label,rate_hz"), "row 2: “9999"),
    "rate is another": (GOOD, indexed("take.csv,a,100", header="file,label,rate_hz"), "row 2: 100 Hz is stated, but"),
    "index with half a quote": (GOOD, indexed('take.csv,"a'), "index.csv cannot be read"),
    # the columns of a file
    "empty file": ("", INDEX, "take.csv has no column “time_s”"),
    "no column az_g": ("time_s,ax_g,ay_g\n0,0,1\n", INDEX, "take.csv has no column “az_g”"),
    "column ax_g twice": (f"{HEADER},ax_g\n0,0,0,1,0\n", INDEX, "take.csv, row 1: the column “ax_g” is there twice"),
    "file of zeros": (bytes(5000), INDEX, "take.csv"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), INDEX, "take.csv cannot be read"),
    # the rows of a file
    "header and nothing": (HEADER, INDEX, "take.csv has fewer than two samples"),
    "one sample": (f"{HEADER}\n0,0,0,1\n", INDEX, "take.csv has fewer than two samples"),
    "not a number": (rows((8, "0.12,nan,0,1")), INDEX, "take.csv, row 8: ax_g is nan"),
    "endless": (rows((9, "0.14,0,-inf,1")), INDEX, "take.csv, row 9: ay_g is -inf"),
    "endless by 400 digits": (rows((9, f"0.14,0,{NINES},1")), INDEX, "take.csv, row 9: ay_g is 9999"),
    "309 digits": (rows((9, f"0.14,0,{'9' * 308},1")), INDEX, "take.csv reaches 1e+308 g"),
    "a word": (rows((61, "1.18,0,0,hello")), INDEX, "take.csv, row 61: “hello” in az_g is no number"),
    "a long word": (rows((5, f"0.06,0,0,{'x' * 9000}")), INDEX, "take.csv, row 5: “xxxx"),
    "a decimal comma": (rows((5, '"0,06",0,0,1')), INDEX, "take.csv, row 5: “0,06” in time_s is no number"),
    "an empty cell": (rows((5, "0.06,,0,1")), INDEX, "take.csv, row 5: “” in ax_g is no number"),
    "three cells": (rows((7, "0.1,0,0")), INDEX, "take.csv, row 7 has 3 cells instead of 4"),
    "five cells": (rows((7, "0.1,0,0,1,2")), INDEX, "take.csv, row 7 has 5 cells instead of 4"),
    "an empty row": (rows((7, "")), INDEX, "take.csv, row 7 is empty"),
    "half a quote": (rows((7, '0.1,0,0,"1')), INDEX, "take.csv cannot be read"),
    "a cell of 200,000": (rows((7, f"0.1,0,0,{'1' * 200_000}")), INDEX, "take.csv"),
    "time stands still": (rows((7, "0.08,0,0,1")), INDEX, "take.csv, row 7: time does not go forward"),
    "time goes back": (rows((7, "-3,0,0,1")), INDEX, "take.csv, row 7: time does not go forward"),
    "time in steps too small": (f"{HEADER}\n0,0,0,1\n5e-324,0,0,1\n", INDEX, "row 2: by its times the file has"),
    "time in steps too large": (f"{HEADER}\n-1e308,0,0,1\n1e308,0,0,1\n", INDEX, "row 2: by its times the file has"),
    "counts": (scaled(16384), INDEX, "take.csv reaches"),
    "one knock of 9,810 g": (rows((8, "0.12,0,0,9810")), INDEX, "take.csv reaches 9810 g"),
}  # fmt: skip

# name: (take.csv, index.csv) of what is taken although it is odd
TAKEN: dict[str, tuple[str | bytes, str | bytes]] = {
    "empty label": (GOOD, indexed("take.csv, ")),
    "index in UTF-16": (GOOD, INDEX.encode("utf-16")),
    "columns with semicolons": (GOOD.replace(",", ";"), INDEX),
    "file in UTF-16": (GOOD.encode("utf-16"), INDEX),
    "an empty row at the end": (GOOD + "\n", INDEX),
}


def build(folder: Path, content: str | bytes, index: str | bytes) -> Path:
    """A folder with that file, that index, and all that a name in it may lead to."""
    inside = folder / "inside"
    inside.mkdir()
    for name, text in (("take.csv", content), ("index.csv", index)):
        (inside / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    (folder / "secret.csv").write_text(GOOD, encoding="utf-8")
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "secret.csv").write_text(GOOD, encoding="utf-8")
    (inside / "sub").mkdir()
    links = {"out.csv": "../secret.csv", "away": "../elsewhere", "loop.csv": "loop2.csv", "loop2.csv": "loop.csv",
             "broken.csv": "nowhere.csv", "same.csv": "take.csv"}  # fmt: skip
    for link, target in links.items():
        (inside / link).symlink_to(target)
    os.mkfifo(inside / "pipe")
    return inside
