"""Administrative divisions: a reference table with real codes (GB/T 2260 and the statistical codes).

Codes change: a division has a validity interval and a successor; nothing is ever deleted.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Computed, Date, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped

from kinfold.plugin_api import Model, Scalar, attr


class Region(Model):
    """A division. The code's length is its level (2, 4, 6, 9, 12 digits); `parent_code` is its prefix."""

    __tablename__ = "region"
    __table_args__ = (
        CheckConstraint(
            "code ~ '^[0-9]+$' AND length(code) = CASE level WHEN 'PROVINCE' THEN 2 WHEN 'PREFECTURE' THEN 4 "
            "WHEN 'COUNTY' THEN 6 WHEN 'TOWN' THEN 9 WHEN 'VILLAGE' THEN 12 END",
            name="code_fits_level",
        ),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="interval"),
        Index(None, "parent_code"),
        Index(None, "region_ord"),
        {"schema": "core"},
    )

    code: Mapped[str] = attr(
        Text, owner="civil_affairs", sensitivity="S0", zh="区划代码", en="Division code", scalar=Scalar.REGION,
        nullable=False, filterable=True, sort=True, primary_key=True,
    )  # fmt: skip
    level: Mapped[str] = attr(
        Text, owner="civil_affairs", sensitivity="S0", zh="层级", en="Level", enum="RegionLevel", nullable=False,
        filterable=True,
    )  # fmt: skip
    parent_code: Mapped[str | None] = attr(
        Text, ForeignKey("core.region.code", deferrable=True, initially="DEFERRED"), owner="civil_affairs",
        sensitivity="S0", zh="上级代码", en="Parent code", scalar=Scalar.REGION, filterable=True,
    )  # fmt: skip
    name: Mapped[str] = attr(
        Text, owner="civil_affairs", sensitivity="S0", zh="名称", en="Name", nullable=False, filterable=True,
        sort="name_sort",
    )  # fmt: skip
    name_sort: Mapped[str] = attr(
        Text(collation="C"),
        owner="civil_affairs",
        sensitivity="S0",
        zh="排序键",
        en="Sort key",
        nullable=False,
        exposed=False,
    )
    valid_from: Mapped[dt.date] = attr(
        Date, owner="civil_affairs", sensitivity="S0", zh="启用日期", en="Valid from", nullable=False
    )
    valid_to: Mapped[dt.date | None] = attr(
        Date, owner="civil_affairs", sensitivity="S0", zh="停用日期", en="Valid until (exclusive)"
    )
    successor_code: Mapped[str | None] = attr(
        Text, ForeignKey("core.region.code", deferrable=True, initially="DEFERRED"), owner="civil_affairs",
        sensitivity="S0", zh="继任代码", en="Successor code", scalar=Scalar.REGION,
    )  # fmt: skip
    region_ord: Mapped[int] = attr(
        BigInteger, Computed("rpad(code, 12, '0')::bigint", persisted=True), owner="civil_affairs", sensitivity="S0",
        zh="区划序号", en="Preorder number", exposed=False,
    )  # fmt: skip
