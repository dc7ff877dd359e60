"""`viewerCan`: what the caller may do with a row, told in the same statement as the row."""

from __future__ import annotations

from typing import Any

import pytest
from kinfold.assembly import assemble
from kinfold.assembly.inputs import order_member
from kinfold.testing.server import RunningKinfold
from kinfold.testing.statements import StatementCounter

CHILD = "Child:370983:0190a000-0000-7000-8000-000000000002"
SCHOOL = "School:370983:0190a000-0000-7000-8000-000000000001"
PERSONAS = ("county-civil-affairs", "village-liaison", "education-bureau", "school", "guardian")
TYPES = assemble().catalog.types


def ask_all(type_name: str, names: list[str]) -> str:
    """A selection of fields, and for each whether it may be read and which mask it has."""
    rights = " ".join(
        f"r{i}: read(field: {order_member(n)}) m{i}: mask(field: {order_member(n)})"
        for i, n in enumerate(names)
    )
    return f"id {' '.join(names)} viewerCan {{ {rights} }}"


def in_turns(names: list[str], size: int = 7) -> list[list[str]]:
    """A document holds thirty aliases; hence a few fields at a time."""
    return [names[i : i + size] for i in range(0, len(names), size)]


def find_notes(answer: Any, path: list[Any]) -> set[str]:
    """The codes noted for a cell, by its own path or by that of all rows."""

    def fits(noted: list[Any]) -> bool:
        return len(noted) == len(path) and all(n in (p, "*") for n, p in zip(noted, path, strict=True))

    return {note["code"] for note in answer.redactions if fits(note["path"])}


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize(("type_name", "root"), [("Child", "children"), ("School", "schools")])
def test_read_and_mask_say_what_the_answer_does(
    server: RunningKinfold, persona: str, type_name: str, root: str
) -> None:
    """Whole where `read`, noted as hidden where neither; a masked cell shows its mask's text."""
    shown = masked = hidden = 0
    for names in in_turns(list(TYPES[type_name].fields)):
        answer = server.as_(persona).ask(
            f"{{ {root}(first: 40) {{ nodes {{ {ask_all(type_name, names)} }} }} }}"
        )
        nodes = answer.data[root]["nodes"]
        assert nodes
        for row, node in enumerate(nodes):
            for i, name in enumerate(names):
                may_read, mask = node["viewerCan"][f"r{i}"], node["viewerCan"][f"m{i}"]
                codes = find_notes(answer, [root, "nodes", row, name])
                assert not (may_read and mask)
                assert ("P310" in codes) == (not may_read and mask is None), (name, node)
                if may_read:
                    assert codes == set()
                    shown += 1
                elif mask is None:
                    assert node[name] is None
                    hidden += 1
                else:
                    masked += 1
                    if mask == "last4" and node[name] is not None:
                        assert node[name].startswith("**************")
                    if mask == "surname" and node[name] is not None:
                        assert node[name].endswith("**")
    assert shown
    if persona == "village-liaison" and type_name == "Child":
        assert masked
    if persona in ("education-bureau", "school") and type_name == "Child":
        assert hidden


def test_rights_to_change_are_those_of_the_rules(server: RunningKinfold) -> None:
    """Civil affairs may update an entry of the register; nobody updates a child, nothing is deleted."""
    text = """query Q($id: ID!) { child(id: $id) {
      viewerCan { update delete name: update(field: NAME) version: update(field: VERSION) }
      registryEntries { viewerCan { __typename update delete state: update(field: STATE)
        version: update(field: VERSION) } } } }"""
    for persona, may in (("county-civil-affairs", True), ("school", False)):
        child = server.as_(persona).ask(text, {"id": CHILD}).data["child"]
        assert child["viewerCan"] == {"update": False, "delete": False, "name": False, "version": False}
        for entry in child["registryEntries"]:
            rights = entry["viewerCan"]
            assert rights["__typename"] == "RegistryEntryViewerCan"
            assert rights["update"] is may
            assert rights["state"] is may
            assert rights["delete"] is False
            assert rights["version"] is False


