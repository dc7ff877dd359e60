"""Households: as registered (户籍户) and as people actually live (实际居住户)."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKeyConstraint, Index, Text, Uuid
from sqlalchemy.orm import Mapped

from kinfold.plugin_api import Governed, Model, Row, Temporal, attr, no_overlap, row_constraints

CA = "civil_affairs"
PS = "public_security"


class Household(Row, Governed, Model):
    """A household of one kind. Its head is the member whose relation code is 02 (GB/T 4761)."""

    __tablename__ = "household"
    __table_args__ = row_constraints(
        ForeignKeyConstraint(["region_code"], ["core.region.code"]), schema="core"
    )

    kind: Mapped[str] = attr(
        Text,
        owner=CA,
        sensitivity="S2",
        zh="户类型",
        en="Kind",
        enum="HouseholdKind",
        nullable=False,
        filterable=True,
    )
    register_no: Mapped[str | None] = attr(Text, owner=PS, sensitivity="S3", zh="户号", en="Register number")
    address: Mapped[str | None] = attr(Text, owner=CA, sensitivity="S3", zh="住址", en="Address")


class HouseholdMember(Row, Governed, Temporal, Model):
    """Membership for a time. A person is in at most one household of each kind on any day."""

    __tablename__ = "household_member"
    __table_args__ = row_constraints(
        ForeignKeyConstraint(
            ["jurisdiction", "household_id"], ["core.household.jurisdiction", "core.household.id"]
        ),
        ForeignKeyConstraint(["jurisdiction", "person_id"], ["core.person.jurisdiction", "core.person.id"]),
        ForeignKeyConstraint(["region_code"], ["core.region.code"]),
        Index(None, "jurisdiction", "household_id"),
        no_overlap("person_id", "kind"),
        schema="core",
    )

    household_id: Mapped[uuid.UUID] = attr(
        Uuid, owner=CA, sensitivity="S3", zh="户", en="Household", references="core.Household", nullable=False,
        exposed=False,
    )  # fmt: skip
    person_id: Mapped[uuid.UUID] = attr(
        Uuid, owner=CA, sensitivity="S3", zh="成员", en="Person", references="core.Person", nullable=False,
        exposed=False,
    )  # fmt: skip
    kind: Mapped[str] = attr(
        Text,
        owner=CA,
        sensitivity="S2",
        zh="户类型",
        en="Kind of household",
        enum="HouseholdKind",
        nullable=False,
    )
    relation_to_head: Mapped[str] = attr(
        Text, owner=PS, sensitivity="S3", zh="与户主关系（GB/T 4761）", en="Relation to head (GB/T 4761)", nullable=False,
        filterable=True,
    )  # fmt: skip
