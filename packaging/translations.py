"""Collects every text that goes through tinylab/text.py, and compiles the catalogues. Needs Babel (a dev dependency).

    python packaging/translations.py collect    writes resources/translations/tinylab.pot; a test fails when it is stale
    python packaging/translations.py compile    every resources/translations/LANGUAGE/LC_MESSAGES/tinylab.po → .mo

A new language: `pybabel init -D tinylab -i resources/translations/tinylab.pot -d resources/translations -l LANGUAGE`.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
TEMPLATE = FOLDER / "tinylab.pot"
KEYWORDS = {"tr": None, "ntr": (1, 2)}


def collect() -> bytes:
    """The template: every message of the package with where it stands, in a stable order and without a date."""
    catalog = Catalog(domain="tinylab", project="TinyLab", charset="utf-8", fuzzy=False)
    found = extract_from_dir(ROOT / "tinylab", method_map=[("**.py", "python")], keywords=KEYWORDS)
    for name, _line, message, comments, context in sorted(found, key=lambda each: (each[0], each[1])):
        where = [(f"tinylab/{Path(name).as_posix()}", 0)]
        catalog.add(message, locations=where, auto_comments=comments, context=context)
    out = BytesIO()
    write_po(out, catalog, omit_header=True, include_lineno=False, width=110)
    return out.getvalue()


def compile_all() -> list[Path]:
    """Compile every catalogue; returns the files written."""
    written = []
    for source in sorted(FOLDER.glob("*/LC_MESSAGES/tinylab.po")):
        with source.open("rb") as file:
            catalog = read_po(file, locale=source.parent.parent.name)
        target = source.with_suffix(".mo")
        with target.open("wb") as file:
            write_mo(file, catalog)
        written.append(target)
    return written


if __name__ == "__main__":
    if sys.argv[1:] == ["collect"]:
        FOLDER.mkdir(parents=True, exist_ok=True)
        TEMPLATE.write_bytes(collect())
    elif sys.argv[1:] == ["compile"]:
        compile_all()
    else:
        sys.exit(__doc__)
