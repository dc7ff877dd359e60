"""The tests beside the rules: a caller, a purpose, and rows with what must be decided on them.

In:  the node under `tests:` of a policy file. Out: `PolicyTest` values, typed like the catalog; running them is
check.py's. A row gives attributes by name (a missing one is null) and relations as `_name: [values]`.

    tests:
      - as: { department: education, roles: [school], organisations: [0190a000-0000-7000-8000-000000000001] }
        purpose: education.attendance
        act: read                       # default
        today: 2026-03-01               # default: 2026-01-01, so that a test never ages
        on:
          - { id: c1, birth_date: 2015-03-01, _enrolled_in: [0190a000-…-01], expect: allow, by: edu.school.own }
          - { id: c2, birth_date: null, expect: deny, near: edu.school.own }
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import yaml

from kinfold.identity.principal import Principal
from kinfold.policy.attributes import VALUE_TYPES
from kinfold.policy.errors import Place, PolicyFormError, PolicyNameError, PolicyTypeError
from kinfold.policy.ir import ValueType
from kinfold.policy.language import Scope
from kinfold.policy.schema import may_hold
from kinfold.policy.yaml_form import YamlFile

DEFAULT_TODAY: Final = date(2026, 1, 1)
DEFAULT_JURISDICTION: Final = "370999"
_RESERVED: Final = frozenset({"case", "expect", "by", "near"})
_PYTHON: Final[dict[ValueType, tuple[type, ...]]] = {
    ValueType.TEXT: (str,),
    ValueType.ENUM: (str,),
    ValueType.ID: (str,),
    ValueType.REGION: (str,),
    ValueType.INT: (int,),
    ValueType.FLOAT: (int, float),
    ValueType.BOOL: (bool,),
    ValueType.DATE: (date,),
    ValueType.DATETIME: (datetime,),
}


@dataclass(frozen=True, slots=True)
class RowCase:
    """One row and its expected decision. `by`: this rule decides; `near`: this rule almost holds."""

    name: str
    values: Mapping[str, Any]
    expect_allow: bool
    by: str | None
    near: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class PolicyTest:
    kind: str
    act: str
    principal: Principal
    today: date
    rows: tuple[RowCase, ...]
    place: Place


def read_tests(file: YamlFile, node: yaml.Node, scope: Scope) -> list[PolicyTest]:
    """Every test of a file, or the first PolicyFileError."""
    return [_read_test(file, one, scope) for one in file.items(node)]


def _read_test(file: YamlFile, node: yaml.Node, scope: Scope) -> PolicyTest:
    found = file.mapping(node, ["as", "purpose", "on"], ["act", "today"])
    act = file.string(found["act"]) if "act" in found else "read"
    if act not in scope.schema.acts:
        raise PolicyNameError(file.place(found["act"]), f"There is no act `{act}`.")
    return PolicyTest(
        scope.kind,
        act,
        _read_principal(file, found["as"], found["purpose"], scope),
        file.date(found["today"]) if "today" in found else DEFAULT_TODAY,
        tuple(
            _read_row(file, one, scope, position) for position, one in enumerate(file.items(found["on"]), 1)
        ),
        file.place(node),
    )


def _read_principal(file: YamlFile, node: yaml.Node, purpose_node: yaml.Node, scope: Scope) -> Principal:
    optional = ["regions", "organisations", "person", "jurisdiction"]
    found = file.mapping(node, ["department", "roles"], optional)

    def words(key: str) -> tuple[str, ...]:
        return tuple(word for word, _ in file.strings(found[key])) if key in found else ()

    def word(key: str) -> str | None:
        return file.string(found[key]) if key in found and file.plain(found[key]) is not None else None

    department, roles = file.string(found["department"]), words("roles")
    purpose = file.string(purpose_node)
    if not may_hold(scope.schema, department, roles, purpose):
        raise PolicyNameError(
            file.place(purpose_node),
            f"`{department}` with these roles does not hold the purpose `{purpose}`.",
            hint="See `held_by` in policies/schema.yaml.",
        )
    return Principal(
        subject="policy-test",
        department=department,
        roles=frozenset(roles),
        purpose=purpose,
        jurisdiction=word("jurisdiction") or DEFAULT_JURISDICTION,
        regions=words("regions"),
        organisations=words("organisations"),
        person=word("person"),
    )


def _read_row(file: YamlFile, node: yaml.Node, scope: Scope, position: int) -> RowCase:
    found = file.open_mapping(node)
    if "expect" not in found:
        raise PolicyFormError(
            file.place(node), "The key `expect` is missing.", hint="Write expect: allow or deny."
        )
    expect = file.string(found["expect"])
    if expect not in ("allow", "deny"):
        raise PolicyFormError(file.place(found["expect"]), "`allow` or `deny` belongs here.")
    values: dict[str, Any] = dict.fromkeys(scope.attributes)
    values.update({f"rel:{name}": frozenset() for name in scope.relations})
    for key, value in found.items():
        if key.startswith("_"):
            values[f"rel:{key[1:]}"] = _relation_values(file, value, key[1:], scope)
        elif key not in _RESERVED or key in scope.attributes:
            values[key] = _attribute_value(file, value, key, scope)
    label = found.get("case", found.get("id"))
    return RowCase(
        file.string(label) if label is not None else str(position),
        values,
        expect == "allow",
        file.string(found["by"]) if "by" in found else None,
        file.string(found["near"]) if "near" in found else None,
        file.place(node),
    )


def _relation_values(file: YamlFile, node: yaml.Node, name: str, scope: Scope) -> frozenset[str]:
    if name not in scope.relations:
        raise PolicyNameError(
            file.place(node),
            f"{scope.kind} has no relation `{name}`.",
            hint=f"Known: {', '.join(scope.relations)}.",
        )
    return frozenset(word for word, _ in file.strings(node))


def _attribute_value(file: YamlFile, node: yaml.Node, name: str, scope: Scope) -> Any:
    field = scope.attributes.get(name)
    if field is None:
        raise PolicyNameError(
            file.place(node),
            f"{scope.kind} has no attribute `{name}`.",
            hint=f"Known: {', '.join(sorted(scope.attributes))}.",
        )
    value = file.plain(node)
    kind = VALUE_TYPES[field.scalar]
    if kind is ValueType.DATETIME and isinstance(value, str):
        value = _read_moment(value)
    fits = value is None or (
        isinstance(value, _PYTHON[kind]) and (kind is ValueType.BOOL or not isinstance(value, bool))
    )
    if not fits and not field.is_list:
        raise PolicyTypeError(
            file.place(node),
            f"`{name}` is a {kind}.",
            hint="Put text and codes in quotes; write dates as 2015-03-01.",
        )
    return value


def _read_moment(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text
