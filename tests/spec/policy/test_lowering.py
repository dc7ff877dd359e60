"""The SQL that residuals become: read as text, and as PostgreSQL's plan."""

from __future__ import annotations

from datetime import date

import agreement
import grammar
import pytest
import world
from kinfold.identity.principal import SubjectClass
from kinfold.policy.bundle import Bundle
from kinfold.policy.fold import Known, fold
from kinfold.policy.ir import ALWAYS, NEVER
from kinfold.sql.predicate import lower
from kinfold.sql.row_scope import Form
from kinfold.sql.slot import (
    DaysBefore,
    EnvSlot,
    LiteralSlot,
    SubjectSlot,
    SubjectTransform,
    YearsBefore,
    resolve,
)

SCHOOL = SubjectClass("education", frozenset({"school"}), "education.enrolment")
TODAY = date(2026, 3, 1)


def sql(text: str, regions: int = 1, form: Form = Form.SET) -> str:
    slots = agreement.Slots()
    expr = fold(grammar.make_rule("x", text).when, Known(SCHOOL, regions))
    return lower(expr, agreement.Row("test.Person", slots), slots, world.CATALOG, form)


GOLDEN = {
    "true": "true",
    "r.sub.department == 'family'": "false",
    "r.obj.level != 3": '(t0."level" <> $1::bigint)',
    "!(r.obj.level < 3)": '(t0."level" >= $1::bigint)',
    "r.obj.protected": '(t0."protected" = true)',
    "!r.obj.protected": '(t0."protected" <> true)',
    "r.obj.name in ['a', 'b']": '(t0."name" = ANY ($1::text[]))',
    "r.obj.name not in ['a', 'b']": '(t0."name" <> ALL ($1::text[]))',
    "r.obj.name not in []": "true",
    "r.obj.school_id in r.sub.organisations": '(t0."school_id" = ANY ($1::uuid[]))',
    "isNull(r.obj.name)": '(t0."name" IS NULL)',
    "startsWith(r.obj.name, '%')": 'starts_with(t0."name", $1::text)',
    "!contains(r.obj.name, '_')": '(strpos(t0."name", $1::text) = 0)',
    "ageYears(r.obj.birth_date, r.env.today) < 18": '(t0."birth_date" > $1::date)',
    "daysSince(r.obj.visited_on, r.env.today) > 30": '(t0."visited_on" < $1::date)',
    "under(r.obj.region_code, r.sub.regions)": '(t0."region_ord" BETWEEN $1::bigint AND $2::bigint)',
    "r.obj.level_twice == 4": '((t0."level" * 2) = $1::bigint)',
    "coalesce(r.obj.level, 2) == 2": '(coalesce(t0."level", $1::bigint) = $1::bigint)',
}


@pytest.mark.parametrize("text", GOLDEN)
def test_golden_sql(text: str) -> None:
    assert sql(text) == GOLDEN[text]


def test_rel_carries_everything_that_the_catalog_declares() -> None:
    found = sql("rel('guards_pupil_of', r.sub.organisations)")
    assert found == (
        '(t0."jurisdiction" = $2::text AND t0."id" = ANY (ARRAY(SELECT t0_r1."guardian_id" '
        'FROM "pol"."guardianship" AS t0_r1 '
        'JOIN "pol"."person" AS t0_r2 ON t0_r1."child_id" = t0_r2."id" '
        'AND (t0_r2."birth_date" > ($1::date - 6570)) AND t0_r2."jurisdiction" = $2::text '
        'JOIN "pol"."enrolment" AS t0_r3 ON t0_r2."id" = t0_r3."person_id" '
        'AND (t0_r3."deleted" IS NOT TRUE) AND t0_r3."jurisdiction" = $2::text '
        'WHERE ((t0_r1."ended_on" IS NULL OR t0_r1."ended_on" > $1::date)) AND t0_r1."jurisdiction" = $2::text '
        'AND t0_r3."school_id" = ANY ($3::uuid[]))))'
    )


def test_several_regions_need_no_count() -> None:
    assert sql("under(r.obj.region_code, r.sub.regions)", regions=2) == (
        "EXISTS (SELECT 1 FROM unnest($1::bigint[], $2::bigint[]) AS t0_u(lo, hi) "
        'WHERE t0."region_ord" BETWEEN t0_u.lo AND t0_u.hi)'
    )


def test_no_value_and_no_negated_compound_in_any_text() -> None:
    text = "!(r.obj.name == 'secret' && (r.obj.level > 77777 || contains(r.obj.note, 'hidden')))"
    found = sql(text)
    assert not any(word in found for word in ("secret", "77777", "hidden", "NOT"))


