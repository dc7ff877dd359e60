"""Claims become an Identity; an Identity with a purpose becomes a Principal.

In:  the claims of a verified token, the header `Purpose`.
Out: a Principal, or I107 / P301 / P302.
Never: guesses. A claim that is missing, has the wrong shape or belongs to another place is a refusal, because
every policy rule starts from these values.

| claim | shape |
| --- | --- |
| department | one of the installed departments |
| roles | non-empty list of role names |
| jurisdiction | six digits: the county whose rows the caller may ask for |
| regions | list of 2, 4, 6, 9 or 12 digits, above, equal to or inside the jurisdiction |
| organisations | list of UUIDs |
| person | UUID, or absent |
| scope | may hold `purpose:<id>`: then the token serves these purposes only |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from kinfold.identity.errors import ClaimsRefused, PurposeMissing, PurposeNotHeld
from kinfold.identity.principal import Principal

MayHold = Callable[[str, frozenset[str], str], bool]

MAX_LIST = 256
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PURPOSE = re.compile(r"[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39}){0,3}")
_REGION = re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}")
_COUNTY = re.compile(r"[0-9]{6}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PURPOSE_SCOPE = "purpose:"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is, before they say what for. `purposes`: None, or all that the token may be used for."""

    subject: str
    department: str
    roles: frozenset[str]
    jurisdiction: str
    regions: tuple[str, ...]
    organisations: tuple[str, ...]
    person: str | None
    purposes: frozenset[str] | None


def read_identity(claims: Mapping[str, Any], departments: Collection[str]) -> Identity:
    """The caller that the claims describe; ClaimsRefused names the claim, never its value."""
    department = _read_text(claims, "department", _NAME)
    if department not in departments:
        raise ClaimsRefused("department")
    jurisdiction = _read_text(claims, "jurisdiction", _COUNTY)
    regions = _read_list(claims, "regions", _REGION)
    if any(not _belongs(region, jurisdiction) for region in regions):
        raise ClaimsRefused("regions")
    roles = _read_list(claims, "roles", _NAME)
    if not roles:
        raise ClaimsRefused("roles")
    person = None if claims.get("person") is None else _read_text(claims, "person", _UUID)
    return Identity(
        subject=str(claims["sub"]),
        department=department,
        roles=frozenset(roles),
        jurisdiction=jurisdiction,
        regions=regions,
        organisations=_read_list(claims, "organisations", _UUID),
        person=person,
        purposes=_read_purposes(claims),
    )


def state_purpose(identity: Identity, purpose: str | None, may_hold: MayHold) -> Principal:
    """The identity acting for one purpose. PurposeMissing (P301) or PurposeNotHeld (P302)."""
    if purpose is None or not purpose.strip():
        raise PurposeMissing
    if len(purpose) > 160 or not _PURPOSE.fullmatch(purpose):
        raise PurposeNotHeld
    if identity.purposes is not None and purpose not in identity.purposes:
        raise PurposeNotHeld
    if not may_hold(identity.department, identity.roles, purpose):
        raise PurposeNotHeld
    return Principal(
        subject=identity.subject,
        department=identity.department,
        roles=identity.roles,
        purpose=purpose,
        jurisdiction=identity.jurisdiction,
        regions=identity.regions,
        organisations=identity.organisations,
        person=identity.person,
    )


def _read_text(claims: Mapping[str, Any], name: str, shape: re.Pattern[str]) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise ClaimsRefused(name)
    return value


def _read_list(claims: Mapping[str, Any], name: str, shape: re.Pattern[str]) -> tuple[str, ...]:
    """A list of distinct texts. A single text is refused, not wrapped: iterating it would give its letters."""
    value = claims.get(name)
    if not isinstance(value, list) or len(value) > MAX_LIST:
        raise ClaimsRefused(name)
    if not all(isinstance(item, str) and shape.fullmatch(item) for item in value):
        raise ClaimsRefused(name)
    if len(set(value)) != len(value):
        raise ClaimsRefused(name)
    return tuple(value)


def _read_purposes(claims: Mapping[str, Any]) -> frozenset[str] | None:
    scope = claims.get("scope")
    if scope is None:
        return None
    if not isinstance(scope, str):
        raise ClaimsRefused("scope")
    bound = [word.removeprefix(_PURPOSE_SCOPE) for word in scope.split() if word.startswith(_PURPOSE_SCOPE)]
    return frozenset(bound) if bound else None


def _belongs(region: str, jurisdiction: str) -> bool:
    """Territory is the county itself, something inside it, or the prefecture or province above it."""
    return region.startswith(jurisdiction) or jurisdiction.startswith(region)
