"""What goes into a batch function and what may come out of it: exactly the declared type."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from typing import Any

import pytest
from kinfold.batch.value import WrongValue, read_key, write_value
from kinfold.catalog import Batch, Field, Scalar, Sensitivity


def field(scalar: Scalar) -> Field:
    return Field("f", "f", scalar, Sensitivity.S3, "education", "测", "Test")


BATCH = Batch(lambda request: {}, "test", (), 1.0, codes=("MALE", "FEMALE"))
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.mark.parametrize(
    ("scalar", "value", "json"),
    [
        (Scalar.STRING, "四月初十", '"四月初十"'.encode()),
        (Scalar.STRING, '"\\', rb'"\"\\"'),
        (Scalar.INT, -(2**31), b"-2147483648"),
        (Scalar.FLOAT, 0.5, b"0.5"),
        (Scalar.FLOAT, 3, b"3"),
        (Scalar.BOOLEAN, False, b"false"),
        (Scalar.DATE, dt.date(2026, 3, 2), b'"2026-03-02"'),
        (Scalar.DATETIME, NOON, b'"2026-03-02T04:00:00+00:00"'),
        (Scalar.REGION, "370983109", b'"370983109"'),
        (Scalar.ENUM, "MALE", b'"MALE"'),
        (Scalar.INT, None, b"null"),
    ],
)
def test_a_value_of_its_type_is_written(scalar: Scalar, value: Any, json: bytes) -> None:
    assert write_value(value, field(scalar), BATCH) == json


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        (Scalar.STRING, 1),
        (Scalar.STRING, b"x"),
        (Scalar.STRING, "\ud800"),
        (Scalar.INT, True),
        (Scalar.INT, 2**31),
        (Scalar.INT, 1.0),
        (Scalar.FLOAT, math.nan),
        (Scalar.FLOAT, math.inf),
        (Scalar.FLOAT, 10**400),
        (Scalar.FLOAT, True),
        (Scalar.BOOLEAN, 1),
        (Scalar.DATE, NOON),
        (Scalar.DATE, "2026-03-02"),
        (Scalar.DATETIME, dt.datetime(2026, 3, 2)),
        (Scalar.DATETIME, dt.date(2026, 3, 2)),
        (Scalar.REGION, "37098"),
        (Scalar.ENUM, "OTHER"),
        (Scalar.ID, "Child:370999:1"),
        (Scalar.STRING, ["x"]),
    ],
)
def test_any_other_value_is_refused(scalar: Scalar, value: Any) -> None:
    with pytest.raises(WrongValue):
        write_value(value, field(scalar), BATCH)


def test_keys_are_python_values() -> None:
    needs = [field(s) for s in (Scalar.ID, Scalar.DATE, Scalar.DATETIME, Scalar.STRING, Scalar.INT)]
    one = uuid.UUID("0190a000-0000-7000-8000-000000000002")
    text = f'["{one}", "2026-03-02", "2026-03-02T12:00:00+08:00", "]\\"}}", 5]'.encode()
    assert read_key(text, needs) == (
        one, dt.date(2026, 3, 2), dt.datetime(2026, 3, 2, 4, tzinfo=dt.UTC), ']"}', 5,
    )  # fmt: skip


@pytest.mark.parametrize("text", ["null", '"infinity"', '"-infinity"', '"10000-01-01"', '"0044-03-15 BC"'])
def test_a_date_that_no_calendar_has_is_missing(text: str) -> None:
    assert read_key(f"[{text}]".encode(), [field(Scalar.DATE)]) is None
    assert read_key(f"[{text}]".encode(), [field(Scalar.DATETIME)]) is None
