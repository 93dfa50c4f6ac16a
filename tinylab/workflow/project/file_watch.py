"""Notices that the open project's file was deleted, replaced or overwritten, and saves what is open elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from tinylab.data.project import Project
from tinylab.data.recording import Header
from tinylab.data.rescue import save_elsewhere
from tinylab.errors import DataError
from tinylab.folders import projects_dir
from tinylab.text import ntr, tr
from tinylab.workflow.notices import Notices, Tone
from tinylab.workflow.project.contents import Contents

_EVERY_S = 2.0  # between two looks while nothing is done


class FileWatch:
    """Knows whether there is a file to go on with."""

    def __init__(self, notices: Notices, attach: Callable[[Contents], None]) -> None:
        self.missing = ""  # why there is no file, where nothing could be saved elsewhere either
        self._notices, self._attach = notices, attach
        self._looked = -math.inf  # seconds, of the clock that `due` is given

    def due(self, now: float) -> bool:
        """Whether it is time for a look; what is known to be in no file is tried again at the next edit only."""
        if 0 <= now - self._looked < _EVERY_S or self.missing:
            return False
        self._looked = now
        return True

    def mend(self, project: Project, headers: Sequence[Header]) -> None:
        """Save what is open elsewhere where its file is gone, go on there, and say so.

        Raises DataError where it cannot be saved anywhere.
        """
        self.missing = missing = project.missing()
        if not missing:
            return
        try:
            path, left_out = save_elsewhere(project, headers, [project.path.parent, projects_dir()])
            contents = Contents.of(Project.open(path))
        except (DataError, OSError) as error:
            reason = error.message if isinstance(error, DataError) else str(error)
            raise DataError(
                missing, hint=tr("What is open could not be saved elsewhere: {reason}", reason=reason)
            ) from error
        self.missing = ""
        self._attach(contents)
        lost = ""
        if left_out:
            lost = ntr("; 1 take could not be read any more", "; {count} takes could not be read any more", left_out)
        self._notices.show(
            Tone.ERROR, missing, tr("What was open is saved and goes on as “{name}”{lost}.", name=path.name, lost=lost)
        )
