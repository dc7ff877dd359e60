"""The point of it all: one question, three departments, three right answers, one statement each."""

from __future__ import annotations

import pytest
from kinfold.testing.server import RunningKinfold
from kinfold.testing.statements import StatementCounter

CHILD = "Child:370983:0190a000-0000-7000-8000-000000000002"
CHILD_FILE = """
query ChildFile($id: ID!) {
  child(id: $id) {
    id name age idNumber isLeftBehind
    household { address members { relationToHead person { name phone } } }
    guardianships { kind status guardian { name phone } }
    delegations { relation hasAgreement delegate { name phone } }
    residences { kind address place { name } }
    registryEntries { category state explanation }
    enrolments { grade className school { name kind } }
  }
}
"""


def names(rows: list[dict], *path: str) -> set[str]:
    found = set()
    for row in rows:
        value = row
        for step in path:
            value = value[step] if value is not None else None
        found.add(value)
    return found


@pytest.mark.spec("I8", "departments share what their duty needs, and no more")
def test_county_office_sees_the_whole_file(server: RunningKinfold) -> None:
    child = server.as_("county-civil-affairs").ask(CHILD_FILE, {"id": CHILD}).data["child"]
    assert child["id"] == CHILD
    assert child["idNumber"].startswith("370999")
    assert child["household"]["address"]
    assert len(child["household"]["members"]) == 3  # grandmother, child, younger sibling
    assert len(child["guardianships"]) == 2
    assert child["delegations"][0]["hasAgreement"] is True
    assert child["isLeftBehind"] is True


@pytest.mark.spec("I8", "a school sees its pupil and the current carer, not the agreement or the address")
def test_school_sees_its_pupil_and_the_carer(server: RunningKinfold) -> None:
    answer = server.as_("school").ask(CHILD_FILE, {"id": CHILD})
    child = answer.data["child"]
    assert child["name"]
    assert child["household"]["address"] is None
    assert names(child["household"]["members"], "person", "name") == {child["name"]}
    assert child["delegations"][0]["delegate"]["phone"]
    assert child["delegations"][0]["hasAgreement"] is None
    assert all(r["explanation"] is None for r in child["registryEntries"])
    hidden = {tuple(r["path"]) for r in answer.redactions}
    assert ("child", "household", "address") in hidden
    assert ("child", "delegations", "*", "hasAgreement") in hidden
    assert all(r["code"] == "P310" and r["reason"] for r in answer.redactions)


@pytest.mark.spec("F1", "a guardian sees the own child's record, and no other child's")
def test_guardian_sees_the_own_child_only(server: RunningKinfold) -> None:
    mother = server.as_("guardian")
    child = mother.ask(CHILD_FILE, {"id": CHILD}).data["child"]
    assert child["idNumber"].startswith("370999")
    assert len(child["household"]["members"]) == 3
    listed = mother.ask("{ children(first: 100) { nodes { id name } totalCount } }").data["children"]
    assert listed["totalCount"] == 2  # the child and the younger sibling
    others = server.as_("county-civil-affairs").ask(
        '{ children(first: 5, where: {regionCode: {under: "370983001"}}) { nodes { id } } }'
    )
    for other in others.data["children"]["nodes"]:
        assert mother.ask(CHILD_FILE, {"id": other["id"]}).data["child"] is None


def test_not_allowed_and_not_found_are_one_answer(server: RunningKinfold) -> None:
    foreign = server.as_("county-civil-affairs").ask(
        '{ children(first: 1, where: {regionCode: {under: "370983001"}}) { nodes { id } } }'
    )
    foreign_id = foreign.data["children"]["nodes"][0]["id"]
    nobody = "Child:370983:0190a000-0000-7000-8000-00000000ffff"
    school = server.as_("school")
    hidden, missing = school.ask(CHILD_FILE, {"id": foreign_id}), school.ask(CHILD_FILE, {"id": nobody})
    assert hidden.body == missing.body
    assert hidden.status == missing.status == 200
    assert hidden.body["data"] == {"child": None}


def test_as_no_one_it_is_refused(server: RunningKinfold) -> None:
    answer = server.as_(None).ask(CHILD_FILE, {"id": CHILD})
    assert (answer.status, answer.code) == (401, "I101")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("persona", ["county-civil-affairs", "school", "guardian"])
async def test_one_statement_each(server: RunningKinfold, statements: StatementCounter, persona: str) -> None:
    client = server.as_(persona)
    await statements.reset()
    assert client.ask(CHILD_FILE, {"id": CHILD}).data["child"]["name"]
    seen = await statements.seen()
    assert [calls for _, calls in seen] == [1], seen


def test_a_department_without_rules_sees_nothing(server: RunningKinfold) -> None:
    for persona in ("hospital", "police", "employment-bureau", "legal-aid", "helper"):
        client = server.as_(persona)
        assert client.ask(CHILD_FILE, {"id": CHILD}).data["child"] is None
        page = client.ask("{ children(first: 5) { nodes { id } totalCount } }").data["children"]
        assert page == {"nodes": [], "totalCount": 0}


def test_territory_decides_among_civil_affairs(server: RunningKinfold) -> None:
    query = "{ children(first: 1) { totalCount } }"
    county, town, village = (
        server.as_(p).ask(query).data["children"]["totalCount"]
        for p in ("county-civil-affairs", "town-specialist", "village-liaison")
    )
    assert county > town > village > 0


def test_a_village_liaison_sees_the_last_digits_of_the_number(server: RunningKinfold) -> None:
    answer = server.as_("village-liaison").ask(CHILD_FILE, {"id": CHILD})
    full = server.as_("county-civil-affairs").ask(CHILD_FILE, {"id": CHILD}).data["child"]["idNumber"]
    assert answer.data["child"]["idNumber"] == "*" * 14 + full[-4:]
    assert {"path": ["child", "idNumber"], "code": "P311"}.items() <= answer.redactions[0].items()


def test_the_bureau_sees_initials_and_no_family(server: RunningKinfold) -> None:
    answer = server.as_("education-bureau").ask(CHILD_FILE, {"id": CHILD})
    child = answer.data["child"]
    assert child["name"].endswith("**")
    assert child["household"] is None
    assert child["guardianships"] == []
    assert ["child", "household"] in [r["path"] for r in answer.redactions]
