"""Which fields are looked up by something else than their own column.

In:  a type and a field of the catalog. Out: the stored search key beside it (`name_search` beside `name`), or the
column with its keyed hash (an identity number is found by that and never compared itself).
"""

from __future__ import annotations

from typing import Final

from kinfold.catalog import Field, TypeDef

#: (kind, attribute) -> column with the blind index. Bytes are no attribute, so the catalog does not list them.
BLIND_INDEXES: Final = {("core.Person", "id_number"): "id_number_index"}


def search_field(type_: TypeDef, field: Field) -> Field | None:
    """The attribute that holds the search key of a field's text; None: it cannot be searched."""
    return type_.attributes.get(f"{field.attribute}_search")


def blind_column(type_: TypeDef, field: Field) -> str | None:
    """The column with the field's keyed hash; None: it has none."""
    return BLIND_INDEXES.get((type_.kind, field.attribute))
