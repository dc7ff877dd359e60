"""Attributes of a kind, as rules see them.

In:  the Catalog and a kind's name. Out: the fields of every type over that kind by policy attribute name, and
their types in the policy language.
"""

from __future__ import annotations

from typing import Final

from kinfold.catalog.model import Catalog, Field, Scalar
from kinfold.policy.ir import ValueType

VALUE_TYPES: Final = {
    Scalar.ID: ValueType.ID,
    Scalar.STRING: ValueType.TEXT,
    Scalar.INT: ValueType.INT,
    Scalar.FLOAT: ValueType.FLOAT,
    Scalar.BOOLEAN: ValueType.BOOL,
    Scalar.DATE: ValueType.DATE,
    Scalar.DATETIME: ValueType.DATETIME,
    Scalar.REGION: ValueType.REGION,
    Scalar.ENUM: ValueType.ENUM,
}


def find_attributes(catalog: Catalog, kind: str) -> dict[str, Field]:
    """Every attribute of a kind: the union over its types, which share one table. Empty: no such kind."""
    found: dict[str, Field] = {}
    for name in catalog.types_by_kind.get(kind, ()):
        for attribute, field in catalog.types[name].attributes.items():
            found.setdefault(attribute, field)
    return found


def find_field(catalog: Catalog, kind: str, attribute: str) -> Field:
    """One attribute of a kind; KeyError when the kind has none of that name."""
    for name in catalog.types_by_kind[kind]:
        field = catalog.types[name].attributes.get(attribute)
        if field is not None:
            return field
    raise KeyError(attribute)


def ord_attribute(region_attribute: str) -> str:
    """The sibling that holds a region's number: `region_ord` beside `region_code`."""
    return region_attribute.removesuffix("_code") + "_ord"
