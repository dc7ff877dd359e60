"""Statements are compiled once: of queries and of payloads, per document, shape, class and policy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import kinfold.commands.execute
import pytest
from kinfold.plan.cost import Cost
from kinfold.sql.cache import Prepared, StatementCache
from kinfold.sql.compile import Statement, compile_statement
from kinfold.testing.command_world import CommandWorld, NotAvailable
from kinfold.testing.database import TestServer
from trial_plugin import NOTICE, notice


@pytest.fixture(scope="module")
async def world(postgres: TestServer) -> AsyncIterator[CommandWorld]:
    opened = await CommandWorld.open(postgres.create_database("statement_cache"))
    yield opened
    await opened.close()


@pytest.fixture
def compiled(world: CommandWorld, monkeypatch: pytest.MonkeyPatch) -> list[Statement]:
    """What was compiled for payloads since the test began."""
    found: list[Statement] = []

    def count(*arguments: Any, **more: Any) -> Statement:
        found.append(compile_statement(*arguments, **more))
        return found[-1]

    monkeypatch.setattr(kinfold.commands.execute, "compile_statement", count)
    world.statements = StatementCache()
    return found


async def test_a_payload_is_compiled_once_for_a_class_of_callers(
    world: CommandWorld, compiled: list[Statement]
) -> None:
    first, second = [await world.add_family() for _ in range(2)]
    answers = [await world.send(world.liaison(), NOTICE, notice(one)) for one in (first, second)]
    assert len(compiled) == 1
    names = [answer["noticeDeparture"]["child"]["id"] for answer in answers]
    assert names[0] != names[1]  # the statement is one, its values are not
    third = await world.add_family()
    await world.send(world.guardian(third.mother), NOTICE, notice(third))
    assert len(compiled) == 2
    assert compiled[0].text != compiled[1].text  # another class, another policy in it


async def test_what_the_input_looks_like_does_not_matter(
    world: CommandWorld, compiled: list[Statement]
) -> None:
    one, other = [await world.add_family() for _ in range(2)]
    await world.send(world.liaison(), NOTICE, notice(one))
    await world.send(world.liaison(), NOTICE, notice(other, reason="STUDY"))
    assert len(compiled) == 1


async def test_two_fields_of_one_document_have_statements_of_their_own(
    world: CommandWorld, compiled: list[Statement]
) -> None:
    one, other = [await world.add_family() for _ in range(2)]
    text = """mutation Two($a: NoticeDepartureInput!, $b: NoticeDepartureInput!) {
      a: noticeDeparture(input: $a) { child { id } }  b: noticeDeparture(input: $b) { child { id name } } }"""
    answer = await world.send(world.liaison(), text, {"a": notice(one)["input"], "b": notice(other)["input"]})
    assert set(answer["a"]["child"]) == {"id"}
    assert set(answer["b"]["child"]) == {"id", "name"}
    assert len(compiled) == 2


async def test_a_variable_of_the_payload_does_matter(world: CommandWorld, compiled: list[Statement]) -> None:
    text = """mutation N($input: NoticeDepartureInput!, $named: Boolean!, $field: ChildField!) {
      noticeDeparture(input: $input) { child { name @include(if: $named) viewerCan { read(field: $field) } } } }"""
    for number, (named, field) in enumerate([(True, "NAME"), (False, "NAME"), (True, "PHONE")], 1):
        one = await world.add_family()
        answer = await world.send(world.liaison(), text, {**notice(one), "named": named, "field": field})
        assert ("name" in answer["noticeDeparture"]["child"]) is named
        assert len(compiled) == number


async def test_a_refusal_is_asked_each_time(world: CommandWorld, compiled: list[Statement]) -> None:
    one = await world.add_family(village="370999101202")
    for _ in range(2):
        with pytest.raises(NotAvailable):
            await world.send(world.liaison(), NOTICE, notice(one))


def test_the_least_recently_used_is_forgotten() -> None:
    made: list[int] = []

    def make(number: int) -> Prepared:
        made.append(number)
        return Prepared(Statement(str(number), (), (), (), False, ""), Cost(()))

    cache = StatementCache(2)
    for number in (1, 2, 1, 3, 1, 2):
        assert cache.find(number, lambda number=number: make(number)).statement.text == str(number)
    assert made == [1, 2, 3, 2]
