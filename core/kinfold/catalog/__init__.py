"""What exists: types, fields, relations, owners, sensitivity. Frozen after assembly.

Read next: kinfold/catalog/model.py
"""

from kinfold.catalog.model import (
    Catalog,
    EnumDef,
    Field,
    Join,
    PolicyRelation,
    Relation,
    RootField,
    Scalar,
    Sensitivity,
    Shape,
    TypeDef,
)

__all__ = [
    "Catalog",
    "EnumDef",
    "Field",
    "Join",
    "PolicyRelation",
    "Relation",
    "RootField",
    "Scalar",
    "Sensitivity",
    "Shape",
    "TypeDef",
]
