"""The register of children (I4): entries are derived by a versioned rule, never a check-box (N3, N4)."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKeyConstraint, Index, Text, Uuid
from sqlalchemy.orm import Mapped

from kinfold.plugin_api import Governed, Model, Row, Temporal, attr, no_overlap, row_constraints

CA = "civil_affairs"


class RegistryEntry(Row, Governed, Temporal, Model):
    """A child is in a category for a time, by a rule of a version, with the reasons for entry and exit."""

    __tablename__ = "registry_entry"
    __table_args__ = row_constraints(
        ForeignKeyConstraint(["jurisdiction", "child_id"], ["core.person.jurisdiction", "core.person.id"]),
        ForeignKeyConstraint(["region_code"], ["core.region.code"]),
        Index(
            "registry_entry_counted_idx",
            "jurisdiction",
            "child_id",
            postgresql_include=["category", "state", "valid_from", "valid_to", "region_ord"],
        ),
        no_overlap("child_id", "category"),
        schema="core",
    )

    child_id: Mapped[uuid.UUID] = attr(
        Uuid, owner=CA, sensitivity="S3", zh="儿童", en="Child", references="core.Person", nullable=False,
        exposed=False,
    )  # fmt: skip
    category: Mapped[str] = attr(
        Text, owner=CA, sensitivity="S3", zh="类别", en="Category", enum="RegistryCategory", nullable=False,
        filterable=True,
    )  # fmt: skip
    rule_version: Mapped[str] = attr(
        Text, owner=CA, sensitivity="S1", zh="认定规则版本", en="Rule version", nullable=False
    )
    state: Mapped[str] = attr(
        Text,
        owner=CA,
        sensitivity="S3",
        zh="状态",
        en="State",
        enum="RegistryState",
        nullable=False,
        filterable=True,
    )
    entry_reason: Mapped[str] = attr(
        Text,
        owner=CA,
        sensitivity="S3",
        zh="纳入原因",
        en="Entry reason",
        enum="RegistryEntryReason",
        nullable=False,
    )
    exit_reason: Mapped[str | None] = attr(
        Text, owner=CA, sensitivity="S3", zh="退出原因", en="Exit reason", enum="RegistryExitReason"
    )
    explanation: Mapped[str | None] = attr(
        Text, owner=CA, sensitivity="S3", zh="认定说明", en="Explanation of the rule's result"
    )
