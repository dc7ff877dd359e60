"""Every mask is one function written twice: SQL and Python give the same text for any value."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinfold.policy.ir import ValueType
from kinfold.policy.mask import MASKS

#: Anything that PostgreSQL's text can hold.
TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=24)
VALUES: dict[ValueType, tuple[str, st.SearchStrategy[Any]]] = {
    ValueType.TEXT: ("text", TEXTS | st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True)),
    ValueType.REGION: ("text", st.from_regex(r"[0-9]{0,14}", fullmatch=True)),
    ValueType.DATE: ("date", st.dates() | st.sampled_from([date.min, date.max])),
    ValueType.INT: ("bigint", st.integers(-(2**63), 2**63 - 1)),
    ValueType.BOOL: ("boolean", st.booleans()),
}


PAIRS = [(name, kind) for name, mask in MASKS.items() for kind in sorted(mask.takes & VALUES.keys())]


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_sql_and_python_agree(database, name: str, kind: ValueType) -> None:
    mask = MASKS[name]
    pg_type, strategy = VALUES[kind]

    @settings(max_examples=25, deadline=None, database=None)
    @given(values=st.lists(strategy | st.none(), min_size=20, max_size=60))
    def run(values: list[Any]) -> None:
        text = f"SELECT {mask.render('v')} AS shown FROM unnest($1::{pg_type}[]) WITH ORDINALITY AS t(v, n) ORDER BY n"
        shown = [record["shown"] for record in database.run(database.connection.fetch(text, values))]
        assert shown == [mask.apply(value) for value in values]

    run()


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("last4", "370999201503011234", "**************1234"),
        ("last4", "12345", "*****"),
        ("first4_last4", "370999201503011234", "3709********1234"),
        ("first4_last4", "37099912345", "***********"),
        ("year", date(2015, 3, 1), "2015"),
        ("surname", "张小明", "张**"),
        ("surname", "张", "张**"),
        ("town", "370999101201", "370999101"),
        ("town", "370999", "370999"),
        ("present", 0, "有"),
        ("present", None, None),
        ("last4", None, None),
    ],
)
def test_what_a_mask_shows(name: str, value: Any, shown: str | None) -> None:
    assert MASKS[name].apply(value) == shown
