"""Filters through relations: what they find, whom they count, and who may use them.

Every figure is compared with the database itself or with another way of asking the same.
"""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest
from kinfold.testing.server import Client, RunningKinfold
from kinfold.testing.statements import StatementCounter

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


# --- where, through relations -----------------------------------------------------------------------------------


async def test_some_is_what_the_database_says(office: Client, db: Any) -> None:
    found = count(office, f"{IN_TOWN}, guardianships: {{some: {{guardian: {{sex: {{eq: FEMALE}}}}}}}}")
    wanted = await db.fetchval(
        """SELECT count(*) FROM core.person c WHERE c.region_code LIKE '370983109%'
           AND c.birth_date > (now() AT TIME ZONE 'Asia/Shanghai')::date - interval '18 years' AND EXISTS (
             SELECT 1 FROM core.guardianship g JOIN core.person p ON p.id = g.guardian_id
             WHERE g.child_id = c.id AND p.sex = 'FEMALE' AND g.valid_from <= now()
             AND (g.valid_to IS NULL OR g.valid_to > now()))"""
    )
    assert found == wanted > 0


@pytest.mark.parametrize(
    "inner",
    ["guardian: {sex: {eq: FEMALE}}", 'validFrom: {gte: "2016-01-01"}', "kind: {eq: PARENT}", ""],
)
def test_none_is_the_exact_opposite_of_some(office: Client, inner: str) -> None:
    everyone = count(office, IN_TOWN)
    some = count(office, f"{IN_TOWN}, guardianships: {{some: {{{inner}}}}}")
    none = count(office, f"{IN_TOWN}, guardianships: {{none: {{{inner}}}}}")
    assert some + none == everyone
    assert none == count(office, f"{IN_TOWN}, not: {{guardianships: {{some: {{{inner}}}}}}}")
    assert some == count(office, f"{IN_TOWN}, not: {{guardianships: {{none: {{{inner}}}}}}}")


def test_every_means_that_no_visible_row_fails(office: Client) -> None:
    every = count(office, f"{IN_TOWN}, guardianships: {{every: {{guardian: {{sex: {{eq: FEMALE}}}}}}}}")
    assert every == count(
        office, f"{IN_TOWN}, guardianships: {{none: {{not: {{guardian: {{sex: {{eq: FEMALE}}}}}}}}}}"
    )
    failing = count(
        office, f"{IN_TOWN}, not: {{guardianships: {{every: {{guardian: {{sex: {{eq: FEMALE}}}}}}}}}}"
    )
    assert failing == count(
        office, f"{IN_TOWN}, guardianships: {{some: {{guardian: {{sex: {{ne: FEMALE}}}}}}}}"
    )
    assert 0 < every < every + failing == count(office, IN_TOWN)


async def test_to_one_relations_take_their_target_s_filter(office: Client, db: Any) -> None:
    inside = count(office, f'household: {{regionCode: {{under: "{TOWN}"}}}}')
    wanted = await db.fetchval(
        """SELECT count(*) FROM core.person c JOIN core.household h ON h.id = c.household_id
           WHERE h.region_code LIKE '370983109%'
           AND c.birth_date > (now() AT TIME ZONE 'Asia/Shanghai')::date - interval '18 years'"""
    )
    assert inside == wanted > 0
    # An edge that leads nowhere matches neither way.
    homeless = count(office, "") - count(office, "household: {}")
    outside = count(office, f'not: {{household: {{regionCode: {{under: "{TOWN}"}}}}}}')
    assert inside + outside + homeless == count(office, "")
    assert count(office, "not: {household: {}}") == 0


