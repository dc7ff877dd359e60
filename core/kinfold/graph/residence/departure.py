"""What must be true of a departure, and what follows from it: pure rules over facts (F5; art. 22, 23).

In:  what is known of a child, the people around it, and the notice. Out: what the parents must mend; who still
cares; how the delegate is related; the facts for the register on the day of leaving.
Never: reads a database or a clock. Read next: commands.py
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kinfold.graph.registry.rules import ChildFacts, ParentFacts, is_younger
from kinfold.plugin_api import UserError

ADULT = 18
PARENT_KINDS = frozenset({"PARENT_BIOLOGICAL", "PARENT_ADOPTIVE", "PARENT_STEP"})
Row = Mapping[str, Any]

CHILD_GROWN = UserError(
    "NOT_A_CHILD",
    "childId",
    "外出告知只适用于未满十八周岁的儿童。",
    "A departure is noticed for a child under 18.",
)
LEAVING_PAST = UserError(
    "PAST",
    "leaveOn",
    "应在外出前告知，拟外出日期不能早于今天。",
    "Give notice before leaving: today or a later day.",
)
PARENTS_WRONG = UserError(
    "NOT_A_PARENT",
    "parentIds",
    "请填写一名或两名外出的父母。",
    "Name one or two parents of the child who leave.",
)
NOTICED = UserError(
    "ALREADY_NOTICED",
    "leaveOn",
    "该日期的外出已经告知。",
    "This departure on this day has been noticed already.",
)
DELEGATE_NEEDED = UserError(
    "DELEGATE_NEEDED",
    "delegateId",
    "没有能够照护的成年监护人留在家中，请指定受委托人。",
    "No adult guardian who can care stays behind: name a delegate.",
)
# One text for every reason: it must not tell that somebody is ill, detained, dead or hidden.
DELEGATE_WRONG = UserError(
    "DELEGATE_NOT_ELIGIBLE",
    "delegateId",
    "此人不能作为受委托人，请指定其他成年人。",
    "This person cannot be the delegate: name another adult.",
)


@dataclass(frozen=True, slots=True)
class Notice:
    """What the parents say."""

    child: uuid.UUID
    parents: tuple[uuid.UUID, ...]
    delegate: uuid.UUID | None
    leave_on: dt.date


@dataclass(frozen=True, slots=True)
class Scene:
    """Rows about the child: people by id; kinship links whose junior is the child, a parent or the delegate."""

    people: Mapping[uuid.UUID, Row]
    kinships: Sequence[Row]
    guardianships: Sequence[Row]
    delegations: Sequence[Row]
    incapacities: Sequence[Row]
    spells: Sequence[Row]


def holds(row: Row, day: dt.date, start: str = "valid_from", end: str = "valid_to") -> bool:
    """Is the row true on that day? Its end is exclusive."""
    return bool(row[start] <= day and (row[end] is None or row[end] > day))


def find_parents(scene: Scene, person: uuid.UUID, day: dt.date) -> set[uuid.UUID]:
    """Parents of a person by kinship."""
    links = (k for k in scene.kinships if k["junior_id"] == person and k["kind"] in PARENT_KINDS)
    return {k["senior_id"] for k in links if holds(k, day)}


def find_guardians(scene: Scene, day: dt.date) -> set[uuid.UUID]:
    """Persons whose guardianship of the child is effective."""
    return {
        g["guardian_id"]
        for g in scene.guardianships
        if g["guardian_id"] is not None and g["status"] == "EFFECTIVE" and holds(g, day)
    }


def check_notice(scene: Scene, notice: Notice, today: dt.date) -> tuple[UserError, ...]:
    """What the parents must mend before the notice can be taken."""
    child = scene.people[notice.child]
    if child["birth_date"] is None or not is_younger(child["birth_date"], ADULT, today):
        return (CHILD_GROWN,)
    found: list[UserError] = []
    if notice.leave_on < today:
        found.append(LEAVING_PAST)
    if not _are_parents(scene, notice, today):
        found.append(PARENTS_WRONG)
    if notice.delegate is not None:
        if not _may_be_delegate(scene, notice, today):
            found.append(DELEGATE_WRONG)
    elif not _is_cared_for(scene, notice):
        found.append(DELEGATE_NEEDED)
    return tuple(found)


def _are_parents(scene: Scene, notice: Notice, today: dt.date) -> bool:
    as_guardians = {
        g["guardian_id"]
        for g in scene.guardianships
        if g["kind"] == "PARENT" and g["status"] == "EFFECTIVE" and holds(g, today)
    }
    known = find_parents(scene, notice.child, today) | as_guardians
    named = set(notice.parents)
    if not 1 <= len(notice.parents) <= 2 or len(named) != len(notice.parents) or not named <= known:
        return False
    return all(scene.people[one]["life_status"] == "ALIVE" for one in named)


def _may_be_delegate(scene: Scene, notice: Notice, today: dt.date) -> bool:
    """An adult who can care today, and no parent: a parent cares by right, and a leaving one not at all."""
    one = notice.delegate
    if one is None or one not in scene.people or one in notice.parents:
        return False
    if one in find_parents(scene, notice.child, today):
        return False
    return _is_able(scene, one, today)


def _is_able(scene: Scene, person: uuid.UUID, day: dt.date) -> bool:
    """Alive, of age, and with no incapacity on that day."""
    row = scene.people[person]
    if (
        row["life_status"] != "ALIVE"
        or row["birth_date"] is None
        or is_younger(row["birth_date"], ADULT, day)
    ):
        return False
    return incapable_since(scene, person, day) is None


def _is_cared_for(scene: Scene, notice: Notice) -> bool:
    """Does anybody with the right and the ability to care stay behind on the day of leaving (F4)?"""
    day = notice.leave_on
    if any(d["status"] == "EFFECTIVE" and holds(d, day) for d in scene.delegations):
        return True
    if any(
        g["guardian_organisation_id"] and g["status"] == "EFFECTIVE" and holds(g, day)
        for g in scene.guardianships
    ):
        return True
    rightful = find_guardians(scene, day) | {
        p for p in find_parents(scene, notice.child, day) if _has_right(scene, p, notice.child, day)
    }
    return any(
        _is_able(scene, one, day) and away_since(scene, one, day) is None
        for one in rightful - set(notice.parents)
        if one in scene.people
    )


def _has_right(scene: Scene, parent: uuid.UUID, child: uuid.UUID, day: dt.date) -> bool:
    """A parent by birth or adoption is guardian unless a court revoked it; a step-parent only if made one."""
    if parent in find_guardians(scene, day):
        return True
    revoked = any(
        g["guardian_id"] == parent and g["status"] in ("REVOKED", "SUSPENDED") and holds(g, day)
        for g in scene.guardianships
    )
    own = any(
        k["senior_id"] == parent
        and k["junior_id"] == child
        and k["kind"] in ("PARENT_BIOLOGICAL", "PARENT_ADOPTIVE")
        for k in scene.kinships
    )
    return own and not revoked


def incapable_since(scene: Scene, person: uuid.UUID, day: dt.date) -> dt.date | None:
    """Since when somebody cannot be a guardian, if he cannot on that day."""
    facts = (c for c in scene.incapacities if c["person_id"] == person and c["kind"] == "NONE")
    return min((c["valid_from"] for c in facts if holds(c, day)), default=None)


def away_since(scene: Scene, person: uuid.UUID, day: dt.date) -> dt.date | None:
    """Since when somebody is away, if he is on that day."""
    spells = (s for s in scene.spells if s["person_id"] == person)
    return min((s["left_on"] for s in spells if holds(s, day, "left_on", "returned_on")), default=None)


def next_departure(scene: Scene, person: uuid.UUID, day: dt.date) -> dt.date | None:
    """The next known day of leaving after this one: a spell ends there, the next one begins."""
    return min(
        (s["left_on"] for s in scene.spells if s["person_id"] == person and s["left_on"] > day), default=None
    )


def relate_delegate(scene: Scene, notice: Notice, today: dt.date) -> tuple[str, bool]:
    """(relation, is lineal) as the recorded kinship proves it; without proof a neighbour, who needs filing (F8)."""
    delegate = notice.delegate
    if delegate is None:
        raise ValueError("there is no delegate")
    parents = find_parents(scene, notice.child, today)
    for parent in sorted(parents):
        if delegate in find_parents(scene, parent, today):
            father = scene.people[parent]["sex"] == "MALE"
            return ("PATERNAL_GRANDPARENT" if father else "MATERNAL_GRANDPARENT"), True
    above = find_parents(scene, delegate, today)
    if above & parents:
        return "SIBLING", False
    if any(above & find_parents(scene, parent, today) for parent in parents):
        return "UNCLE_OR_AUNT", False
    return "FRIEND_OR_NEIGHBOUR", False


def derive_facts(scene: Scene, notice: Notice) -> ChildFacts:
    """What the register's rules want to know, as it will be on the day of leaving."""
    child, day = scene.people[notice.child], notice.leave_on
    parents = find_parents(scene, notice.child, day) | set(notice.parents)
    return ChildFacts(
        child["birth_date"],
        child["hukou_kind"],
        tuple(
            _parent_facts(scene, notice, scene.people[one], child)
            for one in sorted(parents)
            if one in scene.people
        ),
    )


def _parent_facts(scene: Scene, notice: Notice, parent: Row, child: Row) -> ParentFacts:
    day, one = notice.leave_on, parent["id"]
    leaves = one in notice.parents
    away = away_since(scene, one, day)
    incapable = incapable_since(scene, one, day)
    if parent["life_status"] == "MISSING" and incapable is None:
        incapable = child["birth_date"]  # the day is not on record; it never decides alone
    return ParentFacts(
        away_since=day if leaves and away is None else away,
        incapable_since=incapable,
        died_on=child["birth_date"] if parent["life_status"] == "DECEASED" else None,
        is_guardian=_has_right(scene, one, notice.child, day),
        lives_with_child=not leaves
        and parent["household_id"] is not None
        and parent["household_id"] == child["household_id"],
    )


def people_around(notice: Notice, rows: Iterable[Row]) -> set[uuid.UUID]:
    """Everybody who stands in these rows, the child and the delegate included."""
    found = {notice.child, *notice.parents, *({notice.delegate} if notice.delegate else ())}
    for row in rows:
        found.update(row[name] for name in ("senior_id", "guardian_id") if row.get(name) is not None)
    return found
