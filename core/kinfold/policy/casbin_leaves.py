"""The leaf functions that the Casbin rules call, and the spelling of their arguments.

In:  values read from records. Out: booleans. Every leaf comes twice: `…_a` for allow rules, false where the
truth is unknown, and `…_d` for deny rules, true there. Literals and names arrive in hexadecimal, because
pycasbin rewrites the text of a rule (`&&`, `||`, `!`, `r.`, `p.`) without looking whether it stands in a string.

This is evaluator A, the oracle. It is written apart from closure.py on purpose: other ways to count years and to
find regions, so that the agreement test compares two opinions, not one with itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache, wraps
from typing import Any, Final

from kinfold.policy.ir import Literal, Op, ValueType
from kinfold.policy.region import cover_regions, region_bounds, region_ord


class Record:
    """What a rule sees as r.sub, r.obj or r.env: opaque, so that nothing but a leaf can look inside."""

    __slots__ = ("kind", "read")

    def __init__(self, values: Mapping[str, Any], kind: str = "") -> None:
        self.kind = kind
        self.read = values.__getitem__


def spell(value: Any) -> str:
    """A JSON value as a call with one hexadecimal argument."""
    return f"x('{json.dumps(value, ensure_ascii=False).encode().hex()}')"


def spell_literals(literals: tuple[Literal, ...]) -> str:
    """Literals with their types; one call for a whole list."""
    return spell([[one.type.value, _plain(one)] for one in literals])


def _plain(literal: Literal) -> Any:
    return literal.value.isoformat() if isinstance(literal.value, date) else literal.value


@lru_cache(maxsize=16_384)
def _decode(text: str) -> Any:
    return json.loads(bytes.fromhex(text).decode())


@lru_cache(maxsize=16_384)
def _literals(text: str) -> tuple[Any, ...]:
    return tuple(_value(kind, plain) for kind, plain in _decode(text))


def _value(kind: str, plain: Any) -> Any:
    if kind == ValueType.DATE:
        return date.fromisoformat(plain)
    return _comparable(plain, kind)


def _comparable(value: Any, kind: str) -> Any:
    """Ids as text; decimals so that NaN equals itself and stands last."""
    if value is None:
        return None
    if kind == ValueType.ID:
        return str(value)
    if kind == ValueType.FLOAT:
        number = float(value)
        return (0, number) if number == number else (1, 0.0)
    return value


# terms ---------------------------------------------------------------------------------------------------


def literal(text: str) -> Any:
    """One typed literal."""
    return _literals(text)[0]


def literal_set(text: str) -> tuple[Any, ...]:
    return _literals(text)


def attribute(record: Record, text: str) -> Any:
    """An attribute with its type: `[type, name]`."""
    kind, name = _decode(text)
    return _comparable(record.read(name), kind)


def coalesce(value: Any, default: Any) -> Any:
    return default if value is None else value


# leaves: None stands for unknown ---------------------------------------------------------------------------


def compare(op: str, left: Any, right: Any) -> bool | None:
    if left is None or right is None:
        return None
    match op:
        case "eq":
            return bool(left == right)
        case "ne":
            return bool(left != right)
        case "lt":
            return bool(left < right)
        case "le":
            return bool(left <= right)
        case "gt":
            return bool(left > right)
        case "ge":
            return bool(left >= right)
    raise LookupError(op)


def member(value: Any, options: Any, sign: int) -> bool | None:
    if len(options) == 0:
        return sign == 0
    if value is None:
        return None
    return any(value == one for one in options) == (sign == 1)


def is_null(value: Any, sign: int) -> bool | None:
    return (value is None) == (sign == 1)


def starts_with(value: Any, needle: str, sign: int) -> bool | None:
    return None if value is None else (value[: len(needle)] == needle) == (sign == 1)


def contains(value: Any, needle: str, sign: int) -> bool | None:
    return None if value is None else (value.find(needle) >= 0) == (sign == 1)


def under(code: str | None, territories: Any, sign: int) -> bool | None:
    """By numbers, where closure.py goes by text."""
    bounds = [region_bounds(code) for code in cover_regions(territories)]
    if not bounds:
        return sign == 0
    number = region_ord(code)
    if number is None:
        return None
    return any(low <= number <= high for low, high in bounds) == (sign == 1)


def related(values: Any, who: Any, sign: int) -> bool | None:
    if who is None:
        return None
    wanted = who if isinstance(who, frozenset | tuple | list | set) else (who,)
    return any(one in values for one in wanted) == (sign == 1)


def age(op: str, born: date | None, today: date, years: int) -> bool | None:
    """By this year's birthday, where closure.py compares month and day."""
    if born is None:
        return None
    try:
        birthday = born.replace(year=today.year)
    except ValueError:
        birthday = date(today.year, 3, 1)
    return compare(op, today.year - born.year - (1 if today < birthday else 0), years)


def days(op: str, since: date | None, today: date, count: int) -> bool | None:
    return None if since is None else compare(op, today.toordinal() - since.toordinal(), count)


def intersects(held: Any, options: Any, sign: int) -> bool | None:
    return any(one in options for one in held) == (sign == 1)


def constant(sign: int) -> bool | None:
    return sign == 1


OP_NAMES: Final = {Op.EQ: "eq", Op.NE: "ne", Op.LT: "lt", Op.LE: "le", Op.GT: "gt", Op.GE: "ge"}

TERMS: Final[dict[str, Callable[..., Any]]] = {
    "x": _decode,
    "lit": literal,
    "lits": literal_set,
    "attr": attribute,
    "coalesce": coalesce,
}

LEAVES: Final[dict[str, Callable[..., bool | None]]] = {
    "compare": compare,
    "member": member,
    "isNull": is_null,
    "startsWith": starts_with,
    "contains": contains,
    "under": under,
    "related": related,
    "age": age,
    "days": days,
    "intersects": intersects,
    "constant": constant,
}


def _settle(leaf: Callable[..., bool | None], unknown: bool) -> Callable[..., bool]:
    @wraps(leaf)
    def settled(*arguments: Any) -> bool:
        truth = leaf(*arguments)
        return unknown if truth is None else truth

    return settled


def one_of(word: str, words: str) -> bool:
    """`word` stands in a list separated by blanks, or the list is `*`."""
    return words == "*" or word in words.split(" ")


def leaf_functions() -> dict[str, Callable[..., Any]]:
    """Everything that a compiled rule and the model's matcher may call."""
    found: dict[str, Callable[..., Any]] = {"oneOf": one_of, **TERMS}
    for name, leaf in LEAVES.items():
        found[f"{name}_a"] = _settle(leaf, False)
        found[f"{name}_d"] = _settle(leaf, True)
    return found