def test_hidden_rows_count_as_absent(server: RunningKinfold, office: Client) -> None:
    """The school sees its pupil in the household, and no one else of it."""
    members = office.ask(
        f'{{ child(id: "{CHILD}") {{ household {{ members {{ person {{ id }} }} }} }} }}'
    ).data["child"]["household"]["members"]
    others = [m["person"]["id"] for m in members if m["person"]["id"].split(":")[2] != CHILD.split(":")[2]]
    assert len(others) == 2
    school = server.as_("school")
    everyone = count(school, "")
    for other in others:
        inner = f'household: {{members: {{some: {{person: {{id: {{eq: "{other}"}}}}}}}}}}'
        assert count(office, inner) >= 1
        seen = school.ask(f'{{ person(id: "{other}") {{ id }} }}').data["person"]
        assert seen is None or count(school, inner) == 0, "the membership itself is hidden"
        assert count(school, inner) == 0
        absent = f'household: {{members: {{none: {{person: {{id: {{eq: "{other}"}}}}}}}}}}'
        assert count(school, absent) == count(school, "household: {}") <= everyone
    own = (
        f'household: {{members: {{some: {{person: {{id: {{eq: "{CHILD.replace("Child", "Person")}"}}}}}}}}}}'
    )
    assert count(school, own) >= 1


def test_an_edge_is_walked_only_by_who_may_read_it(server: RunningKinfold) -> None:
    bureau = server.as_("education-bureau")
    refused = bureau.ask("{ children(where: {household: {kind: {eq: ACTUAL}}}) { totalCount } }")
    assert (refused.status, refused.code) == (403, "P303")
    ordered = bureau.ask("{ children(orderBy: [{household: {field: ID}}]) { totalCount } }")
    assert (ordered.status, ordered.code) == (403, "P303")
    # No rule lets the bureau see any guardianship: there is none, and nothing to refuse.
    everyone = count(bureau, "")
    assert count(bureau, "guardianships: {some: {kind: {eq: PARENT}}}") == 0
    assert count(bureau, "guardianships: {none: {kind: {eq: PARENT}}}") == everyone > 0
    by_carer = server.as_("school").ask(
        "{ children(where: {delegations: {some: {hasAgreement: {eq: true}}}}) { totalCount } }"
    )
    assert by_carer.code == "P303"


def test_an_edge_that_is_hidden_on_some_rows_matches_neither_way_there(
    server: RunningKinfold, office: Client
) -> None:
    """The school reads a pupil's household, not a carer's, although it is the same one."""
    school = server.as_("school")
    carer = "delegations: {some: {delegate: {%s}}}"
    at_home = carer % "household: {}"
    assert count(school, carer % "") > 0
    assert count(office, f'id: {{eq: "{CHILD}"}}, {at_home}') == 1
    assert count(school, at_home) == 0
    assert count(school, carer % "not: {household: {kind: {eq: HUKOU}}}") == 0
    assert count(school, "household: {}") > 0
    shown = school.ask(
        f'{{ child(id: "{CHILD}") {{ delegations {{ delegate {{ name household {{ id }} }} }} }} }}'
    )
    assert shown.data["child"]["delegations"][0]["delegate"]["household"] is None


def test_filters_have_bounds(office: Client) -> None:
    three = "household: {members: {some: {person: {sex: {eq: MALE}}}}}"
    assert count(office, f"{IN_TOWN}, {three}") > 0
    four = "household: {members: {some: {person: {household: {kind: {eq: ACTUAL}}}}}}"
    assert office.ask(f"{{ children(where: {{{four}}}) {{ totalCount }} }}").code == "Q107"
    query = "query Q($w: ChildWhere) { children(where: $w) { totalCount } }"
    deep: dict[str, Any] = {"sex": {"eq": "MALE"}}
    for _ in range(25):
        deep = {"not": deep}
    assert office.ask(query, {"w": deep}).code == "Q107"
    assert office.ask(query, {"w": {"or": [{"sex": {"eq": "MALE"}}] * 150}}).code == "Q107"
    assert office.ask(query, {"w": {"guardianships": {"some": None}}}).code == "Q102"
    assert office.ask(query, {"w": {"household": None}}).code == "Q102"


async def test_a_filter_through_relations_is_one_statement(
    office: Client, statements: StatementCounter
) -> None:
    await statements.reset()
    assert count(office, f"{IN_TOWN}, residences: {{some: {{place: {{level: {{eq: VILLAGE}}}}}}}}") > 0
    assert [calls for _, calls in await statements.seen()] == [1]
