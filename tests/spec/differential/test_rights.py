"""`viewerCan` against the closures of the policy: the same documents, the same rows, under rules that let callers write.

The shipped rules let hardly anybody update, and nobody delete. Here every second of them that opens rows for reading
opens them for updating as well, with half of its fields, and every third for deleting; some of them deny.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import kinfold.sql.ability
import pytest
from engine import TODAY
from harness import Difference, Harness, open_harness
from kinfold.assembly.inputs import order_member
from kinfold.document.errors import DocumentTooLarge
from kinfold.policy.bundle import Bundle
from kinfold.policy.ir import ALWAYS
from kinfold.policy.rule import Effect, Rule
from viewpoint import Viewpoint

DOCUMENTS = int(os.environ.get("DIFFERENTIAL_DOCUMENTS", "600")) // 3
PERSONAS = ("guardian", "school", "village-liaison")


def make_writing(rules: tuple[Rule, ...]) -> list[Rule]:
    """Rules for writing, made from those for reading: their conditions are as odd as the shipped ones are."""
    found: list[Rule] = []
    reading = [rule for rule in rules if rule.acts == ("read",) and rule.effect is Effect.ALLOW]
    for place, rule in enumerate(reading):
        bare = dataclasses.replace(rule, read=(), masks=())
        if place % 2 == 0 or rule.when != ALWAYS:
            found.append(
                dataclasses.replace(
                    bare, id=f"{rule.id}.w", acts=("update",), write=rule.read[place % 2 :: 2]
                )
            )
        if place % 3 == 0:
            found.append(dataclasses.replace(bare, id=f"{rule.id}.d", acts=("delete",)))
        if place % 7 == 0 and rule.when != ALWAYS:
            found.append(
                dataclasses.replace(bare, id=f"{rule.id}.n", acts=("update", "delete"), effect=Effect.DENY)
            )
    return found


@pytest.fixture(scope="module")
def callers(county_url: str) -> Iterator[dict[str, Harness]]:
    """Each persona under the shipped rules and those for writing."""
    with contextlib.ExitStack() as stack:
        found = {}
        for name in PERSONAS:
            harness = found[name] = stack.enter_context(open_harness(county_url, name, is_open=False))
            rules = harness.engine.bundle.rules
            harness.engine.bundle = Bundle([*rules, *make_writing(rules)])
            harness.use(Viewpoint(harness.view.rows, harness.engine.bundle, harness.principal, TODAY))
        yield found


@pytest.mark.parametrize("persona", PERSONAS)
def test_equal_to_the_closures(callers: dict[str, Harness], persona: str) -> None:
    """Random documents: `viewerCan` stands in lists, below unions and at the end of edges."""
    harness = callers[persona]
    harness.refused = {}
    for seed in range(DOCUMENTS):
        harness.check(Random(seed))
    assert set(harness.refused) <= {DocumentTooLarge.code}


def ask_every_row(harness: Harness) -> set[tuple[str, Any]]:
    """Compare the rights to every row of some types; what was answered, as (act, answer)."""
    said: set[tuple[str, Any]] = set()
    types = harness.view.rows.catalog.types
    for root, name in TYPES.items():
        members = [m for m in MEMBERS if m in types[name].fields][:9]
        asked = " ".join(
            f"{act}{i}: {act}(field: {order_member(m)})"
            for i, m in enumerate(members)
            for act in ("read", "update", "mask")
        )
        text = f"{{ {root}(first: 400) {{ nodes {{ id viewerCan {{ update delete {asked} }} }} }} }}"
        harness.compare(text, {})
        answer = harness.runner.run(harness.engine.ask(harness.principal, text)).data
        for node in answer[root]["nodes"]:
            said |= {(key.rstrip("0123456789"), value) for key, value in node["viewerCan"].items()}
    return said


TYPES = {"children": "Child", "schools": "School"}
MEMBERS = ("name", "hasCounsellor", "birthDate", "idNumber", "phone", "regionCode", "version", "age", "code",
           "lunarBirthday")  # fmt: skip


def test_equal_on_every_row(callers: dict[str, Harness]) -> None:
    """Several fields, all acts; every answer occurs."""
    said = set().union(*(ask_every_row(harness) for harness in callers.values()))
    assert said >= {(act, truth) for act in ("read", "update", "delete") for truth in (True, False)}
    assert said >= {("mask", None), ("mask", "last4")}


BROKEN: dict[str, tuple[str, str, Callable[..., Any]]] = {
    "read is always": ("guardian", "_read", lambda field, scope: ALWAYS),
    "a field is changed with its row": (
        "village-liaison", "_writing",
        lambda ability, scope, tests: kinfold.sql.ability._test(
            scope.writer.authorized.writing(scope.type, ability.name).row, scope, tests
        ),
    ),
    "no masks": ("village-liaison", "_mask", lambda field, scope, tests: "NULL::text"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_viewer_can_is_noticed(
    callers: dict[str, Harness], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    persona, function, wrong = BROKEN[name]
    monkeypatch.setattr(kinfold.sql.ability, function, wrong)
    with pytest.raises(Difference):
        ask_every_row(callers[persona])
