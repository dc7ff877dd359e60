"""Where people live, where they went to work, and the notice that parents give before they leave (F5)."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ARRAY, CheckConstraint, Date, DateTime, ForeignKeyConstraint, Index, Text, Uuid
from sqlalchemy.orm import Mapped

from kinfold.plugin_api import Governed, Model, Row, Scalar, Temporal, attr, no_overlap, row_constraints

CA = "civil_affairs"


def _person(column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["jurisdiction", column], ["core.person.jurisdiction", "core.person.id"])


class Residence(Row, Governed, Temporal, Model):
    """A place of one kind for a time; at most one of each kind on any day."""

    __tablename__ = "residence"
    __table_args__ = row_constraints(
        _person("person_id"),
        ForeignKeyConstraint(["region_code"], ["core.region.code"]),
        Index(None, "jurisdiction", "person_id"),
        no_overlap("person_id", "kind"),
        schema="core",
    )

    person_id: Mapped[uuid.UUID] = attr(
        Uuid, owner=CA, sensitivity="S3", zh="人员", en="Person", references="core.Person", nullable=False,
        exposed=False,
    )  # fmt: skip
    kind: Mapped[str] = attr(
        Text, owner=CA, sensitivity="S3", zh="居住类型", en="Kind", enum="ResidenceKind", nullable=False,
        filterable=True,
    )  # fmt: skip
    place_code: Mapped[str] = attr(
        Text, owner=CA, sensitivity="S3", zh="居住地区划", en="Division of the place", scalar=Scalar.REGION,
        nullable=False, filterable=True,
    )  # fmt: skip
    address: Mapped[str | None] = attr(Text, owner=CA, sensitivity="S3", zh="详细地址", en="Address")


class Migration(Row, Governed, Model):
    """A spell away. `left_on` inclusive, `returned_on` exclusive (null: still away)."""

    __tablename__ = "migration"
    __table_args__ = row_constraints(
        _person("person_id"),
        ForeignKeyConstraint(["region_code"], ["core.region.code"]),
        CheckConstraint("returned_on IS NULL OR returned_on > left_on", name="interval"),
        Index(None, "jurisdiction", "person_id"),
        no_overlap("person_id", start="left_on", end="returned_on"),
        schema="core",
    )

    person_id: Mapped[uuid.UUID] = attr(
        Uuid, owner=CA, sensitivity="S3", zh="人员", en="Person", references="core.Person", nullable=False,
        exposed=False,
    )  # fmt: skip
    reason: Mapped[str] = attr(
        Text, owner=CA, sensitivity="S3", zh="外出原因", en="Reason", enum="MigrationReason", nullable=False,
        filterable=True,
    )  # fmt: skip
    destination_code: Mapped[str] = attr(
        Text,
        owner=CA,
        sensitivity="S3",
        zh="目的地代码",
        en="Destination code",
        scalar=Scalar.REGION,
        nullable=False,
    )
    destination: Mapped[str] = attr(
        Text, owner=CA, sensitivity="S3", zh="目的地", en="Destination", nullable=False
    )
    employer: Mapped[str | None] = attr(Text, owner=CA, sensitivity="S3", zh="务工单位", en="Employer")
    left_on: Mapped[dt.date] = attr(
        Date,
        owner=CA,
        sensitivity="S3",
        zh="外出日期",
        en="Left on",
        nullable=False,
        filterable=True,
        sort=True,
    )
    expected_return: Mapped[dt.date | None] = attr(
        Date, owner=CA, sensitivity="S3", zh="预计返回", en="Expected return"
    )
    returned_on: Mapped[dt.date | None] = attr(
        Date, owner=CA, sensitivity="S3", zh="返回日期", en="Returned on", filterable=True
    )


class DepartureNotice(Row, Governed, Model):
    """What parents tell the village *and* the school in writing before they leave (F5; art. 23)."""

    __tablename__ = "departure_notice"
    __table_args__ = row_constraints(
        _person("child_id"),
        _person("delegate_id"),
        ForeignKeyConstraint(["region_code"], ["core.region.code"]),
        Index(None, "jurisdiction", "child_id"),
        schema="core",
    )

    child_id: Mapped[uuid.UUID] = attr(
        Uuid, owner=CA, sensitivity="S3", zh="儿童", en="Child", references="core.Person", nullable=False,
        exposed=False,
    )  # fmt: skip
    parent_ids: Mapped[list[uuid.UUID]] = attr(
        ARRAY(Uuid), owner=CA, sensitivity="S3", zh="外出父母", en="Parents who leave", scalar=Scalar.ID,
        is_list=True, nullable=False, exposed=False,
    )  # fmt: skip
    delegate_id: Mapped[uuid.UUID | None] = attr(
        Uuid,
        owner=CA,
        sensitivity="S3",
        zh="受委托人",
        en="Delegate",
        references="core.Person",
        exposed=False,
    )
    destination_code: Mapped[str] = attr(
        Text,
        owner=CA,
        sensitivity="S3",
        zh="务工地代码",
        en="Destination code",
        scalar=Scalar.REGION,
        nullable=False,
    )
    destination: Mapped[str] = attr(
        Text, owner=CA, sensitivity="S3", zh="务工地点", en="Destination", nullable=False
    )
    phone: Mapped[str] = attr(Text, owner=CA, sensitivity="S3", zh="联系方式", en="Phone", nullable=False)
    leave_on: Mapped[dt.date] = attr(
        Date,
        owner=CA,
        sensitivity="S3",
        zh="拟外出日期",
        en="Leaving on",
        nullable=False,
        filterable=True,
        sort=True,
    )
    told_village_at: Mapped[dt.datetime] = attr(
        DateTime(timezone=True),
        owner=CA,
        sensitivity="S3",
        zh="告知村（社区）时间",
        en="Village told at",
        nullable=False,
    )
    told_school_at: Mapped[dt.datetime | None] = attr(
        DateTime(timezone=True), owner=CA, sensitivity="S3", zh="告知学校时间", en="School told at"
    )
