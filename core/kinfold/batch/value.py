"""Values on their way into a batch function and out of it.

In:  JSON that PostgreSQL wrote and the scalar of a field; or what a function returned and the scalar that it
declared. Out: Python values; or JSON. WrongValue for whatever is not exactly of its type.
"""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Sequence
from typing import Any, Final

import orjson

from kinfold.catalog import Batch, BatchKey, Field, Scalar
from kinfold.policy.region import is_region

_INT: Final = 2**31  # GraphQL's Int


class WrongValue(Exception):
    """Not of the declared type. Says nothing of the value."""


def read_key(text: bytes, needs: Sequence[Field]) -> BatchKey | None:
    """The key in a cell's array; None when a part of it is missing, or is a date that no calendar has."""
    parts = tuple(_read(value, need.scalar) for value, need in zip(orjson.loads(text), needs, strict=True))
    return None if None in parts else parts


def _read(value: Any, scalar: Scalar) -> Any:
    if value is None:
        return None
    try:
        match scalar:
            case Scalar.ID:
                return uuid.UUID(value)
            case Scalar.DATE:
                return dt.date.fromisoformat(value)
            case Scalar.DATETIME:
                return dt.datetime.fromisoformat(value).astimezone(dt.UTC)
            case _:
                return value
    except (ValueError, OverflowError):
        return None  # "infinity", or a year beyond 9999


def write_value(value: Any, field: Field, batch: Batch) -> bytes:
    """A function's value as JSON, or WrongValue."""
    if value is None:
        return b"null"
    if not _is_of(value, field.scalar, batch):
        raise WrongValue
    if isinstance(value, dt.datetime):
        value = value.astimezone(dt.UTC)
    try:
        return orjson.dumps(value)
    except TypeError:  # a text that is no Unicode
        raise WrongValue from None


def _is_of(value: Any, scalar: Scalar, batch: Batch) -> bool:
    kind = type(value)  # exactly: a bool is no number, a datetime no date
    match scalar:
        case Scalar.STRING:
            return kind is str
        case Scalar.INT:
            return kind is int and -_INT <= value < _INT
        case Scalar.FLOAT:
            return (kind is float and math.isfinite(value)) or (kind is int and abs(value) < 2**53)
        case Scalar.BOOLEAN:
            return kind is bool
        case Scalar.DATE:
            return kind is dt.date
        case Scalar.DATETIME:
            return kind is dt.datetime and value.tzinfo is not None
        case Scalar.REGION:
            return kind is str and is_region(value)
        case Scalar.ENUM:
            return kind is str and value in batch.codes
        case Scalar.ID:
            return False
