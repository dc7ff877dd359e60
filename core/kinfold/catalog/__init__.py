"""What exists: types, fields, relations, owners, sensitivity. Frozen after assembly.

Read next: kinfold/catalog/model.py
"""

from kinfold.catalog.batch import Batch, BatchFunction, BatchKey, BatchRequest
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
from kinfold.catalog.statistic import Dimension, StatisticMeasure, StatisticSpec

__all__ = [
    "Batch",
    "BatchFunction",
    "BatchKey",
    "BatchRequest",
    "Catalog",
    "Dimension",
    "EnumDef",
    "Field",
    "Join",
    "PolicyRelation",
    "Relation",
    "RootField",
    "Scalar",
    "Sensitivity",
    "Shape",
    "StatisticMeasure",
    "StatisticSpec",
    "TypeDef",
]
