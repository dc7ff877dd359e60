"""The queries of the benchmark: what is asked of us, and the same of each peer.

In:  a Sample (one draw of the variables) and the cursor that a server gave for it. Out: documents, variables, paths.
`statistic` counts only once the schema has its root: `is_offered` is asked with the schema of the running server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

JURISDICTION = "370983"
Variables = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Sample:
    """One draw: a child, a town with its interval of preorder numbers, a place in a sorted list."""

    child: str = ""
    town: str = ""
    position: int = 0
    keyset: tuple[str, str] = ("", "")  # sort key and id of the row at `position`

    @property
    def low(self) -> int:
        return int(self.town.ljust(12, "0"))

    @property
    def high(self) -> int:
        return int(self.town.ljust(12, "9"))


@dataclass(frozen=True, slots=True)
class Query:
    """One query in all its forms. `cursor` in `ours` and `peer` is what that very server gave for the position."""

    name: str
    title: str
    draws: str  # which samples: child | town | position | county (one, without variables)
    document: str  # ours, and Strawberry's
    ours: Callable[[Sample, str], Variables]
    peer_document: str  # PostGraphile's
    peer: Callable[[Sample, str], Variables]
    path: Callable[[Sample], str]  # of the hand-written server
    whole_document: str = ""  # the same page of everything that the caller may see (breadth)
    page_document: str = ""  # ours: the cursor at the end of page `number`
    peer_page_document: str = ""  # PostGraphile's: the cursor of the row at `offset`
    free_document: str = ""  # PostGraphile's without policy, where another form is better for it
    strawberry_document: str = ""  # Strawberry's, where it is not ours
    purpose: str = ""  # ours, where it is not the caller's usual one
    is_compared: bool = True  # whether the data must be the same as ours
    at_once: int = 16  # at most so many requests at once
    root: str = "children"  # the field of Query that must exist
    holds: str = '"id":'  # what every good answer contains


POINT = """
query Point($id: ID!) { child(id: $id) {
  id name sex birthDate ethnicity health
  region { code name }
  household { id address members { relationToHead person { id name birthDate phone } } }
  guardianships { kind status validFrom guardian { id name phone } }
  absences(first: 3) { absentOn reason }
} }"""
_PEER_POINT = """
query Point($jurisdiction: String!, $id: UUID!) {
  child: childByJurisdictionAndRowId(jurisdiction: $jurisdiction, rowId: $id) {
    id: rowId name sex birthDate ethnicity health
    region { code name }
    household { id: rowId address members(orderBy: [RELATION_TO_HEAD_ASC]) {
      nodes { relationToHead person { id: rowId name birthDate phone } } } }
    guardianships(orderBy: [VALID_FROM_ASC]) { nodes { kind status validFrom guardian { id: rowId name phone } } }
    absences(first: 3, orderBy: [ABSENT_ON_DESC]) { nodes { absentOn reason } }
  } }"""

_FAMILY = """id name sex birthDate
  household { id address members { relationToHead person { id name phone } } }
  guardianships { kind status guardian { id name phone } }
  enrolments { grade className school { name } }"""
NESTED = f"""
query Nested($town: RegionCode!) {{ children(first: 50, where: {{regionCode: {{under: $town}}}}) {{ nodes {{
  {_FAMILY}
}} }} }}"""
_PEER_NESTED = """
query Nested($jurisdiction: String!, $low: BigInt!, $high: BigInt!) {
  children: allChildren(first: 50, orderBy: [NAME_SORT_ASC], condition: {jurisdiction: $jurisdiction},
      filter: {regionOrd: {greaterThanOrEqualTo: $low, lessThanOrEqualTo: $high}}) { nodes {
    id: rowId name sex birthDate
    household { id: rowId address members(orderBy: [RELATION_TO_HEAD_ASC]) {
      nodes { relationToHead person { id: rowId name phone } } } }
    guardianships(orderBy: [VALID_FROM_ASC]) { nodes { kind status guardian { id: rowId name phone } } }
    enrolments(orderBy: [GRADE_ASC, CLASS_NAME_ASC]) { nodes { grade className school { name } } }
  } } }"""

_SCALARS = (
    "name sex birthDate birthPrecision ethnicity phone health lifeStatus hukouKind hukouRegionCode regionCode"
)
FLAT = f"""
query Flat($town: RegionCode!) {{ children(first: 500, where: {{regionCode: {{under: $town}}}}) {{
  nodes {{ id {_SCALARS} }} }} }}"""
_PEER_FLAT = f"""
query Flat($jurisdiction: String!, $low: BigInt!, $high: BigInt!) {{
  children: allChildren(first: 500, orderBy: [NAME_SORT_ASC], condition: {{jurisdiction: $jurisdiction}},
      filter: {{regionOrd: {{greaterThanOrEqualTo: $low, lessThanOrEqualTo: $high}}}}) {{
    nodes {{ id: rowId {_SCALARS} }} }} }}"""

_LINE = "name sex birthDate regionCode"
_GIRLS = "where: {sex: {eq: FEMALE}}, orderBy: [{field: NAME}]"
_PEER_GIRLS = 'condition: {jurisdiction: $jurisdiction, sex: "FEMALE"}, orderBy: [NAME_SORT_ASC]'
_INFO = "pageInfo { hasNextPage endCursor }"
DEEP_PAGE = f"""
query DeepPage($after: String!) {{ children(first: 50, after: $after, {_GIRLS}) {{
  nodes {{ id {_LINE} }} {_INFO} }} }}"""
_PEER_DEEP_PAGE = f"""
query DeepPage($jurisdiction: String!, $after: Cursor!) {{
  children: allChildren(first: 50, after: $after, {_PEER_GIRLS}) {{ nodes {{ id: rowId {_LINE} }} {_INFO} }} }}"""
_END = f"""
query End($number: Int!) {{ children(page: {{number: $number, size: 50}}, {_GIRLS}) {{ pageInfo {{ endCursor }} }} }}"""
_PEER_END = f"""
query End($jurisdiction: String!, $offset: Int!) {{
  children: allChildren(first: 1, offset: $offset, {_PEER_GIRLS}) {{ pageInfo {{ endCursor }} }} }}"""


STATISTIC = """
query Statistic { statistics { children(by: [REGION, SEX, AGE_BAND]) {
  cells { region { code } sex ageBand count isSuppressed } total } } }"""
_PART = """
query Part { statistics { children(by: [SEX, AGE_BAND]) { cells { sex ageBand count isSuppressed } total } } }"""
_STRAWBERRY_STATISTIC = "query Statistic { statistic { code sex ageBand count } }"
_PEER_STATISTIC = "query Statistic { statistic { nodes { code sex ageBand count } } }"


def _town(sample: Sample, _cursor: str) -> Variables:
    return {"town": sample.town}


def _peer_town(sample: Sample, _cursor: str) -> Variables:
    given = {"low": str(sample.low), "high": str(sample.high), "town": sample.town}
    return {"jurisdiction": JURISDICTION, **given}


def _free(document: str) -> str:
    """Without row-level security a town is an equality that an index answers.

    With it PostgreSQL may not use that index: a division could fail, so it is no leakproof condition and has to wait
    for the policy; an interval is leakproof.
    """
    interval = "filter: {regionOrd: {greaterThanOrEqualTo: $low, lessThanOrEqualTo: $high}}"
    declared = document.replace("$low: BigInt!, $high: BigInt!", "$town: BigInt!")
    return declared.replace(interval, "").replace(
        "{jurisdiction: $jurisdiction}", "{jurisdiction: $jurisdiction, town: $town}"
    )


_TABLE = (
    Query(
        "point", "one child with household, guardians, the last three absences", "child",
        POINT, lambda s, _: {"id": f"Child:{JURISDICTION}:{s.child}"},
        _PEER_POINT, lambda s, _: {"jurisdiction": JURISDICTION, "id": s.child},
        lambda s: f"/point/{s.child}", root="child",
    ),
    Query(
        "nested", "50 children of a town, four levels deep", "town",
        NESTED, _town, _PEER_NESTED, _peer_town, lambda s: f"/nested/{s.town}", free_document=_free(_PEER_NESTED),
        whole_document=f"query Nested {{ children(first: 50) {{ nodes {{ {_FAMILY} }} }} }}",
    ),
    Query(
        "flat", "500 children of a town, eleven fields and the id", "town",
        FLAT, _town, _PEER_FLAT, _peer_town, lambda s: f"/flat/{s.town}", free_document=_free(_PEER_FLAT),
        whole_document=f"query Flat {{ children(first: 500) {{ nodes {{ id {_SCALARS} }} }} }}",
    ),
    Query(
        "deep_page", "50 girls of the county by name, about 5,000 rows in", "position",
        DEEP_PAGE, lambda _, cursor: {"after": cursor},
        _PEER_DEEP_PAGE, lambda _, cursor: {"jurisdiction": JURISDICTION, "after": cursor},
        lambda s: f"/deep_page/{s.keyset[1]}?after={quote(s.keyset[0], safe='')}",
        whole_document=f"query Girls {{ children(first: 50, {_GIRLS}) {{ nodes {{ id {_LINE} }} {_INFO} }} }}",
        page_document=_END, peer_page_document=_PEER_END,
    ),
    # Ours hides small cells and what would give them away, which nobody else does: the numbers are not compared.
    Query(
        "statistic", "children of the county by town, sex and age band; two requests at once", "county",
        STATISTIC, lambda _, __: {}, _PEER_STATISTIC, lambda _, __: {}, lambda _: "/statistic",
        strawberry_document=_STRAWBERRY_STATISTIC, whole_document=_PART, purpose="statistics", at_once=2,
        is_compared=False, root="statistics", holds='"statistic',
    ),
)  # fmt: skip


QUERIES: Mapping[str, Query] = {query.name: query for query in _TABLE}
