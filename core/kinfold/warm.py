"""Plans of registered operations, made before anybody asks.

In:  the registered operations with their sample variables, the policy in force, the cache of plans, the reader.
Out: after some seconds a first request of a registered operation needs no parsing, planning or compiling, and
PostgreSQL has planned the statements of `MAX_PREPARED` of them on every read connection.
Never: stands in a request's way: it works in slices of a few milliseconds, sleeps three times as long as it worked, and
waits while any request reads. Nothing is executed, so nothing is read.

The classes of callers are those that the policy's schema allows: each department, role and purpose, with a county, a town, a
village or nothing as territory. A class that may see no row of an operation's kinds is left out, which is most of them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from kinfold.document.document import Document, DocumentReader
from kinfold.document.registry import Registered
from kinfold.errors import KinfoldError
from kinfold.identity.principal import SubjectClass
from kinfold.pipeline import Pipeline
from kinfold.plan.build import build_plan
from kinfold.plan.model import Plan, RootOne, RootPage
from kinfold.plan.shape import LEVELS
from kinfold.policy.access import NEVER
from kinfold.policy.bundle import Bundle
from kinfold.policy.region import RegionCount
from kinfold.policy.schema import PolicySchema
from kinfold.prepare import Caller
from kinfold.sql.cache import CACHED
from kinfold.sql.territory import Reach, reach_of

_log = structlog.get_logger("kinfold.warm")

#: Statements on each connection: half of what a connection keeps, about 12 MB in the server.
MAX_PREPARED: Final = 64
#: Plans at most, so that the cache keeps as much room for what nobody foresaw.
MAX_PLANNED: Final = CACHED // 2
#: Seconds of work in one go, and the pause after it as a multiple.
SLICE_SECONDS: Final = 0.004
PAUSE: Final = 3.0
#: Seconds that it waits for a moment without requests; a server that has none is being warmed by them.
PATIENCE_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 0.02
#: Readiness is asked for in the first moments after start; they are left alone.
HEAD_START_SECONDS: Final = 0.2
_TERRITORIES: Final[tuple[tuple[RegionCount, Reach | None], ...]] = (
    (1, Reach.WIDE),
    (1, Reach.TOWN),
    (1, Reach.VILLAGE),
    (0, None),
)
_WIDTH: Final = {Reach.VILLAGE: 0, Reach.TOWN: 1, Reach.WIDE: 2}


@dataclass(slots=True)
class WarmProgress:
    """How far it is: plans made, statements prepared (times connections), seconds since it began."""

    operations: int = 0
    plans: int = 0
    prepared: int = 0
    seconds: float = 0.0
    is_done: bool = False


@dataclass(slots=True)
class Warmer:
    """One run over all registered operations."""

    pipeline: Pipeline
    registered: Sequence[Registered]
    schema: PolicySchema
    progress: WarmProgress = field(default_factory=WarmProgress)

    async def run(self) -> None:
        """Until everything is made; a fault ends it and costs nothing but warmth."""
        await asyncio.sleep(HEAD_START_SECONDS)
        started = time.perf_counter()
        try:
            await self._prepare(await self._plan())
        except (KinfoldError, OSError) as fault:
            _log.warning("warming ended early", kind=type(fault).__qualname__)
        self.progress.seconds = round(time.perf_counter() - started, 2)
        self.progress.is_done = True
        shown = self.progress
        _log.info(
            "warm",
            operations=shown.operations,
            plans=shown.plans,
            prepared=shown.prepared,
            seconds=shown.seconds,
        )

    async def _plan(self) -> list[str]:
        """Make the plans; the statements' texts, those of first samples first."""
        first: dict[str, None] = {}
        rest: dict[str, None] = {}
        self.progress.operations = len(self.registered)
        began = time.perf_counter()
        for is_first, document in _each_sample(self.registered, self.pipeline.documents):
            for caller in self._callers(document):
                if self.progress.plans >= MAX_PLANNED:
                    break
                try:
                    found = self.pipeline.preparation.find(
                        document, caller, self.pipeline.bundle, is_ahead=True
                    )
                except KinfoldError:
                    continue  # this class is refused, and will be when it asks
                self.progress.plans += 1
                (first if is_first else rest)[found.statement.text] = None
                began = await self._breathe(began)
        return [*first, *(text for text in rest if text not in first)]

    async def _prepare(self, texts: list[str]) -> None:
        for text in texts[:MAX_PREPARED]:
            while True:
                await self._await_quiet()
                began = time.perf_counter()
                if not await self.pipeline.reader.prepare(text):
                    break
                self.progress.prepared += 1
                await asyncio.sleep((time.perf_counter() - began) * PAUSE)

    async def _breathe(self, began: float) -> float:
        """Go on when the slice is not used up, else let others work; when the present slice began."""
        worked = time.perf_counter() - began
        if worked < SLICE_SECONDS:
            return began
        await asyncio.sleep(worked * PAUSE)
        await self._await_quiet()
        return time.perf_counter()

    async def _await_quiet(self) -> None:
        deadline = time.perf_counter() + PATIENCE_SECONDS
        while not self.pipeline.reader.is_idle and time.perf_counter() < deadline:  # noqa: ASYNC110 - no event for it
            await asyncio.sleep(_LOOK_SECONDS)

    def _callers(self, document: Document) -> Iterator[Caller]:
        """Who may see anything of the plan at all. Nobody is expected to ask for more than his own territory."""
        kinds = _root_kinds(build_plan(document, self.pipeline.catalog))
        asked = {reach_of(value) for value in document.variables.values() if _is_division(value)}
        for subject in each_class(self.schema):
            for regions, reach in _TERRITORIES:
                if reach is not None and any(_WIDTH[one] > _WIDTH[reach] for one in asked if one is not None):
                    continue
                if any(_may_see(kind, subject, regions, self.pipeline.bundle) for kind in kinds):
                    yield Caller(subject, regions, reach)


def each_class(schema: PolicySchema) -> Iterator[SubjectClass]:
    """Every department with one of its roles and a purpose that the two may state."""
    for held in schema.purposes.values():
        for name in schema.expand_purpose(held.name):
            for department, roles in sorted(held.held_by.items()):
                for role in sorted(roles):
                    yield SubjectClass(department, frozenset({role}), name)


def _is_division(value: object) -> bool:
    """As the shape of variables sees it (plan/shape.py)."""
    return isinstance(value, str) and len(value) in LEVELS and value.isdigit()


def _may_see(kind: str, subject: SubjectClass, regions: RegionCount, bundle: Bundle) -> bool:
    return bundle.decide(kind, "read", subject, regions).row != NEVER


def _root_kinds(plan: Plan) -> set[str]:
    """The kinds of the rows that root fields begin with: who sees none of them sees nothing."""
    kinds = set()
    for root in plan.roots:
        if isinstance(root, RootPage):
            kinds.add(root.page.type.kind)
        elif isinstance(root, RootOne) and root.selection is not None:
            kinds.add(root.selection.type.kind)
    return kinds


def _each_sample(
    registered: Sequence[Registered], documents: DocumentReader
) -> Iterator[tuple[bool, Document]]:
    """First samples of all operations, then the others."""
    samples = [
        (number == 0, one.file.digest, sample)
        for one in registered
        if not one.operation.is_mutation
        for number, sample in enumerate(one.file.samples)
    ]
    for is_first, digest, sample in sorted(samples, key=lambda found: not found[0]):
        yield is_first, documents.read_registered(digest, None, sample)
