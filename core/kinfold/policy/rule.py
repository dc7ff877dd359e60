"""One rule, checked: an expression with who wrote it, for what, and on which ground.

In:  the fields of one entry of a policy file. Out: `Rule`, which bundle, check and the evaluators read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kinfold.policy.errors import Place
from kinfold.policy.ir import Expr


class Effect(StrEnum):
    ALLOW = "allow"
    DENY = "deny"


@dataclass(frozen=True, slots=True, order=True)
class Obligation:
    """What the platform must do before data leaves; `value` is the bound of max_rows, else None."""

    name: str
    value: int | None = None


#: Obligations that the platform keeps, and whether each takes a number.
OBLIGATIONS: dict[str, bool] = {
    "log_access": False,
    "require_reason": False,
    "max_rows": True,
    "watermark": False,
    "no_export": False,
    "notify_guardian": False,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """`purposes` is closed downwards (a rule for `education` holds `education.enrolment`); None: any purpose.

    `masks` maps an attribute to a mask's name; `read`, `masks` and `write` are empty on a deny rule, which
    removes rows, never single fields.
    """

    id: str
    effect: Effect
    kind: str
    acts: tuple[str, ...]
    purposes: tuple[str, ...] | None
    when: Expr
    read: tuple[str, ...]
    masks: tuple[tuple[str, str], ...]
    write: tuple[str, ...]
    obligations: tuple[Obligation, ...]
    because_zh: str
    because_en: str
    legal_basis: str
    review_by: date
    owner: str
    origin: str
    place: Place
