"""Guardianship (F1, G7) and delegated care (F3, F8; Minor Protection Law art. 22)."""

from __future__ import annotations

import uuid

from sqlalchemy import ARRAY, Boolean, CheckConstraint, ForeignKeyConstraint, Index, Text, Uuid
from sqlalchemy.orm import Mapped

from kinfold.plugin_api import Governed, Model, Row, Scalar, Temporal, attr, no_overlap, row_constraints

CA = "civil_affairs"


def _person(column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["jurisdiction", column], ["core.person.jurisdiction", "core.person.id"])


class Guardianship(Row, Governed, Temporal, Model):
    """Who is the child's guardian, on what ground, for a time: a person or an organisation (the state)."""

    __tablename__ = "guardianship"
    __table_args__ = row_constraints(
        _person("child_id"),
        _person("guardian_id"),
        ForeignKeyConstraint(
            ["jurisdiction", "guardian_organisation_id"],
            ["core.organisation.jurisdiction", "core.organisation.id"],
            name="guardianship_guardian_organisation_fkey",
        ),
        ForeignKeyConstraint(["region_code"], ["core.region.code"]),
        CheckConstraint("num_nonnulls(guardian_id, guardian_organisation_id) = 1", name="one_guardian"),
        Index(
            "guardianship_counted_idx",
            "jurisdiction",
            "child_id",
            postgresql_include=["kind", "valid_from", "valid_to", "region_ord"],
        ),
        Index(None, "jurisdiction", "guardian_id"),
        no_overlap("child_id", "guardian_id", where="guardian_id IS NOT NULL"),
        schema="core",
    )

    child_id: Mapped[uuid.UUID] = attr(
        Uuid, owner=CA, sensitivity="S3", zh="儿童", en="Child", references="core.Person", nullable=False,
        exposed=False,
    )  # fmt: skip
    guardian_id: Mapped[uuid.UUID | None] = attr(
        Uuid, owner=CA, sensitivity="S3", zh="监护人", en="Guardian", references="core.Person", exposed=False
    )
    guardian_organisation_id: Mapped[uuid.UUID | None] = attr(
        Uuid, owner=CA, sensitivity="S3", zh="监护机构", en="Guardian organisation", references="core.Organisation",
        exposed=False,
    )  # fmt: skip
    kind: Mapped[str] = attr(
        Text, owner=CA, sensitivity="S3", zh="监护类型", en="Kind", enum="GuardianshipKind", nullable=False,
        filterable=True,
    )  # fmt: skip
    basis: Mapped[str | None] = attr(Text, owner=CA, sensitivity="S3", zh="依据", en="Basis")
    status: Mapped[str] = attr(
        Text, owner=CA, sensitivity="S3", zh="状态", en="Status", enum="GuardianshipStatus", nullable=False,
        filterable=True,
    )  # fmt: skip


class Delegation(Row, Governed, Temporal, Model):
    """Care delegated by parents who leave. At most one effective delegate for a child on any day.

    A delegate who is not a lineal relative needs a signed agreement that is filed (F8); the child is heard
    (art. 22) — `child_opinion`.
    """

    __tablename__ = "delegation"
    __table_args__ = row_constraints(
        _person("child_id"),
        _person("delegate_id"),
        ForeignKeyConstraint(["region_code"], ["core.region.code"]),
        CheckConstraint("child_id <> delegate_id", name="not_oneself"),
        Index(None, "jurisdiction", "child_id"),
        Index(None, "jurisdiction", "delegate_id"),
        no_overlap("child_id", where="status = 'EFFECTIVE'"),
        schema="core",
    )

    child_id: Mapped[uuid.UUID] = attr(
        Uuid, owner=CA, sensitivity="S3", zh="儿童", en="Child", references="core.Person", nullable=False,
        exposed=False,
    )  # fmt: skip
    delegator_ids: Mapped[list[uuid.UUID]] = attr(
        ARRAY(Uuid), owner=CA, sensitivity="S3", zh="委托人", en="Delegators", scalar=Scalar.ID, is_list=True,
        nullable=False, exposed=False, server_default="{}",
    )  # fmt: skip
    delegate_id: Mapped[uuid.UUID] = attr(
        Uuid, owner=CA, sensitivity="S3", zh="受委托人", en="Delegate", references="core.Person", nullable=False,
        exposed=False,
    )  # fmt: skip
    relation: Mapped[str] = attr(
        Text, owner=CA, sensitivity="S3", zh="与儿童关系", en="Relation to the child", enum="CarerRelation",
        nullable=False, filterable=True,
    )  # fmt: skip
    is_lineal: Mapped[bool] = attr(
        Boolean, owner=CA, sensitivity="S3", zh="直系亲属", en="Lineal relative", nullable=False
    )
    reason: Mapped[str | None] = attr(Text, owner=CA, sensitivity="S3", zh="委托原因", en="Reason")
    has_agreement: Mapped[bool] = attr(
        Boolean, owner=CA, sensitivity="S3", zh="已签协议", en="Agreement signed", nullable=False, filterable=True,
        server_default="false",
    )  # fmt: skip
    filed_no: Mapped[str | None] = attr(Text, owner=CA, sensitivity="S3", zh="备案号", en="Filing number")
    is_paid: Mapped[bool] = attr(
        Boolean, owner=CA, sensitivity="S3", zh="支付报酬", en="Paid", nullable=False, server_default="false"
    )
    child_opinion: Mapped[str | None] = attr(
        Text, owner=CA, sensitivity="S3", zh="儿童意见", en="The child's opinion"
    )
    status: Mapped[str] = attr(
        Text, owner=CA, sensitivity="S3", zh="状态", en="Status", enum="DelegationStatus", nullable=False,
        filterable=True,
    )  # fmt: skip
