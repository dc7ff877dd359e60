"""Every name that a rule about one kind may use, with its type.

In:  the policy schema (caller, environment, purposes), the catalog (attributes, relations), the kind. Out:
typed terms for names and checked literals, or a Fault that says what exists.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final
from uuid import UUID

from kinfold.catalog.model import Catalog, Field
from kinfold.policy.attributes import VALUE_TYPES, find_attributes, ord_attribute
from kinfold.policy.errors import PolicyNameError, PolicyTypeError
from kinfold.policy.ir import (
    Coalesce,
    EnvAttr,
    Literal,
    LiteralValue,
    ObjectAttr,
    SubjectAttr,
    Term,
    ValueType,
)
from kinfold.policy.language.fault import Fault
from kinfold.policy.region import is_region
from kinfold.policy.schema import PolicySchema

MAX_INT: Final = 2**63 - 1
_FIRST_DAY: Final = date(1800, 1, 1)
_LAST_DAY: Final = date(2199, 12, 31)
#: Types that one column type carries, so that they compare with each other.
_TEXTUAL: Final = frozenset({ValueType.TEXT, ValueType.ENUM})


@dataclass(frozen=True, slots=True)
class Value:
    """A term as it stands in the text: where, and which closed list its literals come from."""

    term: Term
    offset: int
    codes: tuple[str, ...] | None = None


class Scope:
    """Names of one kind."""

    def __init__(self, schema: PolicySchema, catalog: Catalog, kind: str) -> None:
        self.schema = schema
        self.catalog = catalog
        self.kind = kind
        self.attributes = find_attributes(catalog, kind)
        self.relations = sorted(name for of_kind, name in catalog.policy_relations if of_kind == kind)
        self._codes = {
            "department": tuple(schema.departments),
            "purpose": tuple(schema.purposes),
            "roles": tuple(sorted({role for one in schema.departments.values() for role in one.roles})),
        }

    def find_path(self, path: str, offset: int) -> Value:
        """The term of `r.sub.x`, `r.obj.x`, `r.env.x` or `r.purpose`."""
        if path == "r.purpose":
            path = "r.sub.purpose"
        match path.split("."):
            case ["r", "sub", name]:
                found = self.schema.subject.get(name)
                if found is None:
                    raise _unknown(
                        offset, f"The caller has no attribute `{name}`.", name, self.schema.subject
                    )
                return Value(found, offset, self._codes.get(name))
            case ["r", "env", name]:
                known = self.schema.env.get(name)
                if known is None:
                    raise _unknown(offset, f"The environment has no `{name}`.", name, self.schema.env)
                return Value(known, offset)
            case ["r", "obj", name]:
                return self._find_attribute(name, offset)
            case ["r", "act"]:
                raise Fault(
                    offset, PolicyNameError, "`r.act` is not part of a rule.", "List acts under `act:`."
                )
            case ["None" | "null" | "nil"]:
                raise Fault(
                    offset,
                    PolicyTypeError,
                    "A missing value compares with nothing.",
                    "Write isNull(…) or !isNull(…).",
                )
            case ["True" | "False" as word]:
                raise Fault(offset, PolicyNameError, f"`{word}` is no name.", f"Write `{word.lower()}`.")
            case ["and" | "or" as word]:
                raise Fault(
                    offset,
                    PolicyNameError,
                    f"`{word}` is no name.",
                    f"Write {'&&' if word == 'and' else '||'}.",
                )
        raise Fault(
            offset,
            PolicyNameError,
            f"`{path}` is no name.",
            "Names are r.sub.…, r.obj.…, r.env.… and r.purpose.",
        )

    def _find_attribute(self, name: str, offset: int) -> Value:
        field = self.attributes.get(name)
        if field is None:
            raise _unknown(offset, f"{self.kind} has no attribute `{name}`.", name, self.attributes)
        if field.batch is not None:
            raise Fault(
                offset,
                PolicyTypeError,
                f"`{name}` is computed in Python after the query; no rule can ask for it.",
                f"Ask for what it is computed from: {', '.join(need.attribute for need in field.batch.needs)}.",
            )
        if field.is_list:
            raise Fault(
                offset,
                PolicyTypeError,
                f"`{name}` holds several values.",
                "Declare a relation and write rel('…', …).",
            )
        codes = None
        if field.enum is not None and field.enum in self.catalog.enums:
            codes = tuple(self.catalog.enums[field.enum].values)
        return Value(_object_term(field, self._is_nullable(name, field)), offset, codes)

    def _is_nullable(self, name: str, field: Field) -> bool:
        # A malformed code has no number, so a region is as uncertain as the column beside it.
        beside = (
            self.attributes.get(ord_attribute(name))
            if VALUE_TYPES[field.scalar] is ValueType.REGION
            else None
        )
        return field.nullable or (beside is not None and beside.nullable)

    def has_region_number(self, attribute: str) -> bool:
        """Does the kind hold the number that `under` compares?"""
        beside = self.attributes.get(ord_attribute(attribute))
        return beside is not None and VALUE_TYPES[beside.scalar] is ValueType.INT

    def relation_type(self, name: str, offset: int) -> ValueType:
        """The type of the value at which `rel(name, …)` ends."""
        relation = self.catalog.policy_relations.get((self.kind, name))
        if relation is None:
            raise _unknown(offset, f"{self.kind} has no relation `{name}`.", name, self.relations)
        here = self.catalog.types[relation.start_type]
        for step in relation.path:
            here = self.catalog.types[here.relations[step].target]
        return VALUE_TYPES[here.attributes[relation.value_attribute].scalar]


@lru_cache(maxsize=4096)
def _object_term(field: Field, nullable: bool) -> ObjectAttr:
    return ObjectAttr(field.attribute, VALUE_TYPES[field.scalar], nullable)


def _unknown(offset: int, detail: str, name: str, known: Iterable[str]) -> Fault:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, 1)
    hint = f"Did you mean `{near[0]}`?" if near else f"Known: {', '.join(names) or 'none'}."
    return Fault(offset, PolicyNameError, detail, hint)


def describe(term: Term) -> str:
    """A term in words, for a message."""
    match term:
        case ObjectAttr():
            return f"r.obj.{term.name} ({term.type})"
        case SubjectAttr():
            return f"r.sub.{term.name} ({'set of ' if term.is_set else ''}{term.type})"
        case EnvAttr():
            return f"r.env.{term.name} ({term.type})"
        case Literal():
            return f"a {term.type}"
        case Coalesce():
            return f"coalesce of {describe(term.value)}"


def agree(left: ValueType, right: ValueType) -> bool:
    """May values of the two types be compared?"""
    return left is right or (left in _TEXTUAL and right in _TEXTUAL)


def fit_literal(literal: Literal, wanted: ValueType, codes: Collection[str] | None, offset: int) -> Literal:
    """The literal as a value of `wanted`, or a Fault that says how to write one."""
    value, given = literal.value, literal.type
    if given is ValueType.TEXT and isinstance(value, str) and wanted not in (ValueType.INT, ValueType.FLOAT):
        return Literal(wanted, _fit_text(value, wanted, codes, offset))
    if given is ValueType.INT and wanted is ValueType.FLOAT:
        return Literal(wanted, float(value))  # type: ignore[arg-type]
    if given is not wanted:
        raise Fault(
            offset,
            PolicyTypeError,
            f"A {given} stands where a {wanted} belongs.",
            f"Write {_EXAMPLES[wanted]}.",
        )
    return literal


def _fit_text(text: str, wanted: ValueType, codes: Collection[str] | None, offset: int) -> LiteralValue:
    match wanted:
        case ValueType.ENUM | ValueType.TEXT:
            if codes is not None and text not in codes:
                raise _unknown(offset, f"`{text}` is not one of the codes here.", text, codes)
            return text
        case ValueType.REGION if is_region(text):
            return text
        case ValueType.ID if _UUID.fullmatch(text):
            return str(UUID(text))
    raise Fault(offset, PolicyTypeError, f"This text is no {wanted}.", f"Write {_EXAMPLES[wanted]}.")


_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_EXAMPLES: Final = {
    ValueType.TEXT: "a string in quotes",
    ValueType.ENUM: "one of its codes in quotes",
    ValueType.ID: "a UUID in quotes",
    ValueType.REGION: "a code of 2, 4, 6, 9 or 12 digits in quotes",
    ValueType.INT: "a whole number",
    ValueType.FLOAT: "a number such as 0.5",
    ValueType.BOOL: "r.obj.x or !r.obj.x",
    ValueType.DATE: "a date without quotes, such as 2015-03-01",
    ValueType.DATETIME: "another point in time",
}


def make_literal(kind: str, text: str, offset: int) -> Literal:
    """A literal token as a value of its own type."""
    match kind:
        case "string":
            return Literal(ValueType.TEXT, text)
        case "int":
            number = int(text)
            if abs(number) > MAX_INT:
                raise Fault(offset, PolicyTypeError, "The number is too large.", f"At most {MAX_INT}.")
            return Literal(ValueType.INT, number)
        case "decimal":
            return Literal(ValueType.FLOAT, float(text))
        case _:
            return Literal(ValueType.DATE, _read_date(text, offset))


def _read_date(text: str, offset: int) -> date:
    """A day that exists, far from the ends of the calendar, which the driver takes for infinite dates."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.max
    if not _FIRST_DAY <= found <= _LAST_DAY:
        raise Fault(
            offset,
            PolicyTypeError,
            "There is no such day.",
            f"Write a date such as 2015-03-01, between {_FIRST_DAY} and {_LAST_DAY}.",
        )
    return found
