"""Who is in an answer: read from its bytes, without decoding it, and never wrongly."""

from __future__ import annotations

import json
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kinfold.audit.pseudonym import TOKEN, hash_row, hash_rows, split_tokens
from kinfold.sql.witness import KEY, Witness, take_witness

WITNESS = Witness((("id", ("Child", "Person")), ("who", ("Person",))), has_marks=True)
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12) | st.sampled_from(
    [
        '"id":"Child:370983:',
        f'{{"{KEY}":"',
        "Child:370983:",
        f'{{"{KEY}":null,',
        KEY,
        KEY * 2,
        "~",
        "\\",
        "{",
        '"',
    ]
)


def compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


@st.composite
def answers(draw: st.DrawFn) -> tuple[object, object, set[bytes]]:
    """An answer as the statement writes it, the same without marks, and who is in it."""
    written, shown, persons = [], [], set()
    for kind in draw(st.lists(st.sampled_from(["child", "person", "edge", "nobody", "bare"]), max_size=8)):
        who = draw(st.uuids(version=4))
        rest = {"name": draw(NAMES), "list": [draw(NAMES)]}
        match kind:
            case "child":
                mark, own = {}, {"id": f"Child:370983:{who}", **rest}
            case "person":
                mark, own = {}, {"who": f"Person:370983:{who}", **rest}
            case "edge":
                mark, own = {KEY: str(who)}, rest
            case "bare":
                mark, own = {KEY: str(who)}, {}
            case _:
                mark, own = {KEY: None}, {"id": f"Household:370983:{who}", **rest}
        if kind != "nobody":
            persons.add(who.bytes)
        written.append({**mark, **own})
        shown.append(own)
    return written, shown, persons


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answers())
def test_everybody_is_found_and_marks_are_gone(answer: tuple[object, object, set[bytes]]) -> None:
    written, shown, persons = answer
    data, found = take_witness(compact(written), WITNESS)
    assert data == compact(shown)
    assert len(found) == TOKEN * len(persons)
    assert set(split_tokens(found)) == persons


def test_another_field_under_the_same_key_is_nobody() -> None:
    who = uuid.uuid4()
    written = compact(
        [{"id": f"Child:370983:{who}"}, {"id": "Child:370983:not an id at all, but long enough"}]
    )
    data, found = take_witness(written, WITNESS)
    assert (data, found) == (written, who.bytes)


@pytest.mark.parametrize("data", [b"null", b'{"children":{"nodes":[]}}', b'{"a":"{\\"~p\\":"}'])
def test_nobody(data: bytes) -> None:
    assert take_witness(data, WITNESS) == (data, b"")


def test_pseudonyms_need_the_key_and_the_county() -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    assert hash_row(b"k" * 32, "370983", one) == hash_row(b"k" * 32, "370983", one) != one.bytes
    seen = {hash_row(key, county, row) for key in (b"k" * 32, b"l" * 32) for county in ("370983", "370984") for row in (one, other)}  # fmt: skip
    assert len(seen) == 8
    many = hash_rows(b"k" * 32, "370983", one.bytes + other.bytes)
    assert split_tokens(many) == sorted(hash_row(b"k" * 32, "370983", row) for row in (one, other))
