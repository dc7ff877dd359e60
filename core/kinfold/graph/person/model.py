"""Persons. "Child" is a role in time (under 18 on the day asked), not a table."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKeyConstraint, Index, LargeBinary, Text, Uuid
from sqlalchemy.orm import Mapped

from kinfold.plugin_api import (
    Governed,
    Model,
    Row,
    Scalar,
    Temporal,
    attr,
    no_overlap,
    row_constraints,
    territory_lists,
)

PS = "public_security"  # master of name, number, sex, birth date and registered address (authority map)
CA = "civil_affairs"


class Person(Row, Governed, Model):
    """A person known to this county. `region_code` is where he actually lives; `household_id` with whom.

    Children without a register entry exist: `id_number` is nullable. The number is found only by its keyed
    hash, `id_number_index`; nothing joins across counties but through it.
    """

    __tablename__ = "person"
    __table_args__ = row_constraints(
        ForeignKeyConstraint(["region_code"], ["core.region.code"]),
        ForeignKeyConstraint(["hukou_region_code"], ["core.region.code"]),
        ForeignKeyConstraint(
            ["jurisdiction", "household_id"], ["core.household.jurisdiction", "core.household.id"]
        ),
        CheckConstraint("region_code LIKE jurisdiction || '%'", name="region_in_jurisdiction"),
        Index(None, "jurisdiction", "household_id"),
        *territory_lists("person", "name_sort", "birth_date"),
        # Serves lists by birth date, and holds what a table of counts reads of a child (graph/statistic.py).
        Index(
            "person_counted_idx",
            "jurisdiction",
            "birth_date",
            "id",
            postgresql_include=["region_ord", "sex", "hukou_kind"],
        ),
        Index(None, "jurisdiction", "id_number_index"),
        Index(None, "name_search", postgresql_using="gin", postgresql_ops={"name_search": "gin_trgm_ops"}),
        has_territory_lists=True,
        schema="core",
    )

    name: Mapped[str] = attr(
        Text,
        owner=PS,
        sensitivity="S3",
        zh="姓名",
        en="Name",
        nullable=False,
        filterable=True,
        sort="name_sort",
    )
    name_sort: Mapped[str] = attr(
        Text(collation="C"),
        owner=PS,
        sensitivity="S3",
        zh="姓名排序键",
        en="Sort key of the name",
        nullable=False,
        exposed=False,
    )
    # Made from the name by search_key.py. Nullable while programs that do not write it may still be running.
    name_search: Mapped[str | None] = attr(
        Text(collation="C"),
        owner=PS,
        sensitivity="S3",
        zh="姓名检索键",
        en="Search key of the name",
        exposed=False,
    )
    sex: Mapped[str] = attr(
        Text, owner=PS, sensitivity="S3", zh="性别", en="Sex", enum="Sex", nullable=False, filterable=True
    )
    birth_date: Mapped[dt.date | None] = attr(
        Date, owner=PS, sensitivity="S3", zh="出生日期", en="Birth date", filterable=True, sort=True
    )
    birth_precision: Mapped[str] = attr(
        Text, owner=PS, sensitivity="S3", zh="出生日期精度", en="Precision of the birth date", enum="BirthPrecision",
        nullable=False, server_default="DAY",
    )  # fmt: skip
    id_number: Mapped[str | None] = attr(
        Text, owner=PS, sensitivity="S3", zh="公民身份号码", en="Identity number", filterable=True
    )
    id_number_index: Mapped[bytes | None] = attr(
        LargeBinary, owner=PS, sensitivity="S3", zh="身份号码索引", en="Keyed hash of the identity number",
        exposed=False,
    )  # fmt: skip
    ethnicity: Mapped[str | None] = attr(
        Text, owner=PS, sensitivity="S3", zh="民族（GB/T 3304）", en="Ethnicity (GB/T 3304)"
    )
    phone: Mapped[str | None] = attr(Text, owner=CA, sensitivity="S3", zh="联系电话", en="Phone")
    health: Mapped[str | None] = attr(
        Text, owner="health_insurance", sensitivity="S3", zh="身体情况", en="Health, self-reported", enum="HealthFlag",
        filterable=True,
    )  # fmt: skip
    life_status: Mapped[str] = attr(
        Text, owner=PS, sensitivity="S3", zh="生存状态", en="Life status", enum="LifeStatus", nullable=False,
        server_default="ALIVE",
    )  # fmt: skip
    hukou_kind: Mapped[str] = attr(
        Text, owner=PS, sensitivity="S3", zh="户口性质", en="Kind of household register", enum="HukouKind",
        nullable=False, filterable=True,
    )  # fmt: skip
    hukou_region_code: Mapped[str | None] = attr(
        Text, owner=PS, sensitivity="S3", zh="户籍所在地", en="Registered division", scalar=Scalar.REGION,
        filterable=True,
    )  # fmt: skip
    household_id: Mapped[uuid.UUID | None] = attr(
        Uuid, owner=CA, sensitivity="S3", zh="实际居住户", en="Actual household", references="core.Household",
        exposed=False,
    )  # fmt: skip
    is_demo: Mapped[bool] = attr(
        Boolean, owner="platform", sensitivity="S1", zh="演示数据", en="Invented for demonstration", nullable=False,
        server_default="false",
    )  # fmt: skip


class CapacityFact(Row, Governed, Temporal, Model):
    """Whether a person can be a guardian, for a time, and why not (N3: severe illness, disability …)."""

    __tablename__ = "capacity_fact"
    __table_args__ = row_constraints(
        ForeignKeyConstraint(["jurisdiction", "person_id"], ["core.person.jurisdiction", "core.person.id"]),
        ForeignKeyConstraint(["region_code"], ["core.region.code"]),
        Index(None, "jurisdiction", "person_id"),
        no_overlap("person_id"),
        schema="core",
    )

    person_id: Mapped[uuid.UUID] = attr(
        Uuid, owner=CA, sensitivity="S3", zh="人员", en="Person", references="core.Person", nullable=False,
        exposed=False,
    )  # fmt: skip
    kind: Mapped[str] = attr(
        Text, owner=CA, sensitivity="S3", zh="监护能力", en="Capacity", enum="CapacityKind", nullable=False,
        filterable=True,
    )  # fmt: skip
    cause: Mapped[str | None] = attr(
        Text, owner=CA, sensitivity="S3", zh="原因", en="Cause", enum="CapacityCause"
    )
    evidence: Mapped[str | None] = attr(Text, owner=CA, sensitivity="S3", zh="依据材料", en="Evidence")
