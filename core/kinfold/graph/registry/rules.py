"""Which registers a child belongs to: pure rules, each with a version (N3, N4).

In:  what is known of a child and of the parents, and today (a date of the county's clock).
Out: Findings with the reason, the day since when, and an explanation in Chinese.
Never: reads a database or a clock. Who generates, imports or writes uses the same function.

    N3  LBC_STRICT, 国发〔2016〕13号: rural register, under 16, both parents away, or one away and the other
        incapable; and not living normally with a parent.
    N4  LBC_BROAD, the census definition: 0 to 17, one or both parents away from the township for six months.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

STRICT_VERSION = "gf2016-13/1"
BROAD_VERSION = "census2020/1"
STRICT_AGE = 16
BROAD_AGE = 18
BROAD_MONTHS = 6


@dataclass(frozen=True, slots=True)
class ParentFacts:
    """One known parent. Dates are the first day of a state; None: the state does not hold.

    `is_guardian` is false for a step-parent who never became guardian and for a parent whose guardianship a
    court revoked: such a parent neither keeps a child off the register nor puts it on.
    `incapable_since`: severe illness or disability, detention, disappearance. Detention is not being away.
    """

    away_since: dt.date | None = None
    incapable_since: dt.date | None = None
    died_on: dt.date | None = None
    is_guardian: bool = True
    lives_with_child: bool = False


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """A living child of this county. `parents` holds the known ones, dead ones included.

    `hukou_kind` is RURAL, URBAN or NONE. A child without a register entry counts as rural: the national
    survey of 2016 names such children as a group of its own among the left-behind ones.
    """

    birth_date: dt.date
    hukou_kind: str
    parents: tuple[ParentFacts, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """The child belongs to `category` since `since`, by a rule of this version."""

    category: str
    entry_reason: str
    rule_version: str
    explanation: str
    since: dt.date


def derive_registry(facts: ChildFacts, today: dt.date) -> tuple[Finding, ...]:
    """The registers that the child belongs to on `today`: strict before broad, or none."""
    if facts.birth_date > today:
        return ()
    parents = tuple(p for p in facts.parents if p.is_guardian)
    found = (_find_strict(facts, parents, today), _find_broad(facts, parents, today))
    return tuple(finding for finding in found if finding)


def is_younger(birth_date: dt.date, years: int, today: dt.date) -> bool:
    """Whether the birthday has not come yet: it comes at local midnight, for 29 February on 1 March."""
    return today < add_years(birth_date, years)


def add_years(day: dt.date, years: int) -> dt.date:
    """The same day `years` later; 29 February becomes 1 March of a common year."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day `months` later; a day that the month lacks becomes its last one (Civil Code art. 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _find_strict(facts: ChildFacts, parents: tuple[ParentFacts, ...], today: dt.date) -> Finding | None:
    if facts.hukou_kind == "URBAN" or not is_younger(facts.birth_date, STRICT_AGE, today):
        return None
    away = [p for p in parents if _is_away(p, today)]
    # Each parent must be unable to care, by absence, incapacity or death; at least one by absence.
    if not away or any(_cares(p, today) for p in parents):
        return None
    staying = [p for p in parents if not _has_died(p, today) and p not in away]
    reason = "PARENT_INCAPABLE" if staying else "PARENTS_LEFT"
    first_left = min(p.away_since for p in away if p.away_since is not None)
    since = max(facts.birth_date, first_left, *(_unable_since(p, today) for p in parents))
    return Finding("LBC_STRICT", reason, STRICT_VERSION, _explain_strict(facts, parents, today), since)


def _find_broad(facts: ChildFacts, parents: tuple[ParentFacts, ...], today: dt.date) -> Finding | None:
    if not is_younger(facts.birth_date, BROAD_AGE, today):
        return None
    # Six months away, and away from this child: a parent who took the child along left nobody behind.
    reached = [
        add_months(p.away_since, BROAD_MONTHS)
        for p in parents
        if p.away_since is not None and _is_away(p, today) and not p.lives_with_child
    ]
    since = min((day for day in reached if day <= today), default=None)
    if since is None:
        return None
    count = sum(day <= today for day in reached)
    return Finding(
        "LBC_BROAD",
        "PARENTS_LEFT",
        BROAD_VERSION,
        f"未满十八周岁；父母{'双方' if count > 1 else '一方'}离开乡镇满六个月。",
        max(facts.birth_date, since),
    )


def _is_away(parent: ParentFacts, today: dt.date) -> bool:
    return parent.away_since is not None and parent.away_since <= today and not _has_died(parent, today)


def _has_died(parent: ParentFacts, today: dt.date) -> bool:
    return parent.died_on is not None and parent.died_on <= today


def _is_incapable(parent: ParentFacts, today: dt.date) -> bool:
    return parent.incapable_since is not None and parent.incapable_since <= today


def _cares(parent: ParentFacts, today: dt.date) -> bool:
    """Alive, capable, and either at home or living with the child where he went."""
    if _has_died(parent, today) or _is_incapable(parent, today):
        return False
    return parent.lives_with_child or not _is_away(parent, today)


def _unable_since(parent: ParentFacts, today: dt.date) -> dt.date:
    """The first day on which this parent, who does not care today, could not."""
    days = (parent.died_on, parent.incapable_since, None if parent.lives_with_child else parent.away_since)
    return min(day for day in days if day is not None and day <= today)


def _explain_strict(facts: ChildFacts, parents: tuple[ParentFacts, ...], today: dt.date) -> str:
    register = "农业户口" if facts.hukou_kind == "RURAL" else "尚未登记户口"
    away = sum(_is_away(p, today) for p in parents)
    dead = sum(_has_died(p, today) for p in parents)
    told = "父母双方外出" if away > 1 else "父母一方外出"
    if away + dead < len(parents):
        told += "，另一方无监护能力"
    elif dead:
        told += "，另一方已死亡"
    elif away == 1:
        told += "，无其他已知父母"
    return f"{register}，未满十六周岁；{told}；未与父母正常共同生活。"
