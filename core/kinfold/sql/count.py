"""How many rows a connection has: up to a cap, exactly, or estimated from a sample beyond the cap."""

from __future__ import annotations

from kinfold.plan.model import Page
from kinfold.sql.source import is_dated, live_table
from kinfold.sql.writer import Scope, and_

COUNT_CAP = 10_000
SAMPLED_ROWS = 40_000


def count_sql(page: Page, scope: Scope, conditions: list[str], mode: str) -> str:
    """A scalar subselect. `conditions` speak of the row `scope`: what may not be seen is never counted.

    ESTIMATE counts as CAPPED does up to the cap and goes on from a sample of whole pages of the table, the same
    one each time; the figure is rounded to hundreds. Below a row the cap is the answer: a sample would miss; so it is
    for old versions, of which there are no pages to draw.
    """
    rows = f"FROM {scope.source()}"
    where = and_(conditions)
    if mode == "EXACT":
        return f"(SELECT count(*) {rows}{where})"
    capped = f"SELECT count(*) FROM (SELECT 1 {rows}{where} LIMIT {COUNT_CAP}) z"
    if mode != "ESTIMATE" or page.relation is not None or is_dated(scope.type, scope.as_of):
        return f"({capped})"
    # The planner's own figure of the table's size, at most a few percent off after autovacuum.
    table = live_table(page.type)
    size = f"(SELECT greatest(k.reltuples, 1) FROM pg_class k WHERE k.oid = '{table}'::regclass)"
    share = f"least(100, 100.0 * {SAMPLED_ROWS} / {size})"
    sample = f"SELECT count(*) * 100.0 / {share} {rows} TABLESAMPLE SYSTEM ({share}) REPEATABLE (1){where}"
    return (
        f"(SELECT CASE WHEN c.n < {COUNT_CAP} THEN c.n ELSE greatest({COUNT_CAP}, round(({sample})::numeric, -2)) END "
        f"FROM ({capped}) c(n))"
    )
