"""The text of a statement: without `asOf` what it always was, with it the same and more.

The texts stand in `statements/`; the policy here is the test's own, so that shipped rules may change.
AS_OF_WRITE=1 writes them anew: look at the difference before it is committed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from kinfold.assembly import Assembly, assemble
from kinfold.assembly.schema import build_schema
from kinfold.catalog import Catalog
from kinfold.document.document import DocumentReader
from kinfold.identity.principal import Principal, SubjectClass
from kinfold.plan.build import build_plan
from kinfold.policy.access import ALWAYS, FieldAccess, KindAccess
from kinfold.policy.attributes import find_attributes
from kinfold.policy.authorize import authorize
from kinfold.policy.ir import (
    Compare,
    Literal,
    ObjectAttr,
    Op,
    Predicate,
    Related,
    SubjectAttr,
    Under,
    ValueType,
)
from kinfold.sql.compile import Statement, compile_statement
from kinfold.sql.territory import Reach

STATEMENTS = Path(__file__).parent / "statements"
REGION = ObjectAttr("region_code", ValueType.REGION, nullable=False)
IN_TERRITORY: Predicate = Under(REGION, SubjectAttr("regions", ValueType.REGION, is_set=True), many=False)
GUARDED: Predicate = Related("core.Person", "guarded_by", SubjectAttr("person", ValueType.ID, nullable=True))
YOUNG: Predicate = Compare(Op.LT, ObjectAttr("age", ValueType.INT, nullable=True), Literal(ValueType.INT, 16))
DOCUMENT = """query Q%(head)s {
  children(first: 20%(more)s, where: {isLeftBehind: {eq: true}, guardianships: {some: {guardian: {sex: {eq: FEMALE}}}}},
           orderBy: [{household: {region: {field: CODE}}}]) {
    totalCount(mode: ESTIMATE) pageInfo { endCursor }
    nodes { name phone age guardianships { party { ... on Person { name } } } household { members { person { name } } } }
  }
  child(id: "Child:370999:0190a000-0000-7000-8000-000000000002"%(more)s) { name enrolments { grade } }
}"""


class Rules:
    """Rows within the caller's territory; a person's phone where a rule about today holds."""

    hash = "golden"

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def decide(self, kind: str, act: str, subject: SubjectClass, regions: int) -> KindAccess:
        attributes = find_attributes(self._catalog, kind)
        fields = {name: FieldAccess(read=ALWAYS) for name in attributes}
        if kind == "core.Person":
            fields["phone"] = FieldAccess(read=YOUNG)
            fields["name"] = FieldAccess(read=GUARDED)
        row = IN_TERRITORY if "jurisdiction" in attributes else ALWAYS
        return KindAccess(kind, act, row, fields, {}, (), ())


@pytest.fixture(scope="module")
def assembly() -> Assembly:
    return assemble()


def compile_text(assembly: Assembly, more: str, reach: Reach | None = None) -> Statement:
    catalog = assembly.catalog
    documents = DocumentReader(build_schema(catalog, assembly.mutations))
    principal = Principal("s", "education", frozenset(), "p", "370999", regions=("370999101",))
    kinds = {"$v": "$v: Date", "$k": "$k: DateTime"}
    declared = ", ".join(text for name, text in kinds.items() if name in more)
    text = DOCUMENT % {"more": more, "head": f"({declared})" if declared else ""}
    document = documents.read(text, None, {"v": "2026-03-03", "k": "2026-03-03T10:00:00+08:00"})
    plan = build_plan(document, catalog)
    rules: Any = Rules(catalog)
    return compile_statement(
        authorize(plan, principal.subject_class, 1, rules, catalog), catalog, reach=reach
    )


def broken(text: str) -> str:
    """One clause a line, for people who read a difference; a version's columns may grow."""
    text = re.sub(r'SELECT ("\w+", ){3,}"\w+"', "SELECT (columns)", text)
    return re.sub(r" (?=FROM |WHERE |UNION ALL |ORDER BY |LIMIT )", "\n", text) + "\n"


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("now", ""),
        ("valid", ", asOf: {valid: $v}"),
        ("known", ", asOf: {known: $k}"),
        ("both", ", asOf: {valid: $v, known: $k}"),
    ],
)
def test_text(assembly: Assembly, name: str, more: str) -> None:
    path = STATEMENTS / f"{name}.sql"
    text = broken(compile_text(assembly, more).text)
    if os.environ.get("AS_OF_WRITE"):
        path.write_text(text)
    assert text == path.read_text()


@pytest.mark.parametrize("more", [", asOf: null", ", asOf: {}", ", asOf: {valid: null, known: null}"])
def test_nothing_asked_is_the_same_text(assembly: Assembly, more: str) -> None:
    assert compile_text(assembly, more).text == compile_text(assembly, "").text


def test_no_history_without_known(assembly: Assembly) -> None:
    for more in ("", ", asOf: {valid: $v}"):
        assert "_history" not in compile_text(assembly, more).text
    assert "_history" in compile_text(assembly, ", asOf: {known: $k}").text


@pytest.mark.parametrize("reach", [None, *Reach])
def test_a_wide_territory_is_no_place_to_begin(assembly: Assembly, reach: Reach | None) -> None:
    """Only then, and only for the row that is scanned for, the planner may not begin with today's rows."""
    text = compile_text(assembly, ", asOf: {known: $k}", reach).text
    assert text.count("OFFSET 0") == (
        2 if reach is Reach.WIDE else 0
    )  # the rows of the count and of the page
    assert "OFFSET 0" not in compile_text(assembly, "", reach).text


def test_only_the_day_differs_with_valid(assembly: Assembly) -> None:
    """`valid` changes placeholders, and asks that people be born; the rules keep the real day."""
    texts = [compile_text(assembly, more) for more in ("", ", asOf: {valid: $v}")]
    plain = [re.sub(r"\$[0-9]+", "$", t.text) for t in texts]
    born = re.compile(r' AND \(\(t[0-9]+\."birth_date" > \$::date\) IS NOT TRUE\)')
    assert born.sub("", plain[1]) == plain[0]
    assert len(texts[1].slots) > len(texts[0].slots)  # today for the rules, the day asked about for the rest