async def test_no_further_statement(server: RunningKinfold, statements: StatementCounter) -> None:
    text = """{ children(first: 50, where: {regionCode: {under: "370983109"}}) { nodes {
      viewerCan { read(field: ID_NUMBER) mask(field: ID_NUMBER) update delete }
      guardianships { viewerCan { update } guardian { viewerCan { read(field: PHONE) } } } } } }"""
    liaison = server.as_("village-liaison")
    assert liaison.ask(text).data
    await statements.reset()
    nodes = liaison.ask(text).data["children"]["nodes"]
    assert [calls for _, calls in await statements.seen()] == [1]
    assert {n["viewerCan"]["mask"] for n in nodes} == {"last4"}


def test_by_any_way_to_the_row(server: RunningKinfold) -> None:
    """node(id), the interface, a union, a to-one edge, edges of a connection; the field as a variable too."""
    text = """query Q($field: ChildField!, $none: ChildField, $id: ID!, $school: ID!) {
      node(id: $id) { __typename viewerCan { __typename update delete ... on ChildViewerCan { read(field: NAME) } }
        ... on Child { by: viewerCan { read(field: $field) u: update(field: $none) }
          guardianships { party { __typename ... on Node { viewerCan { update delete } }
                                  ... on Person { mine: viewerCan { read(field: NAME) } } } } } }
      school(id: $school) { pupils(first: 1) { edges { node { child { viewerCan { read(field: NAME) } } } } } } }"""
    ids = {"id": CHILD, "school": SCHOOL}
    school = server.as_("school")
    for field, wanted in (("NAME", True), ("ETHNICITY", False)):
        data = school.ask(text, {"field": field, "none": None, **ids}).data
        assert data["node"]["viewerCan"] == {
            "__typename": "ChildViewerCan", "update": False, "delete": False, "read": True,
        }  # fmt: skip
        assert data["node"]["by"] == {"read": wanted, "u": False}
        parties = [g["party"] for g in data["node"]["guardianships"] if g["party"]]
        assert parties
        for party in parties:
            assert party["viewerCan"] == {"update": False, "delete": False}
            assert party.get("mine", {"read": True}) == {"read": True}
        edges = data["school"]["pupils"]["edges"]
        assert edges[0]["node"]["child"]["viewerCan"] == {"read": True}


def test_a_hidden_row_and_a_missing_row_say_nothing(server: RunningKinfold) -> None:
    """No row, no rights: the answer about another school's pupil is that about nobody."""
    office, school = server.as_("county-civil-affairs"), server.as_("school")
    known = {
        n["id"] for n in school.ask("{ children(first: 500) { nodes { id } } }").data["children"]["nodes"]
    }
    others = office.ask("{ children(first: 500) { nodes { id } } }").data["children"]["nodes"]
    hidden = next(n["id"] for n in others if n["id"] not in known)
    missing = "Child:370983:0190a000-0000-7000-8000-00000000dead"
    text = "query Q($id: ID!) { child(id: $id) { viewerCan { update delete read(field: NAME) mask(field: NAME) } } }"
    answers = [school.ask(text, {"id": one}).body for one in (hidden, missing)]
    assert answers[0] == answers[1]
    assert answers[0]["data"] == {"child": None}
    assert set(answers[0]["extensions"]) == {"cost"}


@pytest.mark.parametrize(
    "selection",
    [
        "viewerCan",
        "viewerCan { read }",
        "viewerCan { read(field: name) }",
        "viewerCan { read(field: CODE) }",
        "viewerCan { mask }",
    ],
)
def test_wrong_questions_are_refused(server: RunningKinfold, selection: str) -> None:
    answer = server.as_("school").ask(f'{{ child(id: "{CHILD}") {{ {selection} }} }}')
    assert (answer.status, answer.code) == (400, "D102")
