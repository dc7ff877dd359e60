"""Who belongs to which register: the strict rule (N3) and the broad one (N4), case by case, day by day."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kinfold.graph.registry.rules import (
    BROAD_VERSION,
    STRICT_VERSION,
    ChildFacts,
    Finding,
    ParentFacts,
    add_months,
    add_years,
    derive_registry,
)

TODAY = dt.date(2026, 9, 1)
LONG_AGO = dt.date(2025, 2, 14)
LATELY = dt.date(2026, 8, 1)
TEN = dt.date(2016, 4, 18)

HOME = ParentFacts(lives_with_child=True)
AWAY = ParentFacts(away_since=LONG_AGO)
JUST_AWAY = ParentFacts(away_since=LATELY)
LEAVING_TOMORROW = ParentFacts(away_since=TODAY + dt.timedelta(days=1), lives_with_child=True)
ILL = ParentFacts(incapable_since=dt.date(2024, 1, 1), lives_with_child=True)
DETAINED = ParentFacts(incapable_since=dt.date(2025, 6, 1))
DEAD = ParentFacts(died_on=dt.date(2023, 5, 5))
LOCAL_BUT_APART = ParentFacts()  # divorced, lives in the next village
STEP_WITHOUT_GUARDIANSHIP = ParentFacts(is_guardian=False, lives_with_child=True)
STEP_AWAY = ParentFacts(is_guardian=False, away_since=LONG_AGO)
AWAY_WITH_CHILD = ParentFacts(away_since=LONG_AGO, lives_with_child=True)
AWAY_AND_ILL = ParentFacts(away_since=LONG_AGO, incapable_since=LONG_AGO)

STRICT_LEFT = ("LBC_STRICT", "PARENTS_LEFT")
STRICT_INCAPABLE = ("LBC_STRICT", "PARENT_INCAPABLE")
BROAD = ("LBC_BROAD", "PARENTS_LEFT")


def find(
    *parents: ParentFacts, birth: dt.date = TEN, hukou: str = "RURAL", on: dt.date = TODAY
) -> list[Finding]:
    return list(derive_registry(ChildFacts(birth, hukou, parents), on))


def told(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(f.category, f.entry_reason) for f in findings]


CASES = [
    ("both parents at home", (HOME, HOME), []),
    ("both away for long", (AWAY, AWAY), [STRICT_LEFT, BROAD]),
    ("both away, not yet six months", (JUST_AWAY, JUST_AWAY), [STRICT_LEFT]),
    ("both about to leave: nothing before the day", (LEAVING_TOMORROW, LEAVING_TOMORROW), []),
    ("one away, one at home", (AWAY, HOME), [BROAD]),
    ("one lately away, one at home", (JUST_AWAY, HOME), []),
    ("one away, the other severely ill at home", (AWAY, ILL), [STRICT_INCAPABLE, BROAD]),
    ("one lately away, the other ill", (JUST_AWAY, ILL), [STRICT_INCAPABLE]),
    ("one away, the other in detention", (AWAY, DETAINED), [STRICT_INCAPABLE, BROAD]),
    ("both in detention: another category", (DETAINED, DETAINED), []),
    ("one in detention, one at home", (DETAINED, HOME), []),
    ("one dead, the other away", (DEAD, AWAY), [STRICT_LEFT, BROAD]),
    ("one dead, the other at home", (DEAD, HOME), []),
    ("one dead, the other ill at home", (DEAD, ILL), []),
    ("both dead: another category", (DEAD, DEAD), []),
    ("only one parent known, and away", (AWAY,), [STRICT_LEFT, BROAD]),
    ("only one parent known, at home", (HOME,), []),
    ("no parent known: another category", (), []),
    ("divorced: one away, the other near but apart", (AWAY, LOCAL_BUT_APART), [BROAD]),
    ("one dead, one away, a step-parent without guardianship at home",
     (DEAD, AWAY, STEP_WITHOUT_GUARDIANSHIP), [STRICT_LEFT, BROAD]),
    ("parents at home, a step-parent away", (HOME, STEP_AWAY), []),
    ("only a step-parent without guardianship is away", (DEAD, STEP_AWAY), []),
    ("both away and the child with them: floating, not left", (AWAY_WITH_CHILD, AWAY_WITH_CHILD), []),
    ("one away with the child, the other away elsewhere", (AWAY_WITH_CHILD, AWAY), [BROAD]),
    ("away and ill, the other away", (AWAY_AND_ILL, AWAY), [STRICT_LEFT, BROAD]),
]  # fmt: skip


@pytest.mark.spec("N3", "Strict: rural, under 16, both parents away or one away and the other incapable")
@pytest.mark.spec("N4", "Broad: 0 to 17, one or both parents away for six months")
@pytest.mark.parametrize(("what", "parents", "expected"), CASES, ids=[case[0] for case in CASES])
def test_registers_of_a_rural_child_of_ten(
    what: str, parents: tuple[ParentFacts, ...], expected: list[tuple[str, str]]
) -> None:
    assert told(find(*parents)) == expected
    assert told(find(*reversed(parents))) == expected, "the order of the parents means nothing"


def test_an_urban_child_is_never_strictly_left_behind() -> None:
    assert told(find(AWAY, AWAY, hukou="URBAN")) == [BROAD]


def test_a_child_without_a_register_entry_counts_as_rural() -> None:
    found = find(AWAY, AWAY, hukou="NONE")
    assert told(found) == [STRICT_LEFT, BROAD]
    assert "尚未登记户口" in found[0].explanation


@pytest.mark.spec("N3", "The strict register ends at local midnight of the sixteenth birthday")
@pytest.mark.parametrize(
    ("birth", "last_strict_day"),
    [
        (dt.date(2010, 9, 2), dt.date(2026, 9, 1)),
        (dt.date(2010, 9, 1), dt.date(2026, 8, 31)),
        (dt.date(2010, 12, 31), dt.date(2026, 12, 30)),
        (dt.date(2011, 1, 1), dt.date(2026, 12, 31)),
        (dt.date(2012, 2, 29), dt.date(2028, 2, 28)),  # a leap year has the day
    ],
)
def test_the_sixteenth_birthday(birth: dt.date, last_strict_day: dt.date) -> None:
    assert STRICT_LEFT in told(find(AWAY, AWAY, birth=birth, on=last_strict_day))
    assert told(find(AWAY, AWAY, birth=birth, on=last_strict_day + dt.timedelta(days=1))) == [BROAD]


@pytest.mark.parametrize(
    ("birth", "last_broad_day"),
    [
        (dt.date(2008, 9, 2), dt.date(2026, 9, 1)),
        (dt.date(2012, 2, 29), dt.date(2030, 2, 28)),  # a common year: the birthday is 1 March
    ],
)
def test_the_eighteenth_birthday(birth: dt.date, last_broad_day: dt.date) -> None:
    assert told(find(AWAY, AWAY, birth=birth, on=last_broad_day)) == [BROAD]
    assert find(AWAY, AWAY, birth=birth, on=last_broad_day + dt.timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("left", "first_broad_day"),
    [
        (dt.date(2026, 3, 1), dt.date(2026, 9, 1)),
        (dt.date(2025, 8, 31), dt.date(2026, 2, 28)),  # the last day of a shorter month
        (dt.date(2023, 8, 31), dt.date(2024, 2, 29)),
        (dt.date(2025, 12, 15), dt.date(2026, 6, 15)),
    ],
)
def test_six_months_are_counted_by_the_calendar(left: dt.date, first_broad_day: dt.date) -> None:
    parent = ParentFacts(away_since=left)
    assert find(parent, HOME, on=first_broad_day - dt.timedelta(days=1)) == []
    found = find(parent, HOME, on=first_broad_day)
    assert told(found) == [BROAD]
    assert found[0].since == first_broad_day


def test_the_entry_begins_when_the_last_condition_came_true() -> None:
    early, late = dt.date(2024, 3, 1), dt.date(2025, 6, 20)
    strict, broad = find(ParentFacts(away_since=early), ParentFacts(away_since=late))
    assert (strict.since, broad.since) == (late, dt.date(2024, 9, 1))
    strict, _ = find(ParentFacts(away_since=early), ParentFacts(incapable_since=late, lives_with_child=True))
    assert strict.since == late
    newborn = dt.date(2026, 8, 20)
    assert {f.since for f in find(AWAY, AWAY, birth=newborn)} == {newborn}


def test_a_finding_names_its_rule_and_explains_itself_in_chinese() -> None:
    strict, broad = find(AWAY, ILL)
    assert (
        (strict.rule_version, broad.rule_version)
        == (STRICT_VERSION, BROAD_VERSION)
        == ("gf2016-13/1", "census2020/1")
    )
    assert (
        strict.explanation == "农业户口，未满十六周岁；父母一方外出，另一方无监护能力；未与父母正常共同生活。"
    )
    assert broad.explanation == "未满十八周岁；父母一方离开乡镇满六个月。"
    assert find(AWAY, AWAY)[0].explanation == "农业户口，未满十六周岁；父母双方外出；未与父母正常共同生活。"
    assert (
        find(AWAY, DEAD)[0].explanation
        == "农业户口，未满十六周岁；父母一方外出，另一方已死亡；未与父母正常共同生活。"
    )
    assert (
        find(AWAY)[0].explanation
        == "农业户口，未满十六周岁；父母一方外出，无其他已知父母；未与父母正常共同生活。"
    )


def test_a_child_not_yet_born_is_on_no_register() -> None:
    assert find(AWAY, AWAY, birth=TODAY + dt.timedelta(days=1)) == []


days = st.dates(dt.date(2005, 1, 1), dt.date(2026, 12, 31))
parents = st.builds(
    ParentFacts,
    away_since=st.none() | days,
    incapable_since=st.none() | days,
    died_on=st.none() | days,
    is_guardian=st.booleans(),
    lives_with_child=st.booleans(),
)
children = st.builds(
    ChildFacts, days, st.sampled_from(["RURAL", "URBAN", "NONE"]), st.lists(parents, max_size=3).map(tuple)
)


@given(children, st.dates(dt.date(2020, 1, 1), dt.date(2027, 12, 31)))
def test_whatever_the_facts(facts: ChildFacts, today: dt.date) -> None:
    found = {f.category: f for f in derive_registry(facts, today)}
    able = [
        p for p in facts.parents
        if p.is_guardian and not (p.died_on and p.died_on <= today) and not (p.incapable_since and p.incapable_since <= today)
    ]  # fmt: skip
    for finding in found.values():
        assert facts.birth_date <= finding.since <= today
        assert any(p.away_since and p.away_since <= today and p.is_guardian for p in facts.parents)
    if "LBC_STRICT" in found:
        assert all(p.away_since and p.away_since <= today and not p.lives_with_child for p in able)
        assert facts.hukou_kind != "URBAN"
        assert today < add_years(facts.birth_date, 16)
        # The rule gives the same answer on the day the entry begins as on every day until today.
        assert "LBC_STRICT" in {f.category for f in derive_registry(facts, found["LBC_STRICT"].since)}
    if "LBC_BROAD" in found:
        assert today < add_years(facts.birth_date, 18)


@given(days, st.integers(0, 60))
def test_months_are_added_as_the_database_adds_them(day: dt.date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + dt.timedelta(days=1)).day == 1
