"""The demo county, streamed into an empty database.

In:  a database with the real divisions, a size, a seed, the plugins' sources. Out: a DemoReport and a truth file.
One transaction: the county is there whole or not at all. Equal seeds and sizes give equal bytes.
Read next: kinfold/demo/parents.py (who lives there), kinfold/demo/load.py (how it gets in).
"""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from kinfold.demo.care import delegate_care, plant_faults
from kinfold.demo.child_rows import write_case
from kinfold.demo.county import frame_county
from kinfold.demo.draw import Draw
from kinfold.demo.duplicate import enter_twice
from kinfold.demo.errors import CountyNotEmpty
from kinfold.demo.family import make_clan
from kinfold.demo.identifier import IdNumbers, RowIds
from kinfold.demo.load import BareTables, Connection, RowStream
from kinfold.demo.maker import Maker, Place
from kinfold.demo.organisation import Offices
from kinfold.demo.people import Clan
from kinfold.demo.planted import make_fault_families, make_planted_family
from kinfold.demo.profile import DUPLICATE
from kinfold.demo.rows import TABLES, RowFrame, write_clan, write_person
from kinfold.demo.truth import TruthFile
from kinfold.graph.person.sort_key import sort_key
from kinfold.plugin_api import DemoCounty, DemoHousehold, DemoPerson, DemoSource
from kinfold.privacy.blind_index import BlindIndex

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What was made: persons and households, rows by table, planted faults by kind, seconds it took."""

    persons: int
    households: int
    rows: Mapping[str, int] = field(default_factory=dict)
    planted: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0


class _Kit:
    """What the plugins' sources borrow from core."""

    def __init__(self, ids: RowIds, truth: TruthFile) -> None:
        self.new_id: Callable[[], uuid.UUID] = ids.new_id
        self.sort_key: Callable[[str], str] = sort_key
        self.plant = truth.plant


async def generate_county(
    url: str,
    *,
    persons: int,
    seed: int,
    truth_path: Path,
    sources: Mapping[str, DemoSource],
    blind_index: BlindIndex,
    as_of: dt.date = dt.date(2026, 9, 1),
    on_progress: Progress | None = None,
) -> DemoReport:
    """Fill the empty database at `url` with about `persons` invented persons of the real villages.

    `as_of` is the county's day; everything is as known on it. `on_progress` receives persons made and
    planned. Raises CountyNotEmpty (S311) or DivisionsMissing (S312); then nothing was changed.
    """
    began = time.monotonic()
    connection = await asyncpg.connect(url)
    truth: TruthFile | None = None
    try:
        async with connection.transaction():
            tables = sorted({t.name for t in TABLES} | {t.name for s in sources.values() for t in s.tables})
            await _claim_tables(connection, tables)
            county = await frame_county(connection, persons=persons, seed=seed, as_of=as_of)
            truth = TruthFile(truth_path)
            bare = BareTables(connection, tables)
            await bare.strip()
            rows = RowStream(connection)
            await _Generation(county, rows, truth, sources, blind_index, on_progress).run()
            await bare.restore()
            truth.sync()
        truth.publish()
        for table in tables:
            # Statistics and visibility: not part of the data, so outside its transaction.
            await connection.execute(f"VACUUM (ANALYZE) {table}")
    except BaseException:
        if truth is not None:
            truth.discard()
        raise
    finally:
        await connection.close()
    counts = rows.counts
    return DemoReport(
        counts["core.person"],
        counts["core.household"],
        dict(counts),
        dict(truth.counts),
        time.monotonic() - began,
    )


async def _claim_tables(connection: Connection, tables: list[str]) -> None:
    """Nobody else writes until the county is there; refuse if anything is there already."""
    await connection.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
    for table in tables:
        if await connection.fetchval(f"SELECT EXISTS (SELECT 1 FROM {table})"):  # noqa: S608 - declared tables
            raise CountyNotEmpty


