"""Cost: a bound before anything is read, the objects of the answer counted after it."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kinfold.assembly import assemble
from kinfold.assembly.schema import build_schema
from kinfold.document.document import DocumentReader
from kinfold.plan.build import build_plan
from kinfold.plan.cost import INNER_PAGE, NATURAL_ROWS, ROOT_PAGE, Cost, count_cost
from kinfold.result.cost import count_objects
from kinfold.sql.cost import AD_HOC_CEILING, CEILING
from kinfold.testing.server import RunningKinfold
from kinfold.testing.statements import StatementCounter

ASSEMBLY = assemble()
READER = DocumentReader(build_schema(ASSEMBLY.catalog, ASSEMBLY.mutations))


def cost_of(text: str, variables: dict[str, Any] | None = None) -> tuple[Cost, int]:
    document = READER.read(text, None, variables)
    cost = count_cost(build_plan(document, ASSEMBLY.catalog))
    return cost, cost.total(lambda size: document.variables[size.name])  # type: ignore[union-attr]


# Names of answers are GraphQL names; texts are anything, braces, quotes and backslashes above all.
TEXTS = st.text(alphabet='{}[]",:\\ \n\t/ab儿é😀\u2028\x01', max_size=8) | st.text(max_size=8)
NAMES = st.from_regex(r"\A[_A-Za-z][_0-9A-Za-z]{0,5}\Z")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=30,
)


def count(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(count, value.values()))
    return sum(map(count, value)) if isinstance(value, list) else 0


@given(VALUES)
def test_objects_are_counted_exactly(value: Any) -> None:
    wanted = count(value)
    assert count_objects(orjson.dumps(value)) == wanted
    assert count_objects(json.dumps(value).encode()) == wanted  # escapes, and blanks after commas and colons
    assert count_objects(json.dumps(value, ensure_ascii=False, indent=1).encode()) == wanted
    assert count_objects(json.dumps(value, separators=(", \n ", " : ")).encode()) == wanted


@pytest.mark.parametrize(
    "text", ["{", "a{", '{"', '"{', "{}", "\\{", '{\\"', '{"a":', "{{{", "}{", '",{"', "{\u2028"]
)
def test_braces_inside_texts_are_no_objects(text: str) -> None:
    for value in ({"a": text}, {"a": [text, text]}, [{"a": text, "b": {}}, text], {"a": {"b": text}}):
        assert count_objects(orjson.dumps(value)) == count(value)


def test_every_answer_of_a_query_says_what_it_cost(server: RunningKinfold) -> None:
    office = server.as_("county-civil-affairs")
    answer = office.ask("{ children(first: 3) { nodes { id household { id } } } }")
    cost = answer.body["extensions"]["cost"]
    assert cost == {"bound": cost["bound"], "rows": 8, "statements": 1}
    assert cost["bound"] > ROOT_PAGE
    introspection = office.ask("{ __schema { queryType { name } } }")
    assert "extensions" not in introspection.body


def test_sizes_written_and_sizes_sent_cost_the_same() -> None:
    written = cost_of("{ children(first: 40) { nodes { id guardianships { id guardian { id } } } } }")
    text = "query Q($n: Int) { children(first: $n) { nodes { id guardianships { id guardian { id } } } } }"
    sent, total = cost_of(text, {"n": 40})
    assert written[1] == total
    assert len(written[0].terms) == 1
    assert len(sent.terms) == 2  # what is paid once, and what for each of $n rows
    assert cost_of(text, {"n": 80})[1] > total


def test_a_list_counts_as_its_natural_bound_or_as_what_is_asked_for() -> None:
    def rows(arguments: str) -> int:
        return cost_of(f"{{ children(first: 1) {{ nodes {{ id guardianships{arguments} {{ id }} }} }} }}")[1]

    assert rows("") - rows("(first: 1)") == NATURAL_ROWS - 1
    assert rows("(first: 200)") == rows("")


def test_nested_pages_multiply_and_cost_their_order() -> None:
    def total(first: int) -> int:
        return cost_of(
            f"{{ schools(first: {first}) {{ nodes {{ pupils(first: 10) {{ nodes {{ id }} }} }} }} }}"
        )[1]

    per_school = (total(20) - total(10)) / 10
    assert per_school == 1 + 1 + INNER_PAGE + 1 + 10


def test_the_bound_grows_with_filters_counts_and_orders() -> None:
    plain = cost_of("{ children(first: 1) { nodes { id } } }")[1]
    for more in (
        "{ children(first: 1, where: {sex: {eq: MALE}}) { nodes { id } } }",
        "{ children(first: 1, where: {delegations: {some: {hasAgreement: {eq: true}}}}) { nodes { id } } }",
        "{ children(first: 1, orderBy: [{region: {field: NAME}}]) { nodes { id } } }",
        "{ children(first: 1) { totalCount nodes { id } } }",
        "{ children(first: 1) { nodes { id household { id } } } }",
        "{ children(first: 1) { edges { node { id } } } }",
        "{ children(first: 1) { nodes { id isLeftBehind } } }",
    ):
        assert cost_of(more)[1] > plain, more


LISTS = "{" + " ".join(f"a{i}: children(first: 1) {{ nodes {{ id }} }}" for i in range(12)) + "}"
DEEP = (
    "query Q($n: Int) { children(first: $n) { nodes { household { members { person { guardianshipsHeld "
    "{ child { household { members { person { id } } } } } } } } } } }"
)


async def test_too_dear_is_refused_before_any_connection_is_taken(
    server: RunningKinfold, statements: StatementCounter
) -> None:
    office = server.as_("county-civil-affairs")
    for text, variables in ((LISTS, None), (DEEP, {"n": 100}), (DEEP.replace("$n)", "100)", 1), None)):
        text = text.replace("query Q($n: Int)", "query Q") if variables is None else text
        answer = office.ask(text, variables)
        assert (answer.status, answer.code) == (400, "Q121")
        message = answer.body["errors"][0]["message"]
        assert str(CEILING) in message
        assert int(message.split()[-3]) > CEILING  # the bound stands beside the ceiling
    assert await statements.seen() == []
    # The plan was kept by the refused request's kind only if it may be used: a smaller one is answered.
    assert office.ask(DEEP, {"n": 5}).data["children"]["nodes"]


def test_a_plan_that_is_kept_is_still_checked(server: RunningKinfold) -> None:
    office = server.as_("county-civil-affairs")
    assert office.ask(DEEP, {"n": 2}).data
    assert office.ask(DEEP, {"n": 200}).code == "Q121"
    assert office.ask(DEEP, {"n": 501}).code == "Q101"
    assert office.ask(DEEP, {"n": -1}).code == "Q101"


def test_an_ad_hoc_ceiling_leaves_room_for_a_page_of_families() -> None:
    full = """{ children(first: 50) { nodes { id name household { members { person { name } } }
        guardianships { guardian { name } } delegations { delegate { name } } registryEntries { state } } } }"""
    assert ROOT_PAGE < cost_of(full)[1] < AD_HOC_CEILING < CEILING


def test_counting_is_cheap() -> None:
    """A nested list of 80 KB, as a page of 50 children with their families: below 100 µs with room for a busy machine."""
    row = {"id": "Child:370983:0190a000-0000-7000-8000-000000000002", "name": "张三", "age": 7}
    data = orjson.dumps({"children": {"nodes": [{**row, "household": row, "guardian": row}] * 300}})
    assert 75_000 < len(data) < 90_000
    best = sys.float_info.max
    for _ in range(50):
        started = time.perf_counter()
        count_objects(data)
        best = min(best, time.perf_counter() - started)
    assert best < 100e-6
