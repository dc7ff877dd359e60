"""What education adds to a child, over a real server: days absent in SQL, the lunar birthday in Python."""

from __future__ import annotations

import datetime as dt
from typing import Any

import asyncpg
import pytest
from kinfold.clock import local_today
from kinfold.testing.server import RunningKinfold
from kinfold.testing.statements import StatementCounter
from kinfold_education.lunar_calendar import lunar_day, next_return

CHILD = "Child:370983:0190a000-0000-7000-8000-000000000002"
FIELDS = "id birthDate birthPrecision daysAbsentThisTerm lunarBirthday nextLunarBirthday"
TOWN = '{ children(first: %d, where: {regionCode: {under: "370983109"}}) { nodes { %s } } }'


def start_of_term(today: dt.date) -> dt.date:
    """1 September, or 1 February, whichever was last."""
    starts = [dt.date(today.year - 1, 9, 1), dt.date(today.year, 2, 1), dt.date(today.year, 9, 1)]
    return max(one for one in starts if one <= today)


async def count_absences(server: RunningKinfold) -> dict[str, int]:
    """Days absent since the term began, by child, counted by hand."""
    assert server.database_url is not None
    connection = await asyncpg.connect(server.database_url)
    try:
        today = local_today()
        rows = await connection.fetch(
            "SELECT child_id, count(*) AS n FROM education.absence WHERE absent_on BETWEEN $1 AND $2 GROUP BY 1",
            start_of_term(today),
            today,
        )
    finally:
        await connection.close()
    return {f"Child:370983:{row['child_id']}": row["n"] for row in rows}


async def test_fifty_rows_are_one_statement(server: RunningKinfold, statements: StatementCounter) -> None:
    office = server.as_("county-civil-affairs")
    office.ask(
        TOWN % (50, FIELDS)
    )  # the driver looks types up when it prepares a statement for the first time
    await statements.reset()
    nodes = office.ask(TOWN % (50, FIELDS)).data["children"]["nodes"]
    seen = await statements.seen()
    assert [calls for _, calls in seen] == [1], seen
    assert len(nodes) == 50
    today = local_today()
    for node in nodes:
        born = dt.date.fromisoformat(node["birthDate"])
        is_known = node["birthPrecision"] == "DAY"
        there = next_return(born, today) if is_known else None
        assert node["lunarBirthday"] == (str(lunar_day(born)) if is_known else None)
        assert node["nextLunarBirthday"] == (there and there.isoformat())
    assert any(node["lunarBirthday"] for node in nodes)


async def test_days_absent_are_counted_filtered_and_shown_to_civil_affairs(server: RunningKinfold) -> None:
    counted = await count_absences(server)
    office = server.as_("county-civil-affairs")
    most = max(counted.values(), default=0)
    text = """query Q($days: Int) { children(first: 500, where: {daysAbsentThisTerm: {gte: $days}}) {
      nodes { id daysAbsentThisTerm } } }"""
    for days in (1, max(most, 1)):
        nodes = office.ask(text, {"days": days}).data["children"]["nodes"]
        found = {n["id"]: n["daysAbsentThisTerm"] for n in nodes}
        assert found == {child: n for child, n in counted.items() if n >= days}
    none = office.ask(f'{{ child(id: "{CHILD}") {{ daysAbsentThisTerm }} }}').data["child"]
    assert none == {"daysAbsentThisTerm": counted.get(CHILD, 0)}


@pytest.mark.parametrize("persona", ["school", "counsellor", "guardian", "village-liaison"])
def test_who_sees_the_child_by_education_s_rules(server: RunningKinfold, persona: str) -> None:
    child = server.as_(persona).ask(f'{{ child(id: "{CHILD}") {{ {FIELDS} }} }}').data["child"]
    assert child["lunarBirthday"] == str(lunar_day(dt.date.fromisoformat(child["birthDate"])))
    assert child["daysAbsentThisTerm"] is not None


def test_the_bureau_sees_days_and_no_birthdays(server: RunningKinfold) -> None:
    answer = server.as_("education-bureau").ask(f'{{ child(id: "{CHILD}") {{ {FIELDS} }} }}')
    child = answer.data["child"]
    assert child["daysAbsentThisTerm"] is not None
    assert (child["lunarBirthday"], child["nextLunarBirthday"]) == (None, None)
    noted = {note["path"][-1] for note in answer.redactions}
    assert {"birthDate", "birthPrecision", "lunarBirthday", "nextLunarBirthday"} == noted
    asked: Any = server.as_("education-bureau").ask(
        "{ children(where: {daysAbsentThisTerm: {gte: 1}}) { totalCount } }"
    )
    assert asked.data["children"]["totalCount"] >= 0


def test_who_has_no_rule_of_education_sees_nothing_of_it(server: RunningKinfold) -> None:
    """The police may see no child at all here; a school sees the carers, who are no children."""
    assert server.as_("police").ask(f'{{ child(id: "{CHILD}") {{ {FIELDS} }} }}').data == {"child": None}