def test_slots_resolve_to_what_the_driver_needs() -> None:
    caller = world.principal(
        regions=("370999101", "370999101001", "370999102", "37099"),
        organisations=(world.IDS[5], world.IDS[3]),
    )
    low, high = (
        SubjectSlot("regions", one) for one in (SubjectTransform.REGION_LOWS, SubjectTransform.REGION_HIGHS)
    )
    assert resolve(low, caller, TODAY) == [370999101000, 370999102000]
    assert resolve(high, caller, TODAY) == [370999101999, 370999102999]
    one = world.principal(regions=("370999101",))
    assert resolve(SubjectSlot("regions", SubjectTransform.REGION_LOW), one, TODAY) == 370999101000
    assert resolve(SubjectSlot("regions", SubjectTransform.REGION_HIGH), one, TODAY) == 370999101999
    nobody = world.principal(regions=("37099",))
    assert resolve(SubjectSlot("regions", SubjectTransform.REGION_LOW), nobody, TODAY) > resolve(
        SubjectSlot("regions", SubjectTransform.REGION_HIGH), nobody, TODAY
    )
    assert resolve(SubjectSlot("organisations"), caller, TODAY) == [world.IDS[3], world.IDS[5]]
    assert resolve(SubjectSlot("person"), world.principal(person=None), TODAY) is None
    assert resolve(EnvSlot("today"), caller, TODAY) == TODAY
    assert resolve(EnvSlot("today", YearsBefore(18)), caller, TODAY) == date(2008, 3, 1)
    assert resolve(EnvSlot("today", DaysBefore(1)), caller, TODAY) == date(2026, 2, 28)
    assert resolve(LiteralSlot(("a", "b")), caller, TODAY) == ["a", "b"]
    assert len({LiteralSlot(1, "int"), LiteralSlot(1.0, "decimal"), LiteralSlot(1, "int")}) == 2


def test_always_and_never_are_words() -> None:
    slots = agreement.Slots()
    row = agreement.Row("test.Person", slots)
    assert lower(ALWAYS, row, slots, world.CATALOG, Form.SET) == "true"
    assert lower(NEVER, row, slots, world.CATALOG, Form.SET) == "false"
    assert slots.found == {}


def test_one_region_and_rel_can_use_an_index(database) -> None:
    run, connection = database.run, database.connection
    run(
        connection.execute(
            "CREATE TABLE pol.big AS SELECT n AS region_ord, gen_random_uuid() AS id FROM generate_series(370999000000, 370999100000) n"
        )
    )
    try:
        run(connection.execute("CREATE INDEX ON pol.big (region_ord)"))
        run(connection.execute("ANALYZE pol.big"))
        slots = agreement.Slots()
        expr = fold(grammar.make_rule("x", "under(r.obj.region_code, r.sub.regions)").when, Known(SCHOOL, 1))
        condition = lower(expr, agreement.Row("test.Person", slots), slots, world.CATALOG, Form.SET)
        run(connection.execute("SET plan_cache_mode = force_generic_plan"))
        text = f"SELECT id FROM pol.big t0 WHERE {condition}"
        values = slots.values(world.principal(regions=("370999050",)), TODAY)
        plan = "\n".join(row[0] for row in run(connection.fetch("EXPLAIN " + text, *values)))
        assert "Index Cond: ((region_ord >=" in plan
        assert len(run(connection.fetch(text, *values))) == 1000
    finally:
        run(connection.execute("RESET plan_cache_mode; DROP TABLE pol.big"))


def test_any_bundle_over_any_catalog_can_be_checked(policy_server, database) -> None:
    """The way for shipped rules: tables and rows from the catalog alone, relations through SQL."""
    opened = type(database)(policy_server.create_database("policy_shadow"))
    try:
        rules = [
            grammar.make_rule(
                "a", "rel('guards_pupil_of', r.sub.organisations) || rel('listed_at', r.sub.organisations)"
            ),
            grammar.make_rule(
                "b", "under(r.obj.region_code, r.sub.regions) && ageYears(r.obj.birth_date, r.env.today) < 18"
            ),
            grammar.make_rule("c", "startsWith(r.obj.name, '特') && r.obj.level == 4711", acts=("update",)),
        ]
        reports = opened.run(
            agreement.check_bundle(
                opened.connection,
                world.CATALOG,
                Bundle(rules),
                principals=world.PRINCIPALS,
                today=TODAY,
                model_text=world.MODEL_TEXT,
                rows=80,
            )
        )
        assert set(reports) == {("test.Person", "read"), ("test.Person", "update")}
        for report in reports.values():
            assert report.disagreements == []
            assert report.decisions == len(world.PRINCIPALS) * 80
        assert reports["test.Person", "read"].allowed > 20
        names = {
            record["name"] for record in opened.run(opened.connection.fetch("SELECT name FROM pol.person"))
        }
        assert {"特", "x特"} <= names  # literals of the rules stand in the rows
    finally:
        opened.close()
