"""Rows about a child's care: guardianship, delegation, departure notice, register.

In:  a Case. Out: `(table, values)`. The register entries come from the same rules as everybody's (N3, N4).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from kinfold.demo.draw import Draw, Table
from kinfold.demo.maker import ONE_DAY
from kinfold.demo.people import Case, Someone
from kinfold.demo.profile import NOTICE_GIVEN, REGISTRY_EXITED, REGISTRY_STATES
from kinfold.demo.rows import DELEGATION, GUARDIANSHIP, NOTICE, REGISTRY, Row, RowFrame
from kinfold.graph.registry.rules import (
    BROAD_VERSION,
    STRICT_AGE,
    STRICT_VERSION,
    ChildFacts,
    ParentFacts,
    add_years,
    derive_registry,
    is_younger,
)

_STATES = Table(REGISTRY_STATES)
_OPINIONS = ("愿意与受委托人一起生活", "希望父母常回家", "年幼，无法表达意见", "愿意，希望每周视频通话")


def write_case(case: Case, frame: RowFrame, draw: Draw, as_of: dt.date) -> Iterator[Row]:
    """Every row about the child's care; notes on the case whether the child is left behind."""
    child = case.child
    for parent in case.parents:
        status = "ENDED" if parent.died_on else "EFFECTIVE"
        yield frame.row(
            GUARDIANSHIP,
            child.id,
            parent.id,
            "PARENT",
            "民法典第二十七条",
            status,
            child.birth,
            parent.died_on,
        )
    if case.care is not None:
        yield from _write_care(case, frame, draw)
    yield from _write_registry(case, frame, draw, as_of)


def _write_care(case: Case, frame: RowFrame, draw: Draw) -> Iterator[Row]:
    care, child = case.care, case.child
    away = [parent for parent in case.parents if parent.is_away]
    if care is None:
        return
    yield frame.row(
        DELEGATION, child.id, [p.id for p in away], care.delegate.id, care.relation, care.is_lineal, "外出务工",
        care.has_agreement, care.filed_no, draw.one_of(_OPINIONS), care.status, care.since, care.until,
    )  # fmt: skip
    phone = next((p.phone for p in away if p.phone), None)
    if phone and (case.is_planted or draw.happens(NOTICE_GIVEN)):
        last = max(away, key=_left_on)
        spell = last.spells[-1]
        told = dt.datetime.combine(spell.left_on - 3 * ONE_DAY, dt.time(9), frame.recorded_at.tzinfo)
        yield frame.row(
            NOTICE, child.id, [p.id for p in away], care.delegate.id, spell.destination_code, spell.destination,
            phone, spell.left_on, told, told + ONE_DAY if draw.happens(0.8) else None,
        )  # fmt: skip


def _left_on(person: Someone) -> dt.date:
    return person.spells[-1].left_on


def find_facts(case: Case) -> ChildFacts:
    """What the rules want to know of a child."""
    child = case.child
    parents = tuple(
        ParentFacts(
            away_since=parent.away_since,
            incapable_since=parent.capacity.since if parent.capacity else None,
            died_on=parent.died_on,
            lives_with_child=parent.home is not None and parent.home is child.home,
        )
        for parent in case.parents
    )
    return ChildFacts(child.birth, child.hukou_kind, parents)


def _write_registry(case: Case, frame: RowFrame, draw: Draw, as_of: dt.date) -> Iterator[Row]:
    child = case.child
    facts = find_facts(case)
    findings = derive_registry(facts, as_of)
    for finding in findings:
        state = "ACTIVE" if case.is_planted else draw.pick(_STATES)
        case.is_left_behind |= state != "PROPOSED"
        yield frame.row(
            REGISTRY, child.id, finding.category, finding.rule_version, state, finding.entry_reason, None,
            finding.explanation, finding.since, None,
        )  # fmt: skip
    birthday = add_years(child.birth, STRICT_AGE)
    if not is_younger(child.birth, STRICT_AGE, as_of):
        # On the day before the birthday the child may still have been on the strict register.
        for finding in derive_registry(facts, birthday - ONE_DAY):
            if finding.category == "LBC_STRICT":
                yield frame.row(
                    REGISTRY, child.id, finding.category, STRICT_VERSION, "EXITED", finding.entry_reason,
                    "TURNED_16", finding.explanation, finding.since, birthday,
                )  # fmt: skip
    elif not findings and draw.happens(REGISTRY_EXITED):
        ended = as_of - draw.between(30, 700) * ONE_DAY
        began = ended - draw.between(60, 600) * ONE_DAY
        if began >= child.birth:
            yield frame.row(
                REGISTRY, child.id, "LBC_BROAD", BROAD_VERSION, "EXITED", "PARENTS_LEFT", "PARENT_RETURNED",
                None, began, ended,
            )  # fmt: skip
