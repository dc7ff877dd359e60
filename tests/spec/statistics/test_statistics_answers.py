"""What departments are told, against a plain count of the county; and that all answers fit together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import asyncpg
import pytest
from brute_force import CHILDREN, PUPILS, band, category, count, read_rows
from kinfold.testing.server import RunningKinfold
from kinfold.testing.statements import StatementCounter

COUNTY, TOWN, VILLAGE = "370983", "370983109", "370983109201"
SCHOOL = "0190a000-0000-7000-8000-000000000001"
#: Who may ask for `children`, and whose children count.
TERRITORY = {
    "county-civil-affairs": COUNTY,
    "education-bureau": COUNTY,
    "police": COUNTY,
    "hospital": COUNTY,
    "insurance-bureau": COUNTY,
    "legal-aid": COUNTY,
    "employment-bureau": COUNTY,
    "town-specialist": TOWN,
    "village-liaison": VILLAGE,
}
FULL = """{ statistics { children(by: [REGION, AGE_BAND, SEX, REGISTRY_CATEGORY]) { total suppressedBelow
    cells { region { code } ageBand sex registryCategory count isSuppressed } } } }"""


@pytest.fixture
async def children(server: RunningKinfold) -> Sequence[asyncpg.Record]:
    assert server.database_url is not None
    return await read_rows(server.database_url, CHILDREN)


def ask(server: RunningKinfold, persona: str, query: str, variables: dict[str, Any] | None = None) -> Any:
    return server.as_(persona, "statistics").ask(query, variables).data["statistics"]


def check(cells: list[dict[str, Any]], fields: Sequence[str], truth: dict[tuple[str, ...], int]) -> int:
    """Every count that is shown is the true one and no small one; returns how many are shown."""
    seen = {}
    for cell in cells:
        assert cell["isSuppressed"] == (cell["count"] is None)
        key = tuple(cell["region"]["code"] if field == "region" else cell[field] for field in fields)
        assert key not in seen
        seen[key] = cell["count"]
    for key, true in truth.items():
        if key in seen and seen[key] is not None:
            assert seen[key] == true >= 5
        elif key not in seen and true:
            raise AssertionError(f"{key} is not listed, as if it were zero")
    assert all(n is None for key, n in seen.items() if key not in truth)  # a hidden zero
    return sum(n is not None for n in seen.values())


@pytest.mark.parametrize("persona", TERRITORY)
def test_counts_are_true_within_the_territory(
    server: RunningKinfold, children: Sequence[asyncpg.Record], persona: str
) -> None:
    own = [row for row in children if row["region_code"].startswith(TERRITORY[persona])]
    answer = ask(server, persona, FULL)["children"]
    assert answer["suppressedBelow"] == 5
    assert answer["total"] in (len(own), None)
    assert (answer["total"] is None) <= (len(own) < 60)
    by = (lambda r: r["region_code"][:9], lambda r: band(r["age"]), lambda r: r["sex"], category)
    fields = ("region", "ageBand", "sex", "registryCategory")
    if answer["cells"]:
        check(answer["cells"], fields, count(own, *by))
    if len(own) > 500:
        sexes = ask(
            server, persona, "{ statistics { children(by: [SEX]) { cells { sex count isSuppressed } } } }"
        )
        assert check(sexes["children"]["cells"], ["sex"], count(own, by[2])) == 2
        ages = ask(
            server,
            persona,
            "{ statistics { children(by: [AGE_BAND]) { cells { ageBand count isSuppressed } } } }",
        )
        assert check(ages["children"]["cells"], ["ageBand"], count(own, by[1])) >= 3


def test_a_school_counts_its_own_pupils_only(
    server: RunningKinfold, children: Sequence[asyncpg.Record]
) -> None:
    own = [row for row in children if SCHOOL in row["schools"]]
    assert own
    answer = ask(
        server, "school", "{ statistics { children(by: [SEX]) { total cells { sex count isSuppressed } } } }"
    )
    assert answer["children"]["total"] == len(own)
    check(answer["children"]["cells"], ["sex"], count(own, lambda r: r["sex"]))


async def test_pupils_are_counted_by_the_plugin(server: RunningKinfold) -> None:
    assert server.database_url is not None
    pupils = await read_rows(server.database_url, PUPILS)
    query = """{ statistics { enrolments(by: [SCHOOL_KIND, BOARDING]) { total
        cells { schoolKind boarding count isSuppressed totalAbsenceDays averageAbsenceDays } } } }"""
    by = (lambda r: r["kind"], lambda r: "BOARDER" if r["is_boarder"] else "DAY_PUPIL")
    for persona, own in (
        ("education-bureau", list(pupils)),
        ("county-civil-affairs", list(pupils)),
        ("school", [row for row in pupils if row["school_id"] == SCHOOL]),
    ):
        answer = ask(server, persona, query)["enrolments"]
        assert answer["total"] == len(own)
        check(answer["cells"], ["schoolKind", "boarding"], count(own, *by))
        for cell in answer["cells"]:
            if cell["isSuppressed"]:
                assert cell["totalAbsenceDays"] is None
                assert cell["averageAbsenceDays"] is None


def test_averages_stand_beside_counts_that_are_shown(
    server: RunningKinfold, children: Sequence[asyncpg.Record]
) -> None:
    cells = ask(
        server,
        "county-civil-affairs",
        "{ statistics { children(by: [SEX]) { cells { sex count averageAge } } } }",
    )["children"]["cells"]
    for cell in cells:
        ages = [row["age"] for row in children if row["sex"] == cell["sex"]]
        assert cell["averageAge"] == pytest.approx(sum(ages) / len(ages), abs=0.051)
    cells = ask(
        server,
        "county-civil-affairs",
        "{ statistics { children(by: [REGION, REGISTRY_CATEGORY]) { cells { count averageAge } } } }",
    )["children"]["cells"]
    assert any(cell["count"] is None for cell in cells)
    assert all((cell["count"] is None) == (cell["averageAge"] is None) for cell in cells)


def lattice(server: RunningKinfold, query: str) -> dict[tuple[Any, ...], Any]:
    cells = ask(server, "county-civil-affairs", query)["children"]["cells"]
    return {(c["region"]["code"], c["ageBand"], c["sex"], c["registryCategory"]): c["count"] for c in cells}


def test_a_part_is_the_part_of_the_whole_table(server: RunningKinfold) -> None:
    """Slices by `where` and `within` show and hide exactly what the full table does."""
    full = lattice(server, FULL)
    dimensions = "by: [REGION, AGE_BAND, SEX, REGISTRY_CATEGORY]"
    fields = "{ cells { region { code } ageBand sex registryCategory count isSuppressed } }"
    for arguments, holds in (
        ("where: {sex: MALE}", lambda k: k[2] == "MALE"),
        ("where: {registryCategory: [LBC_STRICT, LBC_BROAD]}", lambda k: k[3] in ("LBC_STRICT", "LBC_BROAD")),
        (f'within: "{TOWN}"', lambda k: k[0] == TOWN),
        (
            f'within: "{TOWN}", where: {{ageBand: AGE_6_TO_11}}',
            lambda k: k[0] == TOWN and k[1] == "AGE_6_TO_11",
        ),
    ):
        part = lattice(server, f"{{ statistics {{ children({dimensions}, {arguments}) {fields} }} }}")
        assert part == {key: value for key, value in full.items() if holds(key)}
        assert part


def test_fewer_dimensions_never_contradict_more(server: RunningKinfold) -> None:
    """Where every cell below is shown, so is their sum, and it is their sum; a hidden sum hides a cell below."""
    full = ask(server, "county-civil-affairs", FULL)["children"]["cells"]
    rows = ask(
        server,
        "county-civil-affairs",
        "{ statistics { children(by: [REGION, SEX]) { cells { region { code } sex count isSuppressed } } } }",
    )["children"]["cells"]
    for row in rows:
        below = [c["count"] for c in full if c["region"] == row["region"] and c["sex"] == row["sex"]]
        if None not in below:
            assert row["count"] == sum(below)
    assert any(row["count"] is not None for row in rows)


def test_a_total_of_a_part_is_a_cell_of_the_table(server: RunningKinfold) -> None:
    cells = ask(
        server,
        "county-civil-affairs",
        "{ statistics { children(by: [REGION, SEX]) { cells { region { code } sex count } } } }",
    )["children"]["cells"]
    for cell in cells[:6]:
        query = (
            f'{{ statistics {{ children(by: [], within: "{cell["region"]["code"]}", '
            f"where: {{sex: [{cell['sex']}, {cell['sex']}]}}) {{ total cells {{ count }} }} }} }}"
        )
        part = ask(server, "county-civil-affairs", query)["children"]
        assert part == {"total": cell["count"], "cells": [{"count": cell["count"]}]}


def test_the_same_question_has_the_same_answer(server: RunningKinfold) -> None:
    """Whatever the order of dimensions, and asked again."""
    client = server.as_("county-civil-affairs", "statistics")
    document = """query Q($by: [ChildrenDimension!]!) { statistics { children(by: $by) {
        total cells { region { code } sex registryCategory count } } } }"""
    answers = [
        client.ask(document, {"by": list(order)}).body
        for order in permutations(["REGION", "SEX", "REGISTRY_CATEGORY"])
    ]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["data"]["statistics"]["children"]["cells"]


def test_villages_of_one_town(server: RunningKinfold, children: Sequence[asyncpg.Record]) -> None:
    query = """{ statistics { children(by: [REGION], level: VILLAGE, within: "%s") { total
        cells { region { code name level } count isSuppressed } } } }"""
    own = [row for row in children if row["region_code"].startswith(TOWN)]
    for persona in ("county-civil-affairs", "town-specialist"):
        answer = ask(server, persona, query % TOWN)["children"]
        assert answer["total"] == len(own)
        assert all(cell["region"]["name"] for cell in answer["cells"])
        assert {cell["region"]["level"] for cell in answer["cells"]} <= {"VILLAGE", "TOWN"}
        if answer["cells"]:
            check(answer["cells"], ["region"], count(own, lambda r: r["region_code"]))
    alone = ask(server, "village-liaison", query % VILLAGE)["children"]
    inside = sum(row["region_code"] == VILLAGE for row in children)
    assert alone["total"] in (inside, None)


async def test_several_tables_beside_other_roots_are_one_statement(
    server: RunningKinfold, statements: StatementCounter
) -> None:
    client = server.as_("county-civil-affairs", "statistics")
    query = """{ regions(first: 2) { nodes { name } }
        statistics { __typename children(by: [REGION]) { __typename cells { __typename region { __typename name } count } }
            registrations(by: [CATEGORY, ENTRY_QUARTER]) { total } guardianships(by: [GUARDIANSHIP, HUKOU_KIND]) { total }
            enrolments(by: [GRADE]) { cells { grade totalAbsenceDays } } } }"""
    client.ask("{ __typename }")
    await statements.reset()
    data = client.ask(query).data
    assert [calls for _, calls in await statements.seen()] == [1]
    assert [node["name"] for node in data["regions"]["nodes"]]
    tables = data["statistics"]
    assert (tables["__typename"], tables["children"]["__typename"]) == ("Statistics", "ChildrenStatistic")
    assert tables["children"]["cells"][0]["region"]["__typename"] == "StatisticRegion"
