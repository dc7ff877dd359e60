"""The functions of the language: typed arguments in, a leaf out.

A new atom that is written as a function is one entry in the tables at the end of this file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NoReturn

from kinfold.policy.age import MAX_DAYS, MAX_YEARS
from kinfold.policy.errors import PolicyTypeError
from kinfold.policy.ir import (
    AgeYears,
    Coalesce,
    DaysSince,
    EnvAttr,
    Expr,
    Intersects,
    IsNull,
    Literal,
    Member,
    ObjectAttr,
    Op,
    Related,
    SubjectAttr,
    Term,
    TextMatch,
    TextTest,
    Under,
    ValueType,
)
from kinfold.policy.language.fault import Fault
from kinfold.policy.language.scope import Scope, Value, agree, describe, fit_literal

_USAGE: Final = {
    "isNull": "isNull(r.obj.x)",
    "startsWith": "startsWith(r.obj.x, 'text')",
    "contains": "contains(r.obj.x, 'text')",
    "oneOf": "oneOf(r.obj.x, 'a', 'b')",
    "under": "under(r.obj.region_code, r.sub.regions)",
    "rel": "rel('relation', r.sub.person)",
    "has": "has(r.sub.roles, 'role')",
    "intersects": "intersects(r.sub.roles, ['a', 'b'])",
    "ageYears": "ageYears(r.obj.birth_date, r.env.today) < 18",
    "daysSince": "daysSince(r.obj.visited_on, r.env.today) > 30",
    "coalesce": "coalesce(r.obj.x, 'text')",
}


@dataclass(frozen=True, slots=True)
class Arguments:
    """What stands between the brackets of `name`."""

    name: str
    offset: int
    values: tuple[Value | tuple[Value, ...], ...]
    scope: Scope

    def count(self, least: int, most: int | None = None) -> None:
        """The right number of arguments, or a Fault that shows the form."""
        if not least <= len(self.values) <= (most if most is not None else least):
            self.refuse(self.offset, f"{self.name} has another number of arguments.")

    def refuse(self, offset: int, detail: str) -> NoReturn:
        raise Fault(offset, PolicyTypeError, detail, f"Write {_USAGE[self.name]}.")

    def value(self, position: int) -> Value:
        found = self.values[position]
        if isinstance(found, tuple):
            self.refuse(self.offset, "A list stands where a value belongs.")
        return found

    def attribute(self, position: int) -> Value:
        """A single value that is read from the row or the caller, plain or in coalesce."""
        found = self.value(position)
        if isinstance(found.term, Literal | EnvAttr) or (
            isinstance(found.term, SubjectAttr) and found.term.is_set
        ):
            self.refuse(found.offset, f"{describe(found.term)} does not fit here.")
        return found

    def literal(self, position: int) -> tuple[Literal, int]:
        found = self.value(position)
        if not isinstance(found.term, Literal):
            self.refuse(found.offset, "A literal belongs here.")
        return found.term, found.offset

    def subject_set(self, position: int) -> tuple[SubjectAttr, Value]:
        found = self.value(position)
        if not (isinstance(found.term, SubjectAttr) and found.term.is_set):
            self.refuse(found.offset, f"{describe(found.term)} is no set of the caller.")
        return found.term, found


def read_coalesce(arguments: Arguments) -> Value:
    arguments.count(2)
    value = arguments.attribute(0)
    if not isinstance(value.term, ObjectAttr | SubjectAttr):
        arguments.refuse(value.offset, "coalesce takes an attribute.")
    literal, offset = arguments.literal(1)
    default = fit_literal(literal, value.term.type, value.codes, offset)
    return Value(Coalesce(value.term, default), value.offset, value.codes)


def _is_null(arguments: Arguments) -> Expr:
    arguments.count(1)
    value = arguments.attribute(0)
    if not isinstance(value.term, ObjectAttr | SubjectAttr):
        arguments.refuse(value.offset, "isNull takes an attribute.")
    return IsNull(value.term)


def _text_match(arguments: Arguments) -> Expr:
    arguments.count(2)
    value = arguments.attribute(0)
    literal, offset = arguments.literal(1)
    if value.term.type is ValueType.REGION:
        raise Fault(
            value.offset,
            PolicyTypeError,
            "A text prefix of a region code crosses its levels.",
            "Write under(r.obj.region_code, r.sub.regions).",
        )
    if value.term.type is not ValueType.TEXT or literal.type is not ValueType.TEXT:
        arguments.refuse(value.offset, f"{arguments.name} compares texts.")
    if not literal.value:
        arguments.refuse(offset, "Every text begins with and contains the empty text.")
    return TextMatch(TextTest(arguments.name), value.term, str(literal.value))


def _one_of(arguments: Arguments) -> Expr:
    arguments.count(2, 500)
    value = arguments.attribute(0)
    if value.term.type is ValueType.BOOL:
        arguments.refuse(value.offset, "Booleans are not compared.")
    fitted = [
        fit_literal(literal, value.term.type, value.codes, offset)
        for literal, offset in map(arguments.literal, range(1, len(arguments.values)))
    ]
    return Member(value.term, tuple(dict.fromkeys(fitted)))


def _under(arguments: Arguments) -> Expr:
    arguments.count(2)
    region = arguments.value(0)
    regions, where = arguments.subject_set(1)
    if not isinstance(region.term, ObjectAttr) or region.term.type is not ValueType.REGION:
        arguments.refuse(region.offset, f"{describe(region.term)} is no region of the row.")
    if regions.type is not ValueType.REGION:
        arguments.refuse(where.offset, f"{describe(regions)} holds no regions.")
    if not arguments.scope.has_region_number(region.term.name):
        raise Fault(
            region.offset,
            PolicyTypeError,
            f"`{region.term.name}` has no number beside it, so that `under` cannot be computed.",
            "Choose a region attribute with a sibling that ends in _ord.",
        )
    return Under(region.term, regions)


def _rel(arguments: Arguments) -> Expr:
    arguments.count(2)
    name, offset = arguments.literal(0)
    who = arguments.value(1)
    if name.type is not ValueType.TEXT:
        arguments.refuse(offset, "The relation's name belongs here, in quotes.")
    ends_in = arguments.scope.relation_type(str(name.value), offset)
    if not isinstance(who.term, SubjectAttr) or who.term.is_class:
        arguments.refuse(who.offset, f"{describe(who.term)} is nobody to be related to.")
    if who.term.type is ValueType.REGION or not agree(ends_in, who.term.type):
        arguments.refuse(who.offset, f"The relation ends in a {ends_in}, not in {describe(who.term)}.")
    return Related(arguments.scope.kind, str(name.value), who.term)


def _intersects(arguments: Arguments) -> Expr:
    arguments.count(2)
    subject, where = arguments.subject_set(0)
    second = arguments.values[1]
    if arguments.name == "has":
        options: tuple[Value, ...] = (arguments.value(1),)
    elif isinstance(second, tuple):
        options = second
    else:
        arguments.refuse(second.offset, "A list belongs here.")
    if subject.type is ValueType.REGION:
        raise Fault(
            where.offset,
            PolicyTypeError,
            "Regions are nested, not equal.",
            "Write under(r.obj.region_code, r.sub.regions).",
        )
    fitted: list[Literal] = []
    for one in options:
        if not isinstance(one.term, Literal):
            arguments.refuse(one.offset, "A literal belongs here.")
        fitted.append(fit_literal(one.term, subject.type, where.codes, one.offset))
    return Intersects(subject, tuple(dict.fromkeys(fitted)))


def _past_date(arguments: Arguments) -> Term:
    """The date before the comma; after it stands today, written out so that a reader sees what it depends on."""
    arguments.count(2)
    value = arguments.attribute(0)
    today = arguments.value(1)
    if value.term.type is not ValueType.DATE:
        arguments.refuse(value.offset, f"{describe(value.term)} is no date.")
    if today.term != EnvAttr("today", ValueType.DATE):
        arguments.refuse(today.offset, "Only r.env.today belongs here.")
    return value.term


def _age_years(arguments: Arguments, op: Op, number: int, offset: int) -> Expr:
    if not 0 <= number <= MAX_YEARS:
        arguments.refuse(offset, f"An age lies between 0 and {MAX_YEARS}.")
    return AgeYears(_past_date(arguments), op, number)


def _days_since(arguments: Arguments, op: Op, number: int, offset: int) -> Expr:
    if abs(number) > MAX_DAYS:
        arguments.refuse(offset, f"At most {MAX_DAYS} days.")
    return DaysSince(_past_date(arguments), op, number)


BOOLEAN_FUNCTIONS: Final[dict[str, Callable[[Arguments], Expr]]] = {
    "isNull": _is_null,
    "startsWith": _text_match,
    "contains": _text_match,
    "oneOf": _one_of,
    "under": _under,
    "rel": _rel,
    "has": _intersects,
    "intersects": _intersects,
}

NUMBER_FUNCTIONS: Final[dict[str, Callable[[Arguments, Op, int, int], Expr]]] = {
    "ageYears": _age_years,
    "daysSince": _days_since,
}
