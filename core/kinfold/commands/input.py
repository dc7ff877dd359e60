"""A mutation's input: from the document's literals and variables to the values that a handler reads.

In:  the argument `input` of a root field, the mutation's declared fields.
Out: values by name (ids of this jurisdiction, dates, codes, trimmed text), and what the user can mend.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kinfold.catalog import Scalar
from kinfold.commands.errors import NotAvailable
from kinfold.document.errors import IdMalformed
from kinfold.plan.argument import enum_value
from kinfold.plan.model import Const, Given, Var
from kinfold.plugin_api import InputField, UserError
from kinfold.policy.region import is_region
from kinfold.sql.bind import parse_id

LONGEST: Final = 2000  # characters of a text that declares no bound of its own
Problems = list[UserError]


def resolve_input(given: Given | None, variables: Mapping[str, Any]) -> Mapping[str, Any]:
    """The input as plain values; what was given by a variable that is absent is left out."""
    found = _resolve(given, variables)
    return found if isinstance(found, Mapping) else {}


def _resolve(value: Any, variables: Mapping[str, Any]) -> Any:
    if isinstance(value, Const):
        return _resolve(value.value, variables)
    if isinstance(value, Var):
        found: Any = variables.get(value.name)
        for step in value.path:
            found = found[step]
        return found
    if isinstance(value, Mapping):
        return {
            str(k): _resolve(v, variables)
            for k, v in value.items()
            if not (isinstance(v, Var) and not v.path and v.name not in variables)
        }
    if isinstance(value, (list, tuple)):
        return [_resolve(v, variables) for v in value]
    return value


def convert_input(
    fields: Sequence[InputField], raw: Mapping[str, Any], jurisdiction: str
) -> tuple[dict[str, Any], tuple[UserError, ...]]:
    """The handler's values, and the problems that the platform itself finds.

    Raises IdMalformed for an id of another type, NotAvailable for one of another county: as if it were none.
    """
    problems: Problems = []
    values = _object(fields, raw, jurisdiction, "", problems)
    return values, tuple(problems)


def list_ids(value: Any) -> Iterator[uuid.UUID]:
    """Every id in converted values."""
    if isinstance(value, uuid.UUID):
        yield value
    elif isinstance(value, Mapping):
        for below in value.values():
            yield from list_ids(below)
    elif isinstance(value, list):
        for below in value:
            yield from list_ids(below)


def _object(
    fields: Sequence[InputField], raw: Mapping[str, Any], home: str, path: str, problems: Problems
) -> dict[str, Any]:
    return {f.name: _field(f, raw.get(f.name), home, f"{path}{f.name}", problems) for f in fields}


def _field(f: InputField, value: Any, home: str, path: str, problems: Problems) -> Any:
    if value is None:
        return None
    if not f.is_list:
        return _one(f, value, home, path, problems)
    values = list(value) if isinstance(value, (list, tuple)) else [value]
    if f.max_length is not None and len(values) > f.max_length:
        problems.append(_too_many(path, f.max_length))
        return []
    return [_one(f, one, home, f"{path}.{index}", problems) for index, one in enumerate(values)]


def _one(f: InputField, value: Any, home: str, path: str, problems: Problems) -> Any:
    if f.of:
        return _object(f.of, value, home, f"{path}.", problems)
    match f.scalar:
        case Scalar.ID:
            return _id(f, value, home)
        case Scalar.DATE:
            return dt.date.fromisoformat(value) if isinstance(value, str) else value
        case Scalar.DATETIME:
            return dt.datetime.fromisoformat(value) if isinstance(value, str) else value
        case Scalar.ENUM:
            return enum_value(value)
        case Scalar.REGION:
            code = str(value).strip()
            if not is_region(code):
                problems.append(_region_wrong(path))
            return code
        case Scalar.STRING:
            return _text(f, str(value), path, problems)
    return value


def _id(f: InputField, value: Any, home: str) -> uuid.UUID:
    type_name, jurisdiction, found = parse_id(value)
    if f.refers_to is not None and type_name != f.refers_to:
        raise IdMalformed
    if jurisdiction != home:
        raise NotAvailable
    return found


def _text(f: InputField, value: str, path: str, problems: Problems) -> str | None:
    text = value.strip()
    bound = LONGEST if f.max_length is None or f.is_list else f.max_length
    if any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
        problems.append(_control_character(path))
    elif len(text) > bound:
        problems.append(_too_long(path, bound))
    elif not text and f.required:
        problems.append(UserError("EMPTY", path, "不能为空。", "This must not be empty."))
    return text or None


def _too_many(path: str, bound: int) -> UserError:
    return UserError("TOO_MANY", path, f"最多{bound}项。", f"At most {bound} entries.")


def _too_long(path: str, bound: int) -> UserError:
    return UserError("TOO_LONG", path, f"最多{bound}个字符。", f"At most {bound} characters.")


def _control_character(path: str) -> UserError:
    return UserError("CHARACTER", path, "含有不可见的控制字符。", "It contains a control character.")


def _region_wrong(path: str) -> UserError:
    return UserError(
        "REGION", path, "区划代码应为2、4、6、9或12位数字。", "A division code has 2, 4, 6, 9 or 12 digits."
    )
