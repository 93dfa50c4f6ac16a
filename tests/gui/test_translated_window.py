"""Nothing that the window shows stays English when there is a catalogue: looked at in a made-up language."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from pseudo_window import MARK

from tinylab.data.project import Project
from tinylab.virtualboard.motion.gestures import NAMES

ROOT = Path(__file__).resolve().parents[2]
# Names, what an old run said of itself when it was made, and the menu of pyqtgraph's own that TinyLab never opens.
STAYS = ("TinyLab", "Adam", "SGD", "The network learns from Çelik; Bert checks it; Anna stays unseen.", "Export...")


def made_up_language(folder: Path) -> Path:
    """A catalogue in which every message stands between brackets."""
    catalog = Catalog(locale="en", domain="tinylab")
    with (ROOT / "resources" / "translations" / "tinylab.pot").open("rb") as template:
        for message in read_po(template):
            if message.id:
                plural = isinstance(message.id, tuple)
                forms = tuple(f"{MARK}{text}⟧" for text in (message.id if plural else (message.id,)))
                catalog.add(message.id, forms if plural else forms[0])
    target = folder / "xx" / "LC_MESSAGES" / "tinylab.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, catalog)
    return folder


def test_no_text_of_the_window_stays_english(tmp_path: Path) -> None:
    project = tmp_path / "trained.tinylab"
    project.write_bytes((ROOT / "tests" / "fixtures" / "version1" / "trained.tinylab").read_bytes())
    sources = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("pseudo_window.py")), str(made_up_language(tmp_path)), project],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": sources, "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr
    with closing(Project.open(project, read_only=True)) as opened:
        headers, labels = opened.headers()[0], opened.labels()
    names = {
        *NAMES,
        "trained ▾",
        *labels,
        *(header.subject for header in headers),
        *(header.label for header in headers),
        *STAYS,
    }
    shown = {" ".join(name.split()) for name in names}
    assert {text for text in json.loads(done.stdout) if not _is_a_name(text, shown)} == set()


def _is_a_name(text: str, names: set[str]) -> bool:
    """Whether a text is one of the names, be it behind its key or cut to the room there is."""
    bare = re.sub(r"^\d ", "", " ".join(text.split()))
    return bare in names or (bare.endswith("…") and any(name.startswith(bare[:-1]) for name in names))
