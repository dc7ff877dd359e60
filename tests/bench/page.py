"""docs/reference/performance.md, made from reports/bench.json and from nothing else.

In:  the report. Out: the page's text; the same report always gives the same page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.bench.figures import CALLERS, PEERS, QUERIES

_TITLES = {
    "ours": "Kinfold: policy on, every read recorded",
    "ours_unrecorded": "Kinfold without the record",
    "ours_unruled": "Kinfold without rules on rows and fields",
    "ours_small": "Kinfold over the smaller county",
    "postgraphile_rls": "PostGraphile 5, row-level security",
    "postgraphile": "PostGraphile 5, no policy",
    "strawberry": "Strawberry with DataLoaders",
    "hand_sql": "hand-written SQL, no GraphQL",
    "pgbench": "pgbench with our statement",
}
_HEAD = """# 性能 Performance: measured beside others

Made by `make bench` from `reports/bench.json`; do not edit. Same machine, same data, same PostgreSQL with the same
settings; all servers up, one of them loaded at a time, in turns; every answer checked. CPU is that of the server's
processes and of all of PostgreSQL together, per request, from the kernel's accounts: the figure that other work on
the machine disturbs least. A figure is the median over the rounds of the ratio within a round.
"""
_PEERS = """
## Who does what

One process and {connections} connections to PostgreSQL each (ours has one more, for the record); pgbench has
{connections} clients. Answers are not compressed. Sign-in by token counts for ours only.

| who | more than us | less than us |
| --- | --- | --- |
| PostGraphile 5 with row-level security | sorts, filters and pages of its own kind; a transaction a request, to state the caller's territory | no sign-in, no purpose, no rules on fields, no masks, no record; cursors are not signed; ids without type and county |
| PostGraphile 5 without policy | no transaction either: its best case | as above, and no policy at all |
| Strawberry with DataLoaders | nothing | resolvers filter by territory; no sign-in, no rules on fields, no record; parsed and validated documents are kept |
| hand-written SQL | nothing | no GraphQL, no sign-in, no policy, no record: Starlette, asyncpg, JSON built by PostgreSQL |
| pgbench | nothing | our own statement from a C program that throws the answer away; CPU of PostgreSQL only |

