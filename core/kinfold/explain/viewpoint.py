"""For whom a document is explained: the caller's own class, or another one that can exist.

In:  the caller, the request for an explanation, the policy schema. Out: the class and its regions.
Refusals: ExplainRefused for whoever does not ask for the purpose `development`, ViewpointUnknown.
Never: a person. A class has no subject, no organisation and no person, so nothing of anybody can be explained.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kinfold.document.explain import Explain, Viewpoint
from kinfold.explain.errors import ExplainRefused, ViewpointUnknown
from kinfold.identity.principal import Principal, SubjectClass
from kinfold.policy.region import RegionCount, count_regions, cover_regions, is_territory
from kinfold.policy.schema import PolicySchema, may_hold
from kinfold.sql.territory import Reach, reach_of_all


@dataclass(frozen=True, slots=True)
class ExplainedClass:
    """What of a caller decides plans and statements."""

    subject: SubjectClass
    regions: tuple[str, ...]

    @property
    def region_count(self) -> RegionCount:
        return count_regions(self.regions)

    @property
    def reach(self) -> Reach | None:
        return reach_of_all(cover_regions(self.regions))

    def to_json(self) -> dict[str, Any]:
        return {
            "department": self.subject.department,
            "roles": sorted(self.subject.roles),
            "purpose": self.subject.purpose,
            "regions": list(self.regions),
        }


def choose_class(asked: Explain, principal: Principal, schema: PolicySchema) -> ExplainedClass:
    """The class to explain for; ExplainRefused unless the caller states the purpose `development`."""
    if not principal.is_developer:
        raise ExplainRefused
    if asked.viewpoint is None:
        return ExplainedClass(principal.subject_class, principal.regions)
    return _open(asked.viewpoint, schema)


def _open(viewpoint: Viewpoint, schema: PolicySchema) -> ExplainedClass:
    department = schema.departments.get(viewpoint.department)
    if department is None:
        raise ViewpointUnknown("The department does not exist.")
    if not viewpoint.roles or not set(viewpoint.roles) <= set(department.roles):
        raise ViewpointUnknown("The department has no such role.")
    if not may_hold(schema, viewpoint.department, viewpoint.roles, viewpoint.purpose):
        raise ViewpointUnknown("These roles do not hold the purpose.")
    if not all(map(is_territory, viewpoint.regions)):
        raise ViewpointUnknown("A division code has 2, 4, 6, 9 or 12 digits, and no level of it is empty.")
    subject = SubjectClass(viewpoint.department, frozenset(viewpoint.roles), viewpoint.purpose)
    return ExplainedClass(subject, viewpoint.regions)
