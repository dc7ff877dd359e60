"""The division list: loaded whole or not at all, as often as one likes, with the wrong line named."""

from __future__ import annotations

import datetime as dt
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import kinfold.graph.region
import pytest
from kinfold.assembly.assemble import assemble
from kinfold.intake import ImportReport, RegionFileUnreadable, RegionLineWrong, import_regions
from kinfold.migrations.upgrade import upgrade
from kinfold.testing.database import TestServer

FEICHENG = Path(kinfold.graph.region.__file__).with_name("regions-feicheng.csv")
HEADER = "code,name,parent_code,level\n"
SMALL = (
    HEADER
    + "37,山东省,,province\n3709,泰安市,37,prefecture\n370983,肥城市,3709,county\n"
    + "370983109,安驾庄镇,370983,town\n370983111,边院镇,370983,town\n"
    + "370983109201,安驾庄村委会,370983109,village\n370983109202,下江村委会,370983109,village\n"
)
TODAY = dt.date(2026, 9, 1)


@pytest.fixture(scope="module")
def server() -> Iterator[TestServer]:
    with TestServer() as started:
        yield started


@pytest.fixture(scope="module")
async def migrated(server: TestServer) -> str:
    """The name of a database that holds the schema and no division."""
    url = server.create_database("regions_empty")
    await upgrade(url, [m.directory for _, m in assemble().migrations])
    return "regions_empty"


@pytest.fixture
def url(server: TestServer, migrated: str) -> Iterator[str]:
    yield server.create_database("regions", template=migrated)
    server.drop_database("regions")


