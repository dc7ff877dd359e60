"""Orders on related fields, pages from both ends and by number, counts, unions and interfaces."""

from __future__ import annotations

import uuid
from typing import Any

import asyncpg
import pytest
from kinfold.testing.server import Client, RunningKinfold

TOWN = "370983109"
IN_TOWN = f'regionCode: {{under: "{TOWN}"}}'
CHILD = "Child:370983:0190a000-0000-7000-8000-000000000002"


@pytest.fixture(scope="module")
def office(server: RunningKinfold) -> Client:
    return server.as_("county-civil-affairs")


@pytest.fixture
async def db(server: RunningKinfold) -> Any:
    connection = await asyncpg.connect(server.database_url)
    yield connection
    await connection.close()


def count(client: Client, where: str) -> int:
    answer = client.ask(f"{{ children(where: {{{where}}}) {{ totalCount(mode: EXACT) }} }}")
    return int(answer.data["children"]["totalCount"])


def listed(client: Client, arguments: str, selection: str = "id") -> list[dict[str, Any]]:
    return list(
        client.ask(f"{{ children({arguments}) {{ nodes {{ {selection} }} }} }}").data["children"]["nodes"]
    )


# --- orderBy, pages from both ends, jumping, counting ------------------------------------------------------------


async def test_order_by_a_related_field(office: Client, db: Any) -> None:
    order = "orderBy: [{household: {region: {field: CODE}, }}, {field: BIRTH_DATE, direction: DESC}]"
    nodes = listed(
        office, f"first: 300, where: {{{IN_TOWN}}}, {order}", "birthDate household { region { code } }"
    )
    keys = [(n["household"]["region"]["code"] if n["household"] else "~", n["birthDate"]) for n in nodes]
    assert len({code for code, _ in keys}) > 1
    assert [code for code, _ in keys] == sorted(code for code, _ in keys)
    for code in {code for code, _ in keys}:
        dates = [date for c, date in keys if c == code]
        assert dates == sorted(dates, reverse=True)


async def test_a_hidden_row_is_sorted_as_missing(server: RunningKinfold, db: Any) -> None:
    """A guardian in another village: the liaison sees that there is one, and learns nothing of the name."""
    query = f'''{{ child(id: "{CHILD}") {{ guardianships(orderBy: [{{guardian: {{field: NAME, direction: %s}}}}]) {{
      id guardian {{ name }} }} }} }}'''
    liaison = server.as_("village-liaison")

    def ask(direction: str) -> list[dict[str, Any]]:
        return list(liaison.ask(query % direction).data["child"]["guardianships"])

    first, second = ask("ASC")
    assert [first, second] == ask("DESC")[::-1]
    row = uuid.UUID(first["id"].split(":")[2])
    moved = "UPDATE core.person SET region_code = $2 WHERE id = (SELECT guardian_id FROM core.guardianship WHERE id = $1)"
    try:
        await db.execute(moved, row, "370983109202")
        for direction in ("ASC", "DESC"):
            one, other = ask(direction)
            assert one == second
            assert other == {"id": first["id"], "guardian": None}
    finally:
        await db.execute(moved, row, "370983109201")


def walk(client: Client, order: str, *, forward: bool, size: int = 41) -> list[str]:
    """Every id of the town's children, page by page, in the order of the list."""
    names = (
        ("first", "after", "hasNextPage", "endCursor")
        if forward
        else ("last", "before", "hasPreviousPage", "startCursor")
    )
    bound, cursor, more, end = names
    query = (
        f"query P($c: String) {{ children({bound}: {size}, {cursor}: $c, where: {{{IN_TOWN}}}, orderBy: {order}) {{ "
        "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } } } }"
    )
    pages: list[list[str]] = []
    at = None
    while True:
        page = client.ask(query, {"c": at}).data["children"]
        info, edges = page["pageInfo"], page["edges"]
        assert (info["startCursor"], info["endCursor"]) == (edges[0]["cursor"], edges[-1]["cursor"])
        assert info["hasPreviousPage" if forward else "hasNextPage"] is (at is not None)
        pages.append([edge["node"]["id"] for edge in edges])
        if not info[more]:
            break
        at = info[end]
    ordered = pages if forward else pages[::-1]
    return [one for page in ordered for one in page]


