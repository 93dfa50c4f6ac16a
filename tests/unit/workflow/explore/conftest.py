"""A document with made takes, and the checks that follow it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes.made_projects import add, recordings

from tinylab.data.project import Project
from tinylab.workflow.explore.content_checks import ContentChecks
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.notices import Notices
from tinylab.workflow.project.contents import Contents
from tinylab.workflow.project.document import Document


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def document(tmp_path: Path) -> Iterator[Document]:
    """Three labels with five good takes each, ids 1 to 15."""
    made = Document(Notices())
    made.attach(Contents.of(Project.create(tmp_path / "made.tinylab")))
    add(made, *recordings())
    yield made
    made.close()


@pytest.fixture
def checks(inbox: Inbox, document: Document) -> Iterator[ContentChecks]:
    made = ContentChecks(inbox, document)
    yield made
    made.close()