PostGraphile asks views of today's rows (`tests/bench/postgraphile/setup.sql`); its policies compare the preorder number
with two settings that are read once a statement. For "without rules" every kind has one rule without a condition; the
caller's territory is the whole county, so the rows are the same.
"""


def write_page(report: Mapping[str, Any]) -> str:
    """The whole page."""
    settings = report["settings"]
    parts = [
        _HEAD,
        _setting(report),
        _marks(report),
        _ratios(report),
        _overheads(report),
        _absolute(report),
        _PEERS.format(connections=settings["connections"]),
        _answers(report),
        _failures(report),
    ]
    return "\n".join(part.strip("\n") + "\n" for part in parts if part)


def _setting(report: Mapping[str, Any]) -> str:
    machine, versions, settings = report["machine"], report["versions"], report["settings"]
    wanted = ("postgresql", "python", "asyncpg", "uvicorn", "strawberry-graphql", "postgraphile", "node")
    lines = [
        f"- {report['date'][:10]}, {machine['cores']} cores ({machine['processor'] or 'unnamed'}), "
        f"{machine['memory_gib']:g} GiB, {machine['system']}; the load generator runs on the same cores",
        f"- {report['size']:,} invented persons; growth is against {report['small_size']:,}",
        f"- {settings['rounds']} rounds of {settings['seconds']:g} s, {settings['concurrency']} requests at once, "
        "variables drawn at random",
        "- " + ", ".join(f"{name} {versions[name]}" for name in wanted if name in versions),
        f"- again: `{settings['command']}`",
    ]
    queries = [f"| `{name}` | {title} |" for name, title in report["titles"].items()]
    unasked = [f"`{name}`" for name in settings["queries"] if name not in report["titles"]]
    note = (
        ["", f"Not measured, because the schema does not offer it yet: {', '.join(unasked)}."]
        if unasked
        else []
    )
    return "\n".join([*lines, "", *_table(("query", "what it reads"), queries), *note])


def _marks(report: Mapping[str, Any]) -> str:
    rows = []
    for mark in report["marks"]:
        sign = "≥" if mark["at_least"] else "≤"
        reached = "yes" if mark["is_reached"] else "**no**"
        rows.append(f"| `{mark['key']}` | {mark['value']:.2f} | {sign} {mark['bound']:g} | {reached} |")
    missed = sum(not mark["is_reached"] for mark in report["marks"])
    said = "All are reached." if not missed else f"{missed} of {len(rows)} are missed."
    return "\n".join(
        [
            "## Marks",
            "",
            f"What was set before measuring. {said}",
            "",
            *_table(("figure", "measured", "mark", "reached"), rows),
        ]
    )


def _ratios(report: Mapping[str, Any]) -> str:
    header = ("figure", *QUERIES)
    rows = []
    for peer in PEERS:
        for kind in ("cpu", "rps"):
            cells = [_range(report, f"{kind}_ratio.{peer}.{query}") for query in QUERIES]
            rows.append(f"| `{kind}_ratio.{peer}` | {' | '.join(cells)} |")
    text = [
        "## Beside others",
        "",
        "Median (least–most of the rounds). `cpu_ratio` of PostGraphile and Strawberry: their CPU over ours. Of "
        "hand-written SQL (against ours without the record, since it keeps none) and pgbench: our CPU over theirs. "
        "`rps_ratio`: our requests a second over theirs.",
        "",
        *_table(header, rows),
    ]
    return "\n".join(text)


def _overheads(report: Mapping[str, Any]) -> str:
    names = ("policy_overhead", "record_overhead", "growth")
    rows = [
        f"| `{name}` | {' | '.join(_range(report, f'{name}.{query}') for query in QUERIES)} |"
        for name in names
    ]
    for caller in CALLERS:
        cells = [_figure(report["figures"].get(f"breadth.{query}.{caller}")) for query in QUERIES]
        rows.append(f"| `breadth` {caller} | {' | '.join(cells)} |")
    cells = [_figure(report["latency_ms"].get(f"record_latency_ms.{query}")) for query in QUERIES]
    rows.append(f"| `record_latency_ms` | {' | '.join(cells)} |")
    text = [
        "## What our own parts cost",
        "",
        "CPU with policy over without, with record over without, in the large county over the small one; the page of a "
        "caller with this territory over the best plan that could be found for it (PostgreSQL's CPU); median latency that "
        "the record adds to a request that is alone, in ms.",
        "",
        *_table(("figure", *QUERIES), rows),
    ]
    return "\n".join(text)


def _absolute(report: Mapping[str, Any]) -> str:
    rows = []
    for query in QUERIES:
        for name, title in _TITLES.items():
            slots = [
                s for s in report["rounds"]
                if s["target"] == name and s["query"] == query and (s["concurrency"] != 1 or name == "pgbench")
            ]  # fmt: skip
            if slots:
                middle = [
                    _median(s[key] for s in slots)
                    for key in ("cpu_us", "database_us", "rps", "p50_ms", "p95_ms")
                ]
                refused = sum(int(s.get("refused", 0)) for s in slots)
                title = f"{title} ({refused} told to come back later)" if refused else title
                latency = "" if name == "pgbench" else f"{middle[3]:.1f} / {middle[4]:.1f}"
                rows.append(
                    f"| `{query}` | {title} | {middle[0]:,.0f} | {middle[1]:,.0f} | {middle[2]:,.0f} | {latency} |"
                )
    header = ("query", "who", "CPU a request, µs", "of it PostgreSQL", "requests a second", "p50 / p95, ms")
    note = (
        f"Medians over the rounds at {report['settings']['concurrency']} requests at once (`statistic`: two)."
    )
    return "\n".join(["## In absolute figures", "", note, "", *_table(header, rows)])


def _answers(report: Mapping[str, Any]) -> str:
    rows = []
    for query, targets in report["rehearsal"].items():
        for name, found in targets.items():
            same = "the same" if found["is_same"] else found["difference"]
            rows.append(
                f"| `{query}` | {_TITLES[name]} | {found['bytes']:,.0f} | {found['objects']:g} | {same} |"
            )
    text = [
        "## The answers compared",
        "",
        "Before measuring, everybody answers every request, and each answer is compared with ours; ids without type and "
        "county, lists without their wrapper, cursors put aside. The smaller county is another one.",
        "",
        *_table(("query", "who", "bytes", "objects", "data"), rows),
    ]
    return "\n".join(text)


def _failures(report: Mapping[str, Any]) -> str:
    if not report["failures"]:
        return ""
    return "\n".join(
        [
            "## Left out",
            "",
            *(f"- {where}: {str(why).splitlines()[0]}" for where, why in report["failures"].items()),
        ]
    )


def _range(report: Mapping[str, Any], key: str) -> str:
    found = report["ranges"].get(key)
    if found is None:
        return "–"
    return f"{_figure(found['median'])} ({_figure(found['least'])}–{_figure(found['most'])})"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def _median(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def _table(header: Sequence[str], rows: Sequence[str]) -> list[str]:
    return [f"| {' | '.join(header)} |", f"| {' | '.join('---' for _ in header)} |", *rows]