@pytest.mark.parametrize(
    "order",
    [
        "[{field: NAME}]",
        "[{field: NAME, direction: DESC}]",
        "[{field: BIRTH_DATE, direction: DESC}]",
        "[{household: {field: ID, direction: DESC}}]",
        "[{hukouRegion: {field: CODE, direction: DESC}}, {field: BIRTH_DATE}]",
        "[]",
    ],
)
def test_the_way_back_is_the_way_forth(office: Client, order: str) -> None:
    forth, back = walk(office, order, forward=True), walk(office, order, forward=False)
    assert forth == back
    assert len(forth) == len(set(forth)) == count(office, IN_TOWN) > 41


def test_between_two_cursors(office: Client) -> None:
    ask = f"children(where: {{{IN_TOWN}}}, %s) {{ edges {{ cursor node {{ id }} }} pageInfo {{ hasNextPage hasPreviousPage }} }}"
    edges = office.ask("{ " + ask % "first: 10" + " }").data["children"]["edges"]
    after, before = edges[2]["cursor"], edges[7]["cursor"]
    wanted = [edge["node"]["id"] for edge in edges[3:7]]
    for window, cut in (
        ("first: 50", wanted),
        ("last: 50", wanted),
        ("first: 2", wanted[:2]),
        ("last: 2", wanted[2:]),
    ):
        page = office.ask("{ " + ask % f'{window}, after: "{after}", before: "{before}"' + " }").data[
            "children"
        ]
        assert [edge["node"]["id"] for edge in page["edges"]] == cut
        assert page["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": True}