def write(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


async def read_all(url: str) -> list[tuple[object, ...]]:
    """Every division with the transaction that last wrote it."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "SELECT code, name, parent_code, level, valid_from, valid_to, xmin::text FROM core.region ORDER BY code"
        )
    finally:
        await connection.close()
    return [tuple(row) for row in rows]


async def test_the_countys_own_list_is_loaded_whole(url: str) -> None:
    seen: list[int] = []
    report = await import_regions(url, FEICHENG, on_progress=seen.append)
    assert report == ImportReport(651, 651, 0, 0, 0)
    assert seen[-1] == 651
    connection = await asyncpg.connect(url)
    levels = dict(await connection.fetch("SELECT level, count(*) FROM core.region GROUP BY level"))
    town = await connection.fetchrow("SELECT * FROM core.region WHERE code = '370983109'")
    await connection.close()
    assert levels == {"PROVINCE": 1, "PREFECTURE": 1, "COUNTY": 1, "TOWN": 14, "VILLAGE": 634}
    assert town is not None
    assert (town["name"], town["parent_code"], town["region_ord"]) == ("安驾庄镇", "370983", 370983109000)
    assert town["name_sort"] == "an1 jia4 zhuang1 zhen4  安驾庄镇"
    assert town["valid_from"] == dt.date(2023, 6, 30)


async def test_a_second_import_touches_nothing_that_did_not_change(url: str, tmp_path: Path) -> None:
    await import_regions(url, write(tmp_path, SMALL))
    before = await read_all(url)
    assert await import_regions(url, write(tmp_path, SMALL)) == ImportReport(7, 0, 0, 7, 0)
    assert await read_all(url) == before, "not even rewritten"
    renamed = SMALL.replace("下江村委会", "下江社区居委会") + "370983111201,边院村委会,370983111,village\n"
    report = await import_regions(url, write(tmp_path, renamed), valid_from=dt.date(2026, 1, 1))
    assert report == ImportReport(8, 1, 1, 6, 0)
    after = {row[0]: row for row in await read_all(url)}
    assert after["370983109202"][1] == "下江社区居委会"
    assert after["370983109202"][4] == dt.date(2023, 6, 30), "a new name is not a new division"
    assert after["370983111201"][4] == dt.date(2026, 1, 1)
    assert [row for row in before if row[0] != "370983109202"] == [
        after[row[0]] for row in before if row[0] != "370983109202"
    ]


async def test_a_vanished_division_ends_only_when_asked_and_only_in_the_lists_scope(
    url: str, tmp_path: Path
) -> None:
    elsewhere = "3701,济南市,37,prefecture\n370902,泰山区,3709,county\n"
    await import_regions(url, write(tmp_path, SMALL + elsewhere))
    shorter = SMALL.replace("370983109202,下江村委会,370983109,village\n", "").replace(
        "370983111,边院镇,370983,town\n", ""
    )
    # One town would make the scope that town: keep another.
    shorter += "370983113,汶阳镇,370983,town\n"
    report = await import_regions(url, write(tmp_path, shorter), today=TODAY)
    assert report.retired == 0
    report = await import_regions(url, write(tmp_path, shorter), retire_missing=True, today=TODAY)
    ended = {row[0]: row[5] for row in await read_all(url) if row[5] is not None}
    assert ended == {"370983109202": TODAY, "370983111": TODAY}
    assert report.retired == 2
    report = await import_regions(
        url, write(tmp_path, shorter), retire_missing=True, today=TODAY + dt.timedelta(days=9)
    )
    assert report == ImportReport(6, 0, 0, 6, 0), "it ends once"
    report = await import_regions(url, write(tmp_path, SMALL), today=TODAY)
    assert report.changed == 2
    assert all(row[5] is None for row in await read_all(url)), "named again: valid again"


async def test_a_parent_may_stand_below_or_be_known_already(url: str, tmp_path: Path) -> None:
    lines = SMALL.splitlines(keepends=True)
    upside_down = "".join([lines[0], *reversed(lines[1:])])
    assert (await import_regions(url, write(tmp_path, upside_down))).added == 7
    more = HEADER + "370983109203,上江村委会,370983109,village\n"
    assert (await import_regions(url, write(tmp_path, more))).added == 1


@pytest.mark.parametrize("variant", ["bom", "crlf", "quoted"])
async def test_what_spreadsheets_write_is_understood(url: str, tmp_path: Path, variant: str) -> None:
    text = {
        "bom": b"\xef\xbb\xbf" + SMALL.encode(),
        "crlf": SMALL.replace("\n", "\r\n").encode(),
        "quoted": SMALL.replace("安驾庄镇", '"安驾庄镇"').encode(),
    }[variant]
    assert (await import_regions(url, write(tmp_path, text))).added == 7
    assert [row[1] for row in await read_all(url)][3] == "安驾庄镇"


LONG = "长" * 101
WRONG = [
    ("an unknown parent", SMALL + "370984109201,某村,370984109,village\n", 9, "parent is neither"),
    ("a duplicate", SMALL + "370983111,边院镇,370983,town\n", 9, "earlier line"),
    ("a wrong level", SMALL + "370983112,某镇,370983,township\n", 9, "level must be"),
    ("a code too long", SMALL + "3709831121,某镇,370983,town\n", 9, "9 digits"),
    ("a level that the code has not", SMALL + "370983112,某镇,370983,village\n", 9, "12 digits"),
    ("letters in the code", SMALL + "37098311A,某镇,370983,town\n", 9, "9 digits"),
    ("full-width digits", SMALL + "３７０９８３１１２,某镇,370983,town\n", 9, "9 digits"),
    ("a parent that is no prefix", SMALL + "370983112,某镇,370982,town\n", 9, "first 6 digits"),
    ("a province with a parent", HEADER + "37,山东省,3,province\n", 2, "must be empty"),
    ("province 00", HEADER + "00,某省,,province\n", 2, "code 00"),
    ("too few fields", SMALL.replace("370983111,边院镇,370983,town", "370983111,边院镇,370983"), 6, "3 fields"),
    ("too many fields", SMALL.replace("边院镇,", "边院镇,,"), 6, "5 fields"),
    ("an empty name", SMALL.replace("边院镇", ""), 6, "name is empty"),
    ("a blank name", SMALL.replace("边院镇", "\u3000"), 6, "name is empty"),
    ("a name with blanks around", SMALL.replace("边院镇", "边院镇 "), 6, "blanks"),
    ("a control character", SMALL.replace("边院镇", "边\x00院镇"), 6, "printed"),
    ("a name too long", SMALL.replace("边院镇", LONG), 6, "longer than 100"),
    ("a line too long", SMALL.replace("边院镇", "长" * 500), 6, "longer than any"),
    ("an open quotation mark", SMALL.replace("边院镇", '"边院镇'), 6, "quotation"),
    ("an empty line", SMALL + "\n", 9, "1 fields"),
    ("no header", SMALL.removeprefix(HEADER), 1, "header"),
    ("another header", SMALL.replace("parent_code", "parent"), 1, "header"),
    ("an empty file", "", 1, "empty"),
    ("a cut last line", SMALL.rstrip("\n"), 8, "line break"),
    ("a last line cut in the middle", SMALL[:-12], 8, "line break"),
    ("another encoding", SMALL.encode("gb18030").replace(b"code,name", b"code,name"), 2, "UTF-8"),
    ("a byte that is no text", SMALL.encode().replace("边".encode(), b"\xff\xfe\xff"), 6, "UTF-8"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "text", "line", "reason"), WRONG, ids=[wrong[0] for wrong in WRONG])
async def test_one_wrong_line_stops_the_whole_import(
    url: str, tmp_path: Path, what: str, text: str | bytes, line: int, reason: str
) -> None:
    await import_regions(url, write(tmp_path, SMALL.replace("边院镇", "旧名镇")))
    before = await read_all(url)
    with pytest.raises(RegionLineWrong) as refused:
        await import_regions(url, write(tmp_path, text))
    assert refused.value.line == line
    assert reason in refused.value.reason
    assert f"Line {line}:" in refused.value.text
    assert refused.value.code == "S301"
    assert refused.value.advice
    assert await read_all(url) == before


async def test_a_wrong_line_at_the_end_of_many_leaves_nothing(url: str, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    lines = write_national_list(path, provinces=1)
    with path.open("a", encoding="utf-8") as file:
        file.write("999999,某县,9999,county\n")
    with pytest.raises(RegionLineWrong) as refused:
        await import_regions(url, path)
    assert refused.value.line == lines + 2
    assert await read_all(url) == []


async def test_names_and_endings_come_together_or_not_at_all(url: str, tmp_path: Path) -> None:
    await import_regions(url, write(tmp_path, SMALL))
    before = await read_all(url)
    blocker, connection = await asyncpg.connect(url), await asyncpg.connect(url)
    async with blocker.transaction():
        # The last step, the ending of a division, cannot be done: somebody holds its row.
        await blocker.execute("SELECT 1 FROM core.region WHERE code = '370983109202' FOR UPDATE")
        await connection.execute("SET statement_timeout = '300ms'")
        shorter = SMALL.replace("370983109202,下江村委会,370983109,village\n", "").replace("边院镇", "新名镇")
        with pytest.raises(asyncpg.QueryCanceledError):
            await import_regions(connection, write(tmp_path, shorter), retire_missing=True, today=TODAY)
    await blocker.close()
    await connection.close()
    assert await read_all(url) == before


async def test_no_file_at_all(url: str, tmp_path: Path) -> None:
    with pytest.raises(RegionFileUnreadable):
        await import_regions(url, tmp_path / "nowhere.csv")
    with pytest.raises(RegionFileUnreadable):
        await import_regions(url, tmp_path)


async def test_an_open_connection_may_be_given_and_its_transaction_decides(url: str, tmp_path: Path) -> None:
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    assert (await import_regions(connection, write(tmp_path, SMALL))).added == 7
    assert (await import_regions(connection, write(tmp_path, SMALL))).unchanged == 7
    await transaction.rollback()
    await connection.close()
    assert await read_all(url) == []


def write_national_list(path: Path, *, provinces: int) -> int:
    """An invented list in the shape of the nation's: a province has 21,300 divisions. Returns its lines."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for p in range(11, 11 + provinces):
            rows = [f"{p},甲{p}省,,province"]
            for c in range(1, 12):
                city = f"{p}{c:02d}"
                rows.append(f"{city},乙{c}市,{p},prefecture")
                for d in range(1, 10):
                    county = f"{city}{d:02d}"
                    rows.append(f"{county},丙{d}县,{city},county")
                    for t in range(100, 113):
                        town = f"{county}{t}"
                        rows.append(f"{town},丁{t}镇,{county},town")
                        rows.extend(f"{town}{v},戊{v}村委会,{town},village" for v in range(201, 216 + d % 3))
            file.write("\n".join(rows) + "\n")
            count += len(rows)
    return count


async def test_a_national_list_is_loaded_in_a_minute_with_bounded_memory(url: str, tmp_path: Path) -> None:
    path = tmp_path / "nation.csv"
    # A tenth of the nation here; the whole of it (31 provinces) is measured by hand and stands in the report.
    lines = write_national_list(path, provinces=3)
    seen: list[int] = []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    report = await import_regions(url, path, on_progress=seen.append)
    took = time.perf_counter() - began
    assert report.added == lines > 60_000
    assert took < 60 * lines / 660_000 + 3
    assert seen == sorted(seen)
    assert len(seen) >= lines // 5_000
    # Kilobytes; the file itself has 3 MB, its rows as Python objects would take thirty.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 25_000
