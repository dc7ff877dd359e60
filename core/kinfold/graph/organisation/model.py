"""Organisations and the people who work for them (H2: five kinds of addressee; C2, C3: posts)."""

from __future__ import annotations

import uuid

from sqlalchemy import ARRAY, ForeignKeyConstraint, Index, Text, Uuid
from sqlalchemy.orm import Mapped

from kinfold.plugin_api import Governed, Model, Row, Scalar, Temporal, attr, row_constraints

OWNER = "civil_affairs"


class Organisation(Row, Governed, Temporal, Model):
    """A body. Organisations are not divisions: their territories may overlap (the high-tech zone)."""

    __tablename__ = "organisation"
    __table_args__ = row_constraints(
        ForeignKeyConstraint(
            ["jurisdiction", "parent_id"], ["core.organisation.jurisdiction", "core.organisation.id"]
        ),
        ForeignKeyConstraint(["region_code"], ["core.region.code"]),
        schema="core",
    )

    kind: Mapped[str] = attr(
        Text, owner=OWNER, sensitivity="S0", zh="机构类型", en="Kind", enum="OrganisationKind", nullable=False,
        filterable=True,
    )  # fmt: skip
    name: Mapped[str] = attr(
        Text,
        owner=OWNER,
        sensitivity="S0",
        zh="名称",
        en="Name",
        nullable=False,
        filterable=True,
        sort="name_sort",
    )
    name_sort: Mapped[str] = attr(
        Text(collation="C"),
        owner=OWNER,
        sensitivity="S0",
        zh="排序键",
        en="Sort key",
        nullable=False,
        exposed=False,
    )
    uscc: Mapped[str | None] = attr(
        Text, owner=OWNER, sensitivity="S0", zh="统一社会信用代码", en="Unified social credit code"
    )
    parent_id: Mapped[uuid.UUID | None] = attr(
        Uuid,
        owner=OWNER,
        sensitivity="S0",
        zh="上级机构",
        en="Parent",
        references="core.Organisation",
        exposed=False,
    )
    department: Mapped[str | None] = attr(
        Text, owner=OWNER, sensitivity="S0", zh="所属部门", en="Department", filterable=True
    )
    territories: Mapped[list[str]] = attr(
        ARRAY(Text), owner=OWNER, sensitivity="S0", zh="服务区域", en="Territories", scalar=Scalar.REGION,
        is_list=True, nullable=False, server_default="{}",
    )  # fmt: skip


class StaffAssignment(Row, Governed, Temporal, Model):
    """A person's post at an organisation, for a time, in divisions."""

    __tablename__ = "staff_assignment"
    __table_args__ = row_constraints(
        ForeignKeyConstraint(["jurisdiction", "person_id"], ["core.person.jurisdiction", "core.person.id"]),
        ForeignKeyConstraint(
            ["jurisdiction", "organisation_id"], ["core.organisation.jurisdiction", "core.organisation.id"]
        ),
        ForeignKeyConstraint(["region_code"], ["core.region.code"]),
        Index(None, "jurisdiction", "organisation_id"),
        Index(None, "jurisdiction", "person_id"),
        schema="core",
    )

    person_id: Mapped[uuid.UUID] = attr(
        Uuid, owner=OWNER, sensitivity="S1", zh="人员", en="Person", references="core.Person", nullable=False,
        exposed=False,
    )  # fmt: skip
    organisation_id: Mapped[uuid.UUID] = attr(
        Uuid, owner=OWNER, sensitivity="S1", zh="机构", en="Organisation", references="core.Organisation",
        nullable=False, exposed=False,
    )  # fmt: skip
    position: Mapped[str] = attr(
        Text, owner=OWNER, sensitivity="S1", zh="岗位", en="Position", nullable=False
    )
    roles: Mapped[list[str]] = attr(
        ARRAY(Text), owner=OWNER, sensitivity="S1", zh="角色", en="Roles", is_list=True, nullable=False,
        server_default="{}",
    )  # fmt: skip
    regions: Mapped[list[str]] = attr(
        ARRAY(Text), owner=OWNER, sensitivity="S1", zh="负责区域", en="Divisions", scalar=Scalar.REGION, is_list=True,
        nullable=False, server_default="{}",
    )  # fmt: skip
    certificates: Mapped[list[str]] = attr(
        ARRAY(Text), owner=OWNER, sensitivity="S1", zh="资格证书", en="Certificates", is_list=True, nullable=False,
        server_default="{}",
    )  # fmt: skip
