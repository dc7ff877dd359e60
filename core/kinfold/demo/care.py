"""Who cares for a child whose parents cannot: delegations with their agreements, and the gaps that remain.

In:  the Cases of a Clan. Out: each Case's Care; the truth lines of what is wrong with it (F3, F4, F8).
"""

from __future__ import annotations

import datetime as dt
import uuid

from kinfold.demo.maker import ONE_DAY, Maker, is_detained
from kinfold.demo.parents import AT_HOME
from kinfold.demo.people import Capacity, Care, Case, Clan, Someone
from kinfold.demo.profile import (
    AGREEMENT_EXPIRED,
    AGREEMENT_FILED,
    AGREEMENT_SIGNED,
    DELEGATE_DEMENTED,
    LINEAL_AGREEMENT,
)
from kinfold.demo.truth import TruthFile
from kinfold.graph.registry.rules import is_younger

_RELATIONS = {
    "PATERNAL": "PATERNAL_GRANDPARENT",
    "MATERNAL": "MATERNAL_GRANDPARENT",
    "UNCLE": "UNCLE_OR_AUNT",
    "RELATIVE": "OTHER_RELATIVE",
    "NEIGHBOUR": "FRIEND_OR_NEIGHBOUR",
}
# Forced outcomes of a planted case; None: as drawn.
UNFILED, EXPIRED = "UNFILED", "EXPIRED"


def delegate_care(maker: Maker, cases: list[Case], forced: str | None = None) -> None:
    """Give the children of one family one delegate on one ground, if their fate has any."""
    if not cases or cases[0].kind in (*AT_HOME, "INCAPABLE_PARENT", "UNATTENDED"):
        return
    first = cases[0]
    delegate = _choose_delegate(maker, first)
    lineal = first.kind in ("PATERNAL", "MATERNAL")
    terms = _draw_terms(maker, lineal, forced)
    for case in cases:
        since = max(case.child.birth, *(_gone_since(parent) for parent in case.parents))
        status, has_agreement, filed_no, until = terms
        if until is not None and until <= since:
            # Too short a time away for an agreement to have run out.
            until = maker.as_of + 400 * ONE_DAY
        case.care = Care(
            delegate, _RELATIONS[case.kind], lineal, status, since, until, has_agreement, filed_no
        )
        if case.child.home is not None:
            maker_since = max(since, delegate.home_since or since)
            case.child.home_since = maker_since


def _choose_delegate(maker: Maker, case: Case) -> Someone:
    home = case.child.home
    if home is None:
        raise ValueError("a child has a home")
    parent = case.child.mother if case.kind == "MATERNAL" else case.child.father
    if case.kind in ("PATERNAL", "MATERNAL") and parent is not None:
        elders = [p for p in (parent.mother, parent.father) if p is not None]
        delegate = elders[0] if len(elders) == 1 or maker.draw.happens(0.7) else elders[1]
    else:
        couple = [p for p in home.members if p.spouse is not None]
        delegate = maker.draw.one_of(couple)
    if maker.as_of.year - delegate.birth.year >= 75 and maker.draw.happens(DELEGATE_DEMENTED):
        delegate.capacity = Capacity("NONE", "OLD_AGE", maker.as_of - maker.draw.between(100, 900) * ONE_DAY)
    return delegate


def _draw_terms(
    maker: Maker, lineal: bool, forced: str | None
) -> tuple[str, bool, str | None, dt.date | None]:
    """Status, signed, filing number, end. A non-lineal delegation is effective only when filed (F8)."""
    draw, as_of = maker.draw, maker.as_of
    chance = draw.share()
    signed = chance < (LINEAL_AGREEMENT if lineal else AGREEMENT_SIGNED)
    filed = chance < (LINEAL_AGREEMENT * AGREEMENT_FILED if lineal else AGREEMENT_FILED)
    expired = not lineal and chance < AGREEMENT_EXPIRED
    if forced == UNFILED:
        signed, filed, expired = True, False, False
    elif forced == EXPIRED:
        signed, filed, expired = True, True, True
    number = f"备{as_of.year}{draw.between(0, 999_999):06d}" if filed else None
    if lineal:
        return "EFFECTIVE", signed, number, None
    if not filed:
        return ("AGREED" if signed else "APPROVED"), signed, None, None
    if expired:
        return "EFFECTIVE", True, number, as_of - draw.between(5, 60) * ONE_DAY
    return "EFFECTIVE", True, number, as_of + draw.between(365, 1095) * ONE_DAY


def _gone_since(parent: Someone) -> dt.date:
    days = [parent.died_on, parent.away_since]
    if parent.capacity is not None:
        days.append(parent.capacity.since)
    return min((day for day in days if day is not None), default=parent.birth)


def plant_faults(clan: Clan, as_of: dt.date, truth: TruthFile) -> None:
    """Truth lines of every fault in the care of this family's children."""
    for case in clan.cases:
        care = case.care
        if care is not None and not care.is_lineal:
            if care.filed_no is None:
                truth.plant("NON_LINEAL_WITHOUT_FILED_AGREEMENT", "F8", **_ids(case, care))
            elif care.until is not None and care.until <= as_of:
                truth.plant("AGREEMENT_EXPIRED", "F8", **_ids(case, care))
        cause = find_gap(case, as_of)
        if cause:
            truth.plant("GUARDIANSHIP_GAP", "F4", child=case.child.id, cause=cause)


def find_gap(case: Case, as_of: dt.date) -> str | None:
    """Why nobody who may and can care lives with the child; None if somebody does, or from 16 years on."""
    child = case.child
    if not is_younger(child.birth, 16, as_of):
        return None
    parents = [p for p in case.parents if p.home is not None and p.home is child.home]
    if any(can_care(parent) for parent in parents):
        return None
    care = case.care
    if care is None:
        return "PARENT_INCAPABLE" if parents else "UNATTENDED"
    if care.until is not None and care.until <= as_of:
        return "DELEGATION_EXPIRED"
    if care.status != "EFFECTIVE":
        return "DELEGATION_NOT_EFFECTIVE"
    if not can_care(care.delegate):
        return "DELEGATE_INCAPABLE"
    return None if care.delegate.home is child.home else "DELEGATE_ELSEWHERE"


def can_care(person: Someone) -> bool:
    return person.died_on is None and not is_detained(person) and person.capacity is None


def _ids(case: Case, care: Care) -> dict[str, uuid.UUID | str]:
    return {"child": case.child.id, "delegate": care.delegate.id}
