"""How a table is declared: SQLAlchemy models whose every column says who owns it and how sensitive it is.

The key rule: every primary key begins with `jurisdiction` (the six-digit county code, 属地管理), then a
UUIDv7 made in Python; foreign keys carry it. `Row` gives both, and the row version.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Computed,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, declared_attr, mapped_column

from kinfold.catalog import Scalar, Sensitivity

_NAMES = {
    "pk": "%(table_name)s_pkey",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "ex": "%(table_name)s_%(column_0_N_name)s_excl",
}


class Model(DeclarativeBase):
    """Base of every table of core and of plugins (one metadata, so that foreign keys may cross schemas)."""

    metadata = MetaData(naming_convention=_NAMES)


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """What assembly wants to know of a column; a column without it stops the assembly."""

    owner: str
    sensitivity: Sensitivity
    zh: str
    en: str
    scalar: Scalar
    enum: str | None = None
    is_list: bool = False
    is_exposed: bool = True
    is_filterable: bool = False
    sort_column: str | None = None
    references: str | None = None


def attr(
    sql_type: Any,
    *constraints: Any,
    owner: str,
    sensitivity: str,
    zh: str,
    en: str,
    scalar: Scalar | None = None,
    enum: str | None = None,
    is_list: bool = False,
    exposed: bool = True,
    filterable: bool = False,
    sort: bool | str = False,
    references: str | None = None,
    nullable: bool = True,
    **column: Any,
) -> MappedColumn[Any]:
    """A column of the graph.

    `sort=True` sorts by the column itself, `sort="name_sort"` by a stored key. `references` names the kind
    that a UUID column points to. Sensitivity is one of S0…S4 (requirements.md, sensitivity classes).
    """
    info = ColumnInfo(
        owner=owner,
        sensitivity=Sensitivity(sensitivity),
        zh=zh,
        en=en,
        scalar=Scalar.ENUM if enum else scalar or _scalar_of(sql_type),
        enum=enum,
        is_list=is_list,
        is_exposed=exposed,
        is_filterable=filterable,
        sort_column=("" if sort is True else sort or None),
        references=references,
    )
    return mapped_column(sql_type, *constraints, nullable=nullable, info={"kinfold": info}, **column)


def column_info(column: Column[Any]) -> ColumnInfo | None:
    """What `attr` noted on a column, or None."""
    found = column.info.get("kinfold")
    return found if isinstance(found, ColumnInfo) else None


def _scalar_of(sql_type: Any) -> Scalar:
    name = sql_type.__name__ if isinstance(sql_type, type) else type(sql_type).__name__
    return {
        "Uuid": Scalar.ID,
        "Text": Scalar.STRING,
        "Integer": Scalar.INT,
        "SmallInteger": Scalar.INT,
        "BigInteger": Scalar.INT,
        "Float": Scalar.FLOAT,
        "Boolean": Scalar.BOOLEAN,
        "Date": Scalar.DATE,
        "DateTime": Scalar.DATETIME,
    }.get(name, Scalar.STRING)


class Row:
    """Key, row version and recording time of every governed table."""

    jurisdiction: Mapped[str] = attr(
        Text, owner="platform", sensitivity="S1", zh="辖区代码", en="Jurisdiction", exposed=False, nullable=False,
        sort_order=-30,
    )  # fmt: skip
    id: Mapped[uuid.UUID] = attr(
        Uuid, owner="platform", sensitivity="S1", zh="标识", en="Identifier", exposed=False, nullable=False,
        sort_order=-29,
    )  # fmt: skip
    version: Mapped[int] = attr(
        Integer, owner="platform", sensitivity="S1", zh="版本", en="Row version", nullable=False,
        server_default="1", sort_order=90,
    )  # fmt: skip
    recorded_at: Mapped[dt.datetime] = attr(
        DateTime(timezone=True), owner="platform", sensitivity="S1", zh="记录时间", en="Recorded at",
        nullable=False, server_default=text("now()"), sort_order=91,
    )  # fmt: skip


class Governed:
    """The division that is responsible for the row (G6, territorial principle), and its preorder number.

    Codes are hierarchical by fixed length, so the code padded with zeros is a preorder number: a division's
    subtree is one interval. It is a generated column: it cannot be forgotten.
    """

    region_code: Mapped[str] = attr(
        Text, owner="civil_affairs", sensitivity="S2", zh="责任区划", en="Responsible division",
        scalar=Scalar.REGION, filterable=True, nullable=False, sort_order=80,
    )  # fmt: skip

    @declared_attr
    def region_ord(cls) -> Mapped[int]:
        return attr(
            BigInteger, Computed("rpad(region_code, 12, '0')::bigint", persisted=True), owner="civil_affairs",
            sensitivity="S2", zh="区划序号", en="Preorder number of the division", exposed=False, sort_order=81,
        )  # fmt: skip


class Temporal:
    """True in the world from `valid_from` (inclusive) until `valid_to` (exclusive; null: still true)."""

    valid_from: Mapped[dt.date] = attr(
        Date, owner="civil_affairs", sensitivity="S2", zh="生效日期", en="Valid from", nullable=False, sort=True,
        filterable=True, sort_order=70,
    )  # fmt: skip
    valid_to: Mapped[dt.date | None] = attr(
        Date, owner="civil_affairs", sensitivity="S2", zh="失效日期", en="Valid until (exclusive)", sort_order=71,
    )  # fmt: skip


#: Marks the index of `territory_lists` by which assembly knows that a kind has one.
TOWN_INDEX = "kinfold_town_index"


def territory_lists(table: str, order: str, *covered: str) -> tuple[Index, ...]:
    """Indexes for a kind whose lists are long: the first page in the order of `order` at once, whatever the territory.

    Per village, per town (the number without its last three digits, kinfold/sql/territory.py), and for the whole county.
    `covered` are columns that every list of the kind tests: they are tested in the index, before a row is fetched.
    """
    town = text("(region_ord / 1000)")
    return (
        Index(None, "jurisdiction", "region_ord", order, "id", *covered),
        Index(f"{table}_town_idx", "jurisdiction", town, order, "id", *covered, info={TOWN_INDEX: True}),
        Index(None, "jurisdiction", order, "id", *covered),
    )


def row_constraints(
    *extra: Any, governed: bool = True, has_territory_lists: bool = False, schema: str
) -> tuple[Any, ...]:
    """`__table_args__` of a row table: the key, the territory index, and what the model adds.

    `has_territory_lists`: `extra` holds `territory_lists`, which serve for the territory as well.
    """
    territory = (Index(None, "jurisdiction", "region_ord"),) if governed and not has_territory_lists else ()
    return (PrimaryKeyConstraint("jurisdiction", "id"), *territory, *extra, {"schema": schema})


def no_overlap(
    *columns: str, where: str | None = None, start: str = "valid_from", end: str = "valid_to"
) -> Any:
    """At most one row with these columns' values on any day: an exclusion constraint over the interval."""
    elements: list[tuple[Any, str]] = [(column, "=") for column in ("jurisdiction", *columns)]
    elements.append((text(f"daterange({start}, {end})"), "&&"))
    return ExcludeConstraint(*elements, using="gist", where=text(where) if where else None)