class _Generation:
    """One run: the villages in order, each with its families."""

    def __init__(
        self,
        county: DemoCounty,
        rows: RowStream,
        truth: TruthFile,
        sources: Mapping[str, DemoSource],
        blind_index: BlindIndex,
        on_progress: Progress | None,
    ) -> None:
        self._county = county
        self._rows = rows
        self._truth = truth
        self._blind_index = blind_index
        self._on_progress = on_progress or (lambda made, planned: None)
        self._ids = RowIds(county.seed)
        self._numbers = IdNumbers()
        self._offices = Offices(county, truth)
        self._sources = [
            (source, Draw(f"{county.seed}/{name}").rng) for name, source in sorted(sources.items())
        ]
        self._kit = _Kit(self._ids, truth)
        self._made = 0

    async def run(self) -> None:
        county = self._county
        for table, row in self._offices.open(self._frame(county.jurisdiction)):
            self._rows.add(table, row)
        for source, rng in self._sources:
            for table, row in source.open(county, rng, self._kit):
                self._rows.add(table, row)
        planned = sum(quota for _, quota in county.villages)
        # The planted village first: what the personas rely on does not depend on the county's size.
        first = county.planted["village"]
        for village, quota in sorted(county.villages, key=lambda plan: plan[0] != first):
            await self._make_village(village, quota)
            await self._rows.flush()
            self._on_progress(self._made, planned)
        self._offices.close()
        await self._rows.flush(least=1)

    def _frame(self, region_code: str) -> RowFrame:
        county = self._county
        return RowFrame(county.jurisdiction, region_code, county.recorded_at, self._ids, self._blind_index)

    async def _make_village(self, village: str, quota: int) -> None:
        county = self._county
        draw = Draw(f"{county.seed}/{village}")
        place = Place(village, county.town_names[village[:9]], village[9] in "01")
        maker = Maker(place, county.as_of, draw, self._ids, self._numbers)
        frame = self._frame(village)
        clans: list[Clan] = []
        made = 0
        if village == county.planted["village"]:
            clans = [make_planted_family(maker, county), *make_fault_families(maker)]
            made = sum(self._write(clan, frame, draw) for clan in clans)
        while made < quota:
            clan = make_clan(maker)
            delegate_care(maker, clan.cases)
            clans.append(clan)
            made += self._write(clan, frame, draw)
        for table, row in self._offices.staff(village, clans, draw, frame):
            self._rows.add(table, row)
        self._made += made

    def _write(self, clan: Clan, frame: RowFrame, draw: Draw) -> int:
        """Rows of one family, of its plugins' sources, and its truth. Returns the persons written."""
        add = self._rows.add
        written = len(clan.people)
        for table, row in write_clan(clan, frame):
            add(table, row)
        for case in clan.cases:
            for table, row in write_case(case, frame, draw, self._county.as_of):
                add(table, row)
        plant_faults(clan, self._county.as_of, self._truth)
        for person in clan.people:
            if draw.happens(DUPLICATE):
                copy = enter_twice(person, draw, self._ids, self._truth)
                if copy is not None:
                    table, row = write_person(copy, frame)
                    add(table, row)
                    written += 1
        for household in _show_homes(clan, frame.region_code):
            for source, rng in self._sources:
                for table, row in source.household(household, rng, self._kit):
                    add(table, row)
        return written


def _show_homes(clan: Clan, region_code: str) -> Iterable[DemoHousehold]:
    cases = {case.child.id: case for case in clan.cases}
    for home in clan.homes:
        members = []
        for person in home.members:
            case = cases.get(person.id)
            members.append(
                DemoPerson(
                    person.id,
                    person.name,
                    person.sex,
                    person.birth,
                    region_code,
                    person.id_number,
                    case is not None and case.is_left_behind,
                    case is not None and case.is_planted,
                )
            )
        yield DemoHousehold(home.id, region_code, members)