def test_jumping_to_a_page_by_number(office: Client) -> None:
    everyone = walk(office, "[{field: NAME}]", forward=True)
    query = f"""query P($p: PageInput!) {{ children(page: $p, where: {{{IN_TOWN}}}, orderBy: [{{field: NAME}}]) {{
      nodes {{ id }} pageInfo {{ hasNextPage hasPreviousPage endCursor }} }} }}"""
    for number in (1, 3, len(everyone) // 20 + 1, 400):
        page = office.ask(query, {"p": {"number": number, "size": 20}}).data["children"]
        assert [n["id"] for n in page["nodes"]] == everyone[(number - 1) * 20 : number * 20]
        assert page["pageInfo"]["hasPreviousPage"] is (number > 1)
        assert page["pageInfo"]["hasNextPage"] is (number * 20 < len(everyone))
    assert len(office.ask(query, {"p": {"number": 1}}).data["children"]["nodes"]) == 50
    for wrong in (
        {"number": 0},
        {"number": 2, "size": 501},
        {"number": 202, "size": 50},
        {"number": -1, "size": 5},
    ):
        assert office.ask(query, {"p": wrong}).code == "Q101"
    mixed = "{ children(page: {number: 1}, first: 3) { totalCount } }"
    assert office.ask(mixed).code == "Q109"
    assert office.ask("{ children(first: 3, last: 3) { totalCount } }").code == "Q109"
    nested = "{ regions(first: 1) { nodes { divisions(page: {number: 1}) { totalCount } } } }"
    assert office.ask(nested).status == 400


def test_an_order_names_one_field(office: Client) -> None:
    for order in (
        "[{}]",
        "[{field: NAME, household: {field: ID}}]",
        "[{household: {field: ID}, direction: DESC}]",
    ):
        answer = office.ask(f"{{ children(orderBy: {order}) {{ totalCount }} }}")
        assert answer.code == "Q108", order


async def test_counting(server: RunningKinfold, office: Client, db: Any) -> None:
    modes = (
        "a: totalCount b: totalCount(mode: CAPPED) c: totalCount(mode: EXACT) d: totalCount(mode: ESTIMATE)"
    )
    page = office.ask(f"{{ children {{ {modes} }} }}").data["children"]
    assert page["a"] == page["b"] == page["c"] == page["d"] > 100
    nested = office.ask(f'{{ region(code: "370983") {{ divisions {{ {modes} }} }} }}').data["region"][
        "divisions"
    ]
    assert set(nested.values()) == {14}


async def test_two_nodes_under_one_edge(office: Client) -> None:
    edges = office.ask(
        "{ children(first: 2) { edges { a: node { name } b: node { id age } __typename } } }"
    ).data
    for edge in edges["children"]["edges"]:
        assert list(edge) == ["a", "b", "__typename"]
        assert set(edge["a"]) == {"name"}
        assert set(edge["b"]) == {"id", "age"}


# --- unions and interfaces ---------------------------------------------------------------------------------------


async def test_a_party_is_a_person_or_an_organisation(
    server: RunningKinfold, office: Client, db: Any
) -> None:
    child = uuid.UUID(CHILD.split(":")[2])
    body = await db.fetchrow("SELECT * FROM core.organisation WHERE department = 'civil_affairs' LIMIT 1")
    row = uuid.uuid4()
    await db.execute(
        """INSERT INTO core.guardianship (jurisdiction, id, child_id, guardian_organisation_id, kind, status, valid_from,
           region_code) VALUES ('370983', $1, $2, $3, 'STATE_TEMPORARY', 'EFFECTIVE', '2020-01-01', '370983109201')""",
        row, child, body["id"],
    )  # fmt: skip
    try:
        query = f"""{{ child(id: "{CHILD}") {{ guardianships {{
          guardian {{ id name }} guardianOrganisation {{ id name }}
          party {{ __typename ...Who ... on Node {{ id }} ... on Party {{ ... on Organisation {{ kind region {{ name }} }} }} }}
        }} }} }}
        fragment Who on Party {{ ... on Person {{ name phone }} ... on Organisation {{ title: name }} }}"""
        found = office.ask(query).data["child"]["guardianships"]
        assert {g["party"]["__typename"] for g in found} == {"Person", "Organisation"}
        for each in found:
            one, other = each["guardian"], each["guardianOrganisation"]
            assert each["party"]["id"] == (one or other)["id"]
            if one:
                assert list(each["party"]) == ["__typename", "name", "phone", "id"]
                assert each["party"]["name"] == one["name"]
            else:
                assert list(each["party"]) == ["__typename", "title", "id", "kind", "region"]
                assert each["party"]["title"] == other["name"] == body["name"]
        # The school may see who of the family it is, not which body.
        answer = server.as_("school").ask(query)
        parties = [g["party"] for g in answer.data["child"]["guardianships"]]
        assert [p["__typename"] for p in parties if p] == ["Person"] * (len(found) - 1)
        place = parties.index(None)
        noted = [r["path"] for r in answer.redactions]
        assert ["child", "guardianships", place, "party"] in noted
        assert all(path[:4] != ["child", "guardianships", "*", "party"] for path in noted)
    finally:
        await db.execute("DELETE FROM core.guardianship WHERE id = $1", row)


def test_what_one_type_hides_is_noted_on_its_rows_only(server: RunningKinfold) -> None:
    """No school ever reads a person's ethnicity; below a union each row says so itself, since others may share its path."""
    answer = server.as_("school").ask(
        f'{{ child(id: "{CHILD}") {{ guardianships {{ party {{ ... on Person {{ name ethnicity }} }} }} }} }}'
    )
    found = answer.data["child"]["guardianships"]
    assert [each["party"]["ethnicity"] for each in found] == [None, None]
    noted = [note["path"] for note in answer.redactions]
    assert [["child", "guardianships", i, "party", "ethnicity"] in noted for i in range(2)] == [True, True]
    assert ["child", "guardianships", "*", "party", "ethnicity"] not in noted


def test_node_in_every_form(office: Client) -> None:
    answer = office.ask(
        f"""{{ node(id: "{CHILD}") {{ ...N ... on Node {{ again: id ... on Child {{ sex }} ... on School {{ code }} }} ... {{ __typename }} }} }}
        fragment N on Node {{ id ...C }} fragment C on Child {{ name household {{ ... on Node {{ id }} }} }}"""
    ).data["node"]
    assert list(answer) == ["id", "name", "household", "again", "sex", "__typename"]
    assert answer["id"] == answer["again"] == CHILD
    assert answer["household"]["id"].startswith("Household:")
