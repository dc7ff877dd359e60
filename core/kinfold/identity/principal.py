"""Who asks, and for what purpose: the subject of every policy decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: What the platform's developers state: they may send documents of their own in production, and have them explained.
DEVELOPER_PURPOSE: Final = "development"


@dataclass(frozen=True, slots=True)
class SubjectClass:
    """The attributes that *choose rules*: everybody of one class shares plans and prepared statements."""

    department: str
    roles: frozenset[str]
    purpose: str


@dataclass(frozen=True, slots=True)
class Principal:
    """A verified caller of one request.

    `subject` is the token's `sub`; `regions` are division codes (2, 4, 6, 9 or 12 digits); `organisations`
    and `person` are UUID strings in `jurisdiction` (the six-digit county code). Nothing here is logged but
    department and roles.
    """

    subject: str
    department: str
    roles: frozenset[str]
    purpose: str
    jurisdiction: str
    regions: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    person: str | None = None

    @property
    def is_developer(self) -> bool:
        """Whether this request is made for developing the platform, or a purpose below that."""
        return self.purpose == DEVELOPER_PURPOSE or self.purpose.startswith(f"{DEVELOPER_PURPOSE}.")

    @property
    def subject_class(self) -> SubjectClass:
        return SubjectClass(self.department, self.roles, self.purpose)
