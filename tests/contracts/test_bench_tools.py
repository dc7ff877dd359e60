"""What the benchmark measures with: ratios the right way round, CPU of a whole tree, a load that does not look away."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from kinfold.assembly import assemble
from kinfold.policy.load import load_policy

from tests.bench.capture import Sent
from tests.bench.cpu import read_cpu
from tests.bench.figures import MARKS, make_ratios, required_keys
from tests.bench.load import put_load
from tests.bench.open_policy import write_open_policy
from tests.bench.pgbench import write_scripts
from tests.bench.slot import SlotFailed

BURN = "import time\nend = time.process_time() + 0.4\nwhile time.process_time() < end: pass"
PARENT = f"import subprocess, sys, time\nsubprocess.run([sys.executable, '-c', {BURN!r}])\nprint('done', flush=True)\ntime.sleep(60)"


def slot(
    target: str, number: int, cpu_us: float, rps: float = 100.0, concurrency: int = 16
) -> dict[str, Any]:
    return {
        "target": target, "query": "point", "round": number, "concurrency": concurrency,
        "cpu_us": cpu_us, "rps": rps, "p50_ms": cpu_us / 100,
    }  # fmt: skip


def test_a_ratio_is_of_one_round_and_says_which_way() -> None:
    slots = []
    for number, noise in enumerate((1.0, 3.0, 2.0)):  # noise that a round has in common cancels out
        slots += [
            slot("ours", number, 300 * noise, 90 / noise),
            slot("ours_unrecorded", number, 200 * noise, 120 / noise),
            slot("ours_small", number, 250 * noise),
            slot("postgraphile_rls", number, 1200 * noise, 30 / noise),
            slot("hand_sql", number, 160 * noise, 240 / noise),
            slot("pgbench", number, 100 * noise, 180 / noise, concurrency=4),
            slot("ours", number, 400.0, concurrency=1),
            slot("ours_unrecorded", number, 350.0, concurrency=1),
        ]
    found = {key: ratio.median for key, ratio in make_ratios(slots).items()}
    assert found["cpu_ratio.postgraphile_rls.point"] == 4.0  # theirs over ours
    assert found["rps_ratio.postgraphile_rls.point"] == 3.0  # ours over theirs
    assert found["cpu_ratio.hand_sql.point"] == 1.25  # ours without record over theirs
    assert found["rps_ratio.hand_sql.point"] == 0.5
    assert found["cpu_ratio.pgbench.point"] == 3.0
    assert found["rps_ratio.pgbench.point"] == 0.5
    assert found["record_overhead.point"] == 1.5
    assert found["growth.point"] == 1.2
    assert found["record_latency_ms.point"] == 0.5
    assert "cpu_ratio.strawberry.point" not in found  # not measured, so not made up


def test_marks_are_for_figures_that_a_report_has() -> None:
    keys = required_keys(("point", "nested", "flat", "deep_page", "statistic"))
    assert {mark.key for mark in MARKS} - keys == {"record_latency_ms.point"}
    high = next(mark for mark in MARKS if mark.at_least)
    low = next(mark for mark in MARKS if not mark.at_least)
    assert high.is_reached(high.bound + 1)
    assert not high.is_reached(high.bound - 1)
    assert low.is_reached(low.bound - 0.01)
    assert not low.is_reached(low.bound + 0.01)


def test_cpu_of_children_that_have_ended_counts() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            assert 0.35 < read_cpu(process.pid) < 2.0
        finally:
            process.kill()


@pytest.fixture
async def odd_server() -> AsyncIterator[int]:
    """Answers well, then busy, then with an error, then with nothing in it, and so on."""
    bodies = [
        (200, b'{"data":{"child":{"id":"x"}}}'),
        (503, b'{"errors":[{"message":"busy"}]}'),
        (200, b'{"data":{"child":{"id":"x"}},"errors":[]}'),
        (200, b'{"data":{"child":null}}'),
    ]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for status, body in bodies * 500:
            try:
                await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            writer.write(b"HTTP/1.1 %d x\r\ncontent-length: %d\r\n\r\n%s" % (status, len(body), body))
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def test_load_counts_what_is_no_answer(odd_server: int) -> None:
    found = await put_load(odd_server, [b"GET / HTTP/1.1\r\n\r\n"], b'"id":', 0.5, 2, seed=1)
    answered, refused, bad = (int(str(found[name])) for name in ("requests", "refused", "bad"))
    assert refused > 0
    assert answered > refused
    assert 0.5 < bad / answered < 0.8  # two answers of three
    assert "errors" in str(found["first_bad"])


def test_pgbench_gets_the_values_of_each_request(tmp_path: Path) -> None:
    text = "SELECT row_to_json(x) FROM x WHERE a = $1::text AND b = $2::bigint AND c = $3::uuid"
    towns = [Sent("SELECT $1::text, $2::bigint", ("370983", town)) for town in (1, 2)]
    arguments = write_scripts(towns, tmp_path)
    assert arguments[:2] == ["-D", "p1=370983"]
    script = Path(arguments[-1]).read_text()
    assert "random(0, 1)" in script
    assert "when :i = 1 then 2" in script
    children = [Sent(text, ("370983", 7, child)) for child in ("o'a", "b")]
    arguments = write_scripts(children, tmp_path)
    scripts = [Path(arguments[i + 1]).read_text() for i, part in enumerate(arguments) if part == "-f"]
    assert len(scripts) == 2
    assert "c = 'o''a'::uuid" in scripts[0]
    assert ":p1::text" in scripts[0]
    with pytest.raises(SlotFailed):
        write_scripts([Sent("SELECT ':x'", ())], tmp_path)


def test_the_open_policy_loads_and_has_a_rule_for_every_kind(tmp_path: Path) -> None:
    assembly = assemble()
    directory = write_open_policy(assembly.catalog, tmp_path / "open")
    policy = load_policy(directory, [], assembly.catalog)
    kinds = {rule.kind for rule in policy.bundle.rules}
    assert kinds == set(assembly.catalog.types_by_kind)
