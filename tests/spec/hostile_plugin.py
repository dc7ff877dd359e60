"""A plugin whose batch fields count, fail, hang and lie; and the rules that open them.

In:  nothing. Out: `Hostile` (its `asked` holds what each function was given), and `grant`, which writes policies that
let civil affairs read its fields.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kinfold.plugin_api import (
    API_LEVEL,
    BatchFieldSpec,
    BatchRequest,
    PluginInfo,
    Scalar,
    hookimpl,
)
from kinfold.policy.load import SHIPPED

SECRET = "2017-05-05"  # what an exception's text would betray

RULE = """
kind: core.Person
owner: education
rules:
  - id: hostile.{name}
    effect: allow
    act: [read]
    purpose: [child_protection, education.oversight]
    when: "r.sub.department == '{department}' && under(r.obj.region_code, r.sub.regions){more}"
    fields: {{ read: [{fields}] }}
    because: {{ zh: 测试, en: Test }}
    legal_basis: 测试
    review_by: 2099-01-01
"""


def raises(request: BatchRequest) -> dict[Any, Any]:
    raise ValueError(f"cannot work with {request.keys}")


def exits(request: BatchRequest) -> dict[Any, Any]:
    raise SystemExit(str(request.keys))


async def exits_later(request: BatchRequest) -> dict[Any, Any]:
    await asyncio.sleep(0)
    raise SystemExit(str(request.keys))


def hangs(request: BatchRequest) -> dict[Any, Any]:
    time.sleep(6)
    return dict.fromkeys(request.keys, 1)


async def holds_on(request: BatchRequest) -> dict[Any, Any]:
    """Does not let itself be cancelled."""
    until = time.monotonic() + 2
    while time.monotonic() < until:
        try:
            await asyncio.sleep(0.5)
        except asyncio.CancelledError:
            continue
    return dict.fromkeys(request.keys, 1)


def mutates(request: BatchRequest) -> dict[Any, Any]:
    request.keys.clear()  # type: ignore[attr-defined]
    return {}


def replaces(request: BatchRequest) -> dict[Any, Any]:
    request.keys = ()  # type: ignore[misc]
    return {}


class Odd(Mapping[Any, Any]):
    """A mapping that breaks when it is looked at."""

    def __getitem__(self, key: Any) -> Any:
        raise RuntimeError(SECRET)

    def __iter__(self) -> Iterator[Any]:
        return iter([("one",)])

    def __len__(self) -> int:
        return 1


def later(request: BatchRequest) -> Any:
    async def work() -> dict[Any, Any]:
        return dict.fromkeys(request.keys, 1)

    return work()


WRONG: dict[str, Callable[[BatchRequest], Any]] = {
    "raises": raises,
    "exits": exits,
    "exits_later": exits_later,
    "mutates": mutates,
    "replaces": replaces,
    "gives_text": lambda r: dict.fromkeys(r.keys, "1"),
    "gives_bool": lambda r: dict.fromkeys(r.keys, True),
    "gives_float": lambda r: dict.fromkeys(r.keys, 1.0),
    "gives_too_large": lambda r: dict.fromkeys(r.keys, 2**31),
    "gives_list": lambda r: {key: [1] for key in r.keys},
    "gives_nothing": lambda r: None,
    "gives_pairs": lambda r: [(key, 1) for key in r.keys],
    "gives_odd": lambda r: Odd(),
    "gives_coroutine": later,
    "misses_one": lambda r: dict.fromkeys(r.keys[1:], 1),
    "misses_all": lambda r: {},
}
SLOW: dict[str, Callable[[BatchRequest], Any]] = {"hangs": hangs, "holds_on": holds_on}


class Hostile:
    """The plugin; assemble it as `hostile`."""

    def __init__(self) -> None:
        self.asked: dict[str, list[tuple[Any, ...]]] = defaultdict(list)

    def ask(self, name: str, request: BatchRequest) -> None:
        self.asked[name].append(request.keys)

    def born(self, request: BatchRequest) -> dict[Any, Any]:
        self.ask("born", request)
        extra = {("nobody asked",): object()}
        return {**{key: key[0].year for key in request.keys}, **extra}

    async def own_id(self, request: BatchRequest) -> dict[Any, Any]:
        self.ask("own_id", request)
        await asyncio.sleep(0.01)
        return {key: f"{request.jurisdiction} {key[0]}" for key in request.keys}

    def told(self, request: BatchRequest) -> dict[Any, Any]:
        self.ask("told", request)
        return {key: None if key[0].startswith("李") else request.today for key in request.keys}

    @hookimpl
    def plugin_info(self) -> PluginInfo:
        return PluginInfo("hostile", "1", API_LEVEL, "education", "敌", "Hostile")

    @hookimpl
    def graphql_fields(self) -> Sequence[BatchFieldSpec]:
        def spec(name: str, scalar: Scalar, batch: Any, needs: Sequence[str] = ("id",)) -> BatchFieldSpec:
            return BatchFieldSpec(
                "Child", name, scalar, "education", "S3", "测", name, batch, tuple(needs), seconds=0.3
            )

        return [
            spec("born", Scalar.INT, self.born, ["birth_date"]),
            spec("own_id", Scalar.STRING, self.own_id),
            spec("told", Scalar.DATE, self.told, ["name", "phone"]),
            *(spec(name, Scalar.INT, function) for name, function in {**WRONG, **SLOW}.items()),
        ]


def grant(directory: Path) -> Path:
    """The shipped policies, and rules for the fields: `own_id` of boys only, `born` and the rest of all.

    The bureau gets `born` as well, and no rule gives it the birth date.
    """
    found = directory / "policies"
    shutil.copytree(SHIPPED, found)
    names = ", ".join(f"hostile.{name}" for name in ("born", "told", *WRONG, *SLOW))
    for name, department, more, fields in (
        ("all", "civil_affairs", "", names),
        ("boys", "civil_affairs", " && r.obj.sex == 'MALE'", "hostile.own_id"),
        ("bureau", "education", "", "hostile.born, hostile.own_id"),
    ):
        text = RULE.format(name=name, department=department, more=more, fields=fields)
        (found / "education" / f"hostile_{name}.yaml").write_text(text, encoding="utf-8")
    return found
