"""What the API says about the demo county, to compare pages with.

In:  a running server. Out: facts read by the county's civil affairs office, over the same HTTP as everybody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kinfold.testing.server import RunningKinfold

OWN_SCHOOL = "School:370983:0190a000-0000-7000-8000-000000000001"
PLANTED_CHILD = "Child:370983:0190a000-0000-7000-8000-000000000002"
ROOT = Path(__file__).resolve().parents[2]

_SCHOOLS = """query ($after: String) {
  schools(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { id } }
}"""
_PUPILS = """query ($school: ID!, $after: String) {
  school(id: $school) {
    pupils(first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { grade child { id name isLeftBehind } }
    }
  }
}"""


@dataclass(frozen=True)
class Pupil:
    id: str
    name: str
    grade: str
    is_left_behind: bool


class County:
    """Asks the server as somebody who may see every school of the county."""

    def __init__(self, server: RunningKinfold) -> None:
        self._office = server.as_("county-civil-affairs")

    def ask(self, query: str, **variables: Any) -> Any:
        return self._office.ask(query, variables).data

    def list_schools(self) -> list[str]:
        return [node["id"] for page in self._read_pages(_SCHOOLS, ("schools",)) for node in page]

    def name_school(self, school: str) -> str:
        name: str = self.ask("query ($id: ID!) { school(id: $id) { name } }", id=school)["school"]["name"]
        return name

    def name_planted_child(self) -> str:
        name: str = self.ask("query ($id: ID!) { child(id: $id) { name } }", id=PLANTED_CHILD)["child"][
            "name"
        ]
        return name

    def list_pupils(self, school: str) -> list[Pupil]:
        """Pupils of today who are children, that is under 18."""
        return [
            Pupil(node["child"]["id"], node["child"]["name"], node["grade"], node["child"]["isLeftBehind"])
            for page in self._read_pages(_PUPILS, ("school", "pupils"), school=school)
            for node in page
            if node["child"]
        ]

    def _read_pages(self, query: str, path: tuple[str, ...], **variables: Any) -> Iterator[list[Any]]:
        after = None
        while True:
            page = self.ask(query, after=after, **variables)
            for step in path:
                page = page[step]
            yield page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]
