"""The read pipeline inside the test's own process: every stage from the text to PostgreSQL's bytes.

In:  the address of a migrated database, a principal, a document. Out: the answer's JSON and notes, or the error's
code; the statement for those who want to look at it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import orjson
from kinfold.assembly import Assembly, assemble
from kinfold.assembly.schema import build_schema
from kinfold.batch.call import BatchCaller
from kinfold.batch.fill import fill_batches
from kinfold.catalog import Catalog
from kinfold.document.document import Document, DocumentReader
from kinfold.errors import KinfoldError
from kinfold.identity.personas import load_personas
from kinfold.identity.principal import Principal
from kinfold.plan.build import build_plan
from kinfold.policy.authorize import AuthorizedPlan, authorize
from kinfold.policy.bundle import Bundle
from kinfold.policy.load import SHIPPED, load_policy
from kinfold.policy.region import count_regions, cover_regions
from kinfold.privacy.blind_index import BlindIndex
from kinfold.result.redaction import redact, static_notes
from kinfold.result.reply import reply_data
from kinfold.sql.bind import BindContext
from kinfold.sql.compile import Statement, compile_statement
from kinfold.sql.read import Reader
from kinfold.sql.territory import reach_of_all

MARK = '"\\u0001mark"'
TODAY = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
#: The key of the demo county that `county.py` makes.
BLIND = BlindIndex(bytes(range(32)))


def persona(name: str) -> Principal:
    """A caller of the demo county, as his token would describe him."""
    found = load_personas()[name]
    return Principal(
        subject=name,
        department=found.department,
        roles=frozenset(found.roles),
        purpose=found.purpose,
        jurisdiction=found.jurisdiction,
        regions=found.regions,
        organisations=found.organisations,
        person=found.person,
    )


@dataclass(frozen=True, slots=True)
class Answered:
    """`text` is the JSON of `data` as it would be sent; `code` that of a refusal, then `text` is empty."""

    text: bytes
    code: str = ""
    notes: tuple[dict[str, Any], ...] = ()

    @property
    def data(self) -> Any:
        assert not self.code, self.code
        return orjson.loads(self.text)


class Engine:
    """Stages 1 to 5 over one database."""

    def __init__(self, url: str, assembly: Assembly, bundle: Bundle) -> None:
        self.assembly, self.bundle = assembly, bundle
        self.catalog: Catalog = assembly.catalog
        self.schema = build_schema(assembly.catalog, assembly.mutations)
        self.documents = DocumentReader(self.schema)
        self.reader = Reader(url, 1)
        self.batches = BatchCaller()

    @classmethod
    async def open(cls, url: str) -> Self:
        assembly = assemble()
        files = [(name, file.path) for name, file in assembly.policies]
        engine = cls(url, assembly, load_policy(SHIPPED, files, assembly.catalog).bundle)
        await engine.reader.open()
        return engine

    async def close(self) -> None:
        await self.reader.close()

    def authorize(self, document: Document, principal: Principal) -> AuthorizedPlan:
        plan = build_plan(document, self.catalog)
        regions = count_regions(principal.regions)
        return authorize(plan, principal.subject_class, regions, self.bundle, self.catalog)

    def context(self, document: Document, principal: Principal) -> BindContext:
        return BindContext(principal, TODAY, bytes(32), MARK, document.variables, blind_index=BLIND.index)

    def compile(self, document: Document, principal: Principal) -> Statement:
        reach = reach_of_all(cover_regions(principal.regions))
        return compile_statement(self.authorize(document, principal), self.catalog, reach=reach)

    async def ask(
        self, principal: Principal, text: str, variables: Mapping[str, Any] | None = None
    ) -> Answered:
        """What a caller would get."""
        try:
            document = self.documents.read(text, None, variables)
            statement = self.compile(document, principal)
            context = self.context(document, principal)
            data = await self.reader.read(statement, context)
            data = await fill_batches(data, statement.batches, self.batches, context, "")
        except KinfoldError as refusal:
            return Answered(b"", refusal.code)
        mark = MARK.encode() if statement.has_sentinel else b""
        data, notes = redact(data, mark, static_notes(statement.redactions))
        body = orjson.loads(reply_data(data, {"redactions": notes}).body)
        text_out = orjson.dumps(body["data"])
        return Answered(text_out, notes=tuple(body.get("extensions", {}).get("redactions", ())))
