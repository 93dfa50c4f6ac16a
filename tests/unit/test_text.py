"""The one road for visible texts: filled in, plural, translated, and no sentence lost by a translator's slip."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tinylab import text
from tinylab.errors import DataError
from tinylab.text import ntr, tr

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def translations() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations", ROOT / "packaging" / "translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def catalogue(folder: Path, language: str, messages: dict[object, object]) -> Path:
    """A folder with one compiled catalogue."""
    catalog = Catalog(locale=language, domain="tinylab")
    for message, translation in messages.items():
        catalog.add(message, translation)
    target = folder / language / "LC_MESSAGES" / "tinylab.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, catalog)
    return folder


@pytest.fixture
def german(tmp_path: Path) -> Iterator[None]:
    folder = catalogue(
        tmp_path,
        "de",
        {
            "{count} of {all} are here.": "Von {all} sind {count} da.",
            ("{count:,} take", "{count:,} takes"): ("{count:,} Aufnahme", "{count:,} Aufnahmen"),
            "{name} is gone.": "{nahme} ist weg.",
        },
    )
    assert text.choose_language(folder, ["xx", "de"]) == "de"
    yield
    text.choose_language(folder, [])


def test_english_needs_no_catalogue() -> None:
    assert tr("Nothing {to} fill in.") == "Nothing {to} fill in."
    assert tr("{count} of {all}", count=1, all=2) == "1 of 2"
    assert ntr("{count} take", "{count} takes", 1) == "1 take"
    assert ntr("{count} take of {who}", "{count} takes of {who}", 2, who="Anna") == "2 takes of Anna"


@pytest.mark.usefixtures("german")
def test_a_language_has_its_own_order_and_plural() -> None:
    assert tr("{count} of {all} are here.", count=1, all=3) == "Von 3 sind 1 da."
    assert [ntr("{count:,} take", "{count:,} takes", n) for n in (1, 1200)] == ["1 Aufnahme", "1,200 Aufnahmen"]
    assert tr("Not translated.") == "Not translated."


@pytest.mark.usefixtures("german")
def test_a_slip_of_a_translator_shows_the_english_sentence() -> None:
    assert tr("{name} is gone.", name="lab") == "lab is gone."


def test_a_damaged_catalogue_is_as_good_as_none(tmp_path: Path) -> None:
    target = tmp_path / "de" / "LC_MESSAGES" / "tinylab.mo"
    target.parent.mkdir(parents=True)
    target.write_bytes(b"no catalogue")
    assert text.choose_language(tmp_path, ["de"]) == "en"


def test_what_a_user_typed_is_never_a_format(tmp_path: Path) -> None:
    assert tr("“{label}” is empty.", label="{0} {x} %s") == "“{0} {x} %s” is empty."
    assert DataError(tr("{name} is gone.", name="a{b}")).message == "a{b} is gone."


def test_the_collected_messages_are_fresh(translations: ModuleType) -> None:
    assert translations.TEMPLATE.read_bytes() == translations.collect(), "run packaging/translations.py collect"


def test_every_message_can_be_filled_in(translations: ModuleType) -> None:
    """A field without a name cannot be reordered, and a plural without {count} hardly is one."""
    catalog = read_po(BytesIO(translations.TEMPLATE.read_bytes()))
    messages = [message.id for message in catalog if message.id]
    assert len(messages) > 400
    for message in messages:
        for form in message if isinstance(message, tuple) else (message,):
            assert not re.search(r"\{(\d*)([:!][^}]*)?\}", form), form
