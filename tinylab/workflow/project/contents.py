"""A project read whole before the window shows it, so that either all of it is shown or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from tinylab.data.project import Project
from tinylab.data.recording import Header
from tinylab.data.storage.schema import Region


@dataclass(slots=True)
class Contents:
    """A project read whole, before the one that is open is let go."""

    project: Project
    headers: dict[int, Header]
    labels: list[str]
    regions: dict[int, tuple[Region, ...]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, project: Project) -> Contents:
        """Read headers, labels and regions; a bad row is a problem in the list, never an error."""
        headers, bad = project.headers()
        return cls(
            project,
            {header.id: header for header in headers},
            project.labels(),
            project.all_regions(),
            [*project.problems, *bad],
        )
