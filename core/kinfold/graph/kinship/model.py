"""Kinship: only the primitive facts are stored; grandparents, siblings, lineality are derived from them."""

from __future__ import annotations

import uuid

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, Uuid
from sqlalchemy.orm import Mapped

from kinfold.plugin_api import Governed, Model, Row, Temporal, attr, row_constraints

PS = "public_security"


class Kinship(Row, Governed, Temporal, Model):
    """`senior` is a parent of `junior`, or the two are spouses (then the order means nothing)."""

    __tablename__ = "kinship"
    __table_args__ = row_constraints(
        ForeignKeyConstraint(["jurisdiction", "senior_id"], ["core.person.jurisdiction", "core.person.id"]),
        ForeignKeyConstraint(["jurisdiction", "junior_id"], ["core.person.jurisdiction", "core.person.id"]),
        ForeignKeyConstraint(["region_code"], ["core.region.code"]),
        CheckConstraint("senior_id <> junior_id", name="two_people"),
        Index(None, "jurisdiction", "senior_id"),
        Index(None, "jurisdiction", "junior_id"),
        schema="core",
    )

    senior_id: Mapped[uuid.UUID] = attr(
        Uuid, owner=PS, sensitivity="S3", zh="父母或配偶", en="Parent or spouse", references="core.Person",
        nullable=False, exposed=False,
    )  # fmt: skip
    junior_id: Mapped[uuid.UUID] = attr(
        Uuid, owner=PS, sensitivity="S3", zh="子女或配偶", en="Child or spouse", references="core.Person",
        nullable=False, exposed=False,
    )  # fmt: skip
    kind: Mapped[str] = attr(
        Text,
        owner=PS,
        sensitivity="S3",
        zh="亲属关系",
        en="Kind",
        enum="KinshipKind",
        nullable=False,
        filterable=True,
    )
