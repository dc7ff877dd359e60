"""Which statements may be kept: those whose answer rows and bind values decide alone."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import kinfold
import pytest
from kinfold.app import Kinfold, TokenIssuer, build_app
from kinfold.assembly import assemble
from kinfold.errors import KinfoldError
from kinfold.identity.personas import load_personas
from kinfold.identity.principal import Principal
from kinfold.settings import Settings
from kinfold.sql.answer_cache.repeatable import is_repeatable

ROOT = Path(kinfold.__file__).parents[2]
STATISTICS = "statistics"
DOCUMENTS = {
    "lists": """{ children(first: 5, where: {regionCode: {under: "370983109"}, guardianships: {some: {kind: {eq: PARENT}}}},
        orderBy: [{field: NAME}]) { nodes { id age viewerCan { __typename } isLeftBehind
          guardianships { party { __typename ... on Person { name } } } household { address members { person { phone } } } }
        edges { cursor node { id } } totalCount pageInfo { hasNextPage endCursor startCursor hasPreviousPage } } }""",
    "page": "{ children(page: {number: 2, size: 3}) { nodes { id name } } }",
    "regions": "{ region(code: 370983) { name divisions(first: 3) { nodes { name } } } }",
    "statistics": "{ statistics { children(by: [REGION, SEX], level: TOWN) { cells { count isSuppressed } total } } }",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Kinfold:
    """Never opened: statements are made without a database."""
    settings = Settings(state_dir=tmp_path_factory.mktemp("repeatable"))
    return build_app(settings, "postgresql://nobody@/nothing", TokenIssuer("http://127.0.0.1:1"))


@pytest.mark.parametrize("name", [*DOCUMENTS, "registered"])
def test_what_is_shipped_may_be_kept(app: Kinfold, name: str) -> None:
    """Otherwise the cache would silently do nothing for it. For callers with none, one and several territories."""
    texts = [(DOCUMENTS[name], None)] if name in DOCUMENTS else list(registered())
    seen = 0
    for text, operation in texts:
        for persona in load_personas().values():
            for regions in ((), persona.regions, ("370983109", "370983001")):
                caller = Principal(
                    "x", persona.department, frozenset(persona.roles),
                    STATISTICS if name == STATISTICS else persona.purpose, "370983", regions=tuple(regions),
                    organisations=persona.organisations, person=persona.person,
                )  # fmt: skip
                try:
                    document = app.pipeline.documents.read(text, operation, {})
                    statement = app.pipeline.prepare(document, caller).statement
                except KinfoldError:
                    continue  # this class may not ask it
                seen += 1
                assert statement.is_repeatable, statement.text
    assert seen >= 3


def registered() -> list[tuple[str, str]]:
    """The queries of the shipped frontends that need no variable."""
    found = []
    for path in ROOT.glob("plugins/*/**/*.graphql"):
        text = path.read_text()
        found += [(text, name) for name in re.findall(r"^query (\w+) *\{", text, re.MULTILINE)]
    return found or [(DOCUMENTS["page"], "")]


def test_of_the_golden_statements_only_the_estimate_is_not_kept() -> None:
    texts = {path: path.read_text() for path in (ROOT / "tests" / "plan").rglob("*.sql")}
    assert len(texts) > 100
    plain = {path: re.sub(r"--.*", "", text) for path, text in texts.items()}
    assert {path.stem for path, text in plain.items() if not is_repeatable(text)} == {"estimate"}


@pytest.mark.parametrize(
    "part",
    [
        "now()",
        "clock_timestamp()",
        "random()",
        "NEXTVAL('s')",
        "current_date",
        "CURRENT_TIMESTAMP",
        "localtime",
        "'now'::timestamptz",
        "'today'::date",
        "age(t1.birth_date)",
        "(SELECT reltuples FROM pg_class)",
        "pg_sleep(1)",
        "session_user",
        "core.own_function(t1.x)",
        '"own_function"(t1.x)',
        "plugin_function(t1.x)",
        "(SELECT count(*) FROM core.audit_leaf)",
        "(SELECT count(*) FROM core.record_commit)",
        "(SELECT 1 FROM core.person TABLESAMPLE SYSTEM (1))",
        "(SELECT DISTINCT ON (t1.x) now())",
        "(WITH up(id) AS (SELECT now()) SELECT id FROM up)",
        "now() AS y, (SELECT 1)",
    ],
)
def test_what_may_answer_differently_is_not_kept(part: str) -> None:
    assert not is_repeatable(f"SELECT row_to_json(r) FROM (SELECT {part} AS x FROM core.person t1) r")


@pytest.mark.parametrize(
    "part", ["age($1::date, t1.birth_date)", "count(*)", "coalesce(t1.x, 'now and then')", "t1.now_living"]
)
def test_what_only_looks_like_it_is_kept(part: str) -> None:
    assert is_repeatable(f"SELECT row_to_json(r) FROM (SELECT {part} AS x FROM core.person t1) r")


def test_no_kind_of_the_graph_stands_on_what_records_write() -> None:
    """Their transactions are not counted as changes: what they write must be in no answer that is kept."""
    tables = {type_.qualified for type_ in assemble().catalog.types.values()}
    assert "core.person" in {table.replace('"', "") for table in tables}
    assert not [table for table in tables if "audit_leaf" in table or "record_commit" in table]


def test_a_compilation_has_a_number_of_its_own(app: Kinfold) -> None:
    document = app.pipeline.documents.read(DOCUMENTS["page"], None, {})
    caller = Principal("x", "civil_affairs", frozenset({"county_office"}), "child_protection", "370983")
    first = app.pipeline.prepare(document, caller).statement
    assert app.pipeline.prepare(document, replace(caller, subject="y")).statement is first
    other = app.pipeline.prepare(document, replace(caller, purpose="statistics")).statement
    assert other.serial != first.serial
