"""What the lowering of a policy needs to know about the row that it speaks of.

In:  nothing. Out: the protocol that the compiler of statements implements, the two forms of `rel`, and the
PostgreSQL type of every type of the policy language. A column behind ENUM and REGION attributes is `text`
with a deterministic collation; a `jurisdiction` column is `text` too.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Protocol

from kinfold.catalog.model import Field
from kinfold.policy.ir import ValueType

PG_TYPES: Final = {
    ValueType.TEXT: "text",
    ValueType.ENUM: "text",
    ValueType.REGION: "text",
    ValueType.ID: "uuid",
    ValueType.INT: "bigint",
    ValueType.FLOAT: "double precision",
    ValueType.BOOL: "boolean",
    ValueType.DATE: "date",
    ValueType.DATETIME: "timestamptz",
}


class Form(StrEnum):
    """How `rel` is written: SET for scans (one uncorrelated array), PROBE for rows reached by key."""

    SET = "set"
    PROBE = "probe"


class RowScope(Protocol):
    """One row of a statement under construction."""

    @property
    def alias(self) -> str:
        """Its alias, a plain identifier that needs no quotes; relations of the catalog hang on it."""
        ...

    @property
    def kind(self) -> str:
        """Its kind; attribute names are looked up there."""
        ...

    def column(self, field: Field) -> str:
        """SQL of an attribute of the row: a column or a computed expression, never a masked value."""
        ...
