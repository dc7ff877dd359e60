"""Do the three evaluators agree?

In:  a catalog, a bundle, callers, a date, rows of one kind that stand in a real database. Out: a report: how many
decisions were compared, how many were allowed, and every disagreement.

For each caller and row: stock pycasbin, the closure of the folded decision, the closures of the rules as they
were written, and membership in the result of one SQL statement in each Form. `check_agreement` takes any
catalog and bundle, the shipped ones too; `load_rows` reads the rows of a kind as evaluators see them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import asyncpg
import shadow
from kinfold.catalog import Catalog, Field, Scalar
from kinfold.identity.principal import Principal
from kinfold.policy.bundle import Bundle
from kinfold.policy.casbin_backend import CasbinOracle
from kinfold.policy.closure import compile_closure, subject_values
from kinfold.policy.ir import ALWAYS, NEVER
from kinfold.policy.region import count_regions, cover_regions
from kinfold.policy.rule import Effect
from kinfold.sql import predicate
from kinfold.sql.policy_relation import lower_related_values
from kinfold.sql.row_scope import Form
from kinfold.sql.slot import Slot, resolve
from kinfold.sql.territory import Reach, reach_of_all
from kinfold.sql.today import column_today


class Slots:
    """Numbered placeholders; equal slots of one type share theirs."""

    def __init__(self) -> None:
        self.found: dict[tuple[Slot, str], int] = {}

    def add(self, slot: Slot, pg_type: str) -> str:
        number = self.found.setdefault((slot, pg_type), len(self.found) + 1)
        return f"${number}::{pg_type}"

    def values(self, principal: Principal, today: date) -> list[Any]:
        return [resolve(slot, principal, today) for slot, _ in self.found]


@dataclass(frozen=True)
class Row:
    """A row scope over a plain alias."""

    kind: str
    slots: Slots
    alias: str = "t0"

    def column(self, of: Field) -> str:
        return column_today(of, self.alias, self.slots)


@dataclass
class Report:
    """`shapes` counts decisions by what partial evaluation left: always, never, residual; `reaches` callers by territory."""

    decisions: int = 0
    allowed: int = 0
    shapes: dict[str, int] = field(default_factory=lambda: {"always": 0, "never": 0, "residual": 0})
    reaches: Counter[Reach | None] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)


#: The values that a row is related to, by relation name, for one caller and date.
RelationReader = Callable[[Mapping[str, Any], Principal, date], Mapping[str, frozenset[str]]]


async def load_rows(
    connection: asyncpg.Connection,
    catalog: Catalog,
    kind: str,
    principal: Principal,
    today: date,
    limit: int = 1000,
) -> list[dict[str, Any]]:
    """Rows of a kind with every attribute, and its relations as `rel:<name>` for this caller, through SQL."""
    type_ = catalog.type_of_kind(kind)
    slots = Slots()
    row = Row(kind, slots)
    columns = {of.attribute: row.column(of) for of in type_.attributes.values()}
    columns["@key"] = f'{row.alias}."{type_.key_column}"'
    for (of_kind, name), relation in catalog.policy_relations.items():
        if of_kind == kind:
            columns[f"rel:{name}"] = lower_related_values(relation, row, slots, catalog)
    listed = ", ".join(f'{sql} AS "{name}"' for name, sql in columns.items())
    text = f"SELECT {listed} FROM {type_.qualified} AS {row.alias} ORDER BY {columns['@key']} LIMIT {limit}"
    found = [dict(record) for record in await connection.fetch(text, *slots.values(principal, today))]
    for one in found:
        for name, value in one.items():
            if name.startswith("rel:"):
                one[name] = frozenset(str(item) for item in value)
    return found


async def check_agreement(
    connection: asyncpg.Connection,
    catalog: Catalog,
    bundle: Bundle,
    *,
    kind: str,
    act: str,
    principals: Sequence[Principal],
    today: date,
    model_text: str,
    rows: Sequence[Mapping[str, Any]] | None = None,
    relations: RelationReader | None = None,
    limit: int = 1000,
) -> Report:
    """Compare every decision on every row for every caller.

    `rows` with `@key` and every attribute, and `relations` that walks them without SQL: the independent way.
    Without them the rows are read from the database, relations through `lower_related_values`.
    """
    report = Report()
    # Rules of other kinds cannot match (the matcher's first guard); leaving them out saves pycasbin parsing them.
    oracle = CasbinOracle([rule for rule in bundle.rules if rule.kind == kind], model_text)
    for principal in principals:
        if rows is None or relations is None:
            seen: Sequence[Mapping[str, Any]] = await load_rows(
                connection, catalog, kind, principal, today, limit
            )
        else:
            seen = [
                {**row, **{f"rel:{name}": ids for name, ids in relations(row, principal, today).items()}}
                for row in rows
            ]
        await _check_caller(report, connection, catalog, bundle, oracle, kind, act, principal, today, seen)
    return report


async def _check_caller(
    report: Report,
    connection: asyncpg.Connection,
    catalog: Catalog,
    bundle: Bundle,
    oracle: CasbinOracle,
    kind: str,
    act: str,
    principal: Principal,
    today: date,
    rows: Sequence[Mapping[str, Any]],
) -> None:
    access = bundle.decide(kind, act, principal.subject_class, count_regions(principal.regions))
    report.shapes["always" if access.row == ALWAYS else "never" if access.row == NEVER else "residual"] += (
        len(rows)
    )
    sub, env = subject_values(principal), {"today": today}
    folded = compile_closure(access)
    written = [
        (rule.effect, compile_closure(rule))
        for rule in bundle.rules_of(kind, act)
        if rule.purposes is None or principal.purpose in rule.purposes
    ]
    reach = reach_of_all(cover_regions(principal.regions))
    report.reaches[reach] += 1
    ways = [(form, None) for form in Form] + ([(Form.SET, reach)] if reach else [])
    in_sql = {
        way: await _select(connection, catalog, access.row, kind, principal, today, *way) for way in ways
    }
    for row in rows:
        holding = {effect for effect, closure in written if closure(sub, row, env)}
        opinions = {
            "casbin": oracle.enforce(sub, kind, row, act, principal.purpose, env),
            "closure": folded(sub, row, env),
            "rules": Effect.ALLOW in holding and Effect.DENY not in holding,
            **{f"sql {way}": str(row["@key"]) in found for way, found in in_sql.items()},
        }
        report.decisions += 1
        report.allowed += opinions["casbin"]
        if len(set(opinions.values())) > 1:
            report.disagreements.append(f"{opinions} on {dict(row)} for {principal} on {today}")


async def _select(
    connection: asyncpg.Connection,
    catalog: Catalog,
    row_predicate: Any,
    kind: str,
    principal: Principal,
    today: date,
    form: Form,
    reach: Reach | None = None,
) -> set[str]:
    """The keys of the rows on which the SQL of a predicate is true."""
    type_ = catalog.type_of_kind(kind)
    slots = Slots()
    row = Row(kind, slots)
    condition = predicate.lower(row_predicate, row, slots, catalog, form, reach)
    text = f'SELECT {row.alias}."{type_.key_column}" FROM {type_.qualified} AS {row.alias} WHERE {condition}'
    return {str(record[0]) for record in await connection.fetch(text, *slots.values(principal, today))}


async def check_bundle(
    connection: asyncpg.Connection,
    catalog: Catalog,
    bundle: Bundle,
    *,
    principals: Sequence[Principal],
    today: date,
    model_text: str,
    rows: int = 60,
    seed: int = 1,
) -> dict[tuple[str, str], Report]:
    """Any bundle over any catalog: the shipped ones too. One report for each (kind, act) that has rules.

    Works in an empty database: makes the catalog's tables without constraints and fills them with `rows` rows
    each, over hostile values, NULL, every literal of the rules, the days around every age and span, and the
    callers' own ids and regions.
    """
    ids = tuple(
        dict.fromkeys([*_caller_ids(principals), *(f"0190c000-0000-7000-8000-{n:012x}" for n in range(rows))])
    )
    extra = shadow.harvest_values(bundle, today)
    for principal in principals:
        extra[Scalar.REGION] |= {code + tail for code in principal.regions for tail in ("", "001", "000")}
    await shadow.create_tables(connection, catalog)
    await shadow.fill_tables(
        connection,
        catalog,
        rows=rows,
        seed=seed,
        ids=ids,
        jurisdictions=sorted({one.jurisdiction for one in principals} | {"370998"}),
        extra=extra,
    )
    pairs = sorted({(rule.kind, act) for rule in bundle.rules for act in rule.acts})
    return {
        (kind, act): await check_agreement(
            connection,
            catalog,
            bundle,
            kind=kind,
            act=act,
            principals=principals,
            today=today,
            model_text=model_text,
        )
        for kind, act in pairs
    }


def _caller_ids(principals: Sequence[Principal]) -> list[str]:
    """Keys of rows, so that walks end at somebody: persons and organisations of the callers."""
    return [
        one
        for principal in principals
        for one in (*principal.organisations, *([principal.person] if principal.person else []))
    ]
