"""Outbox and timeline: what happened, told in the same transaction. Ids and field names, never values."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ARRAY, DateTime, ForeignKeyConstraint, Index, PrimaryKeyConstraint, Text, Uuid
from sqlalchemy.orm import Mapped

from kinfold.plugin_api import Model, attr

P = "platform"


class OutboxEvent(Model):
    """A change that other departments may follow; relayed at least once, claimed by row lock."""

    __tablename__ = "outbox_event"
    __table_args__ = (
        PrimaryKeyConstraint("jurisdiction", "id"),
        Index("outbox_event_waiting_idx", "jurisdiction", "id", postgresql_where="relayed_at IS NULL"),
        {"schema": "core"},
    )

    jurisdiction: Mapped[str] = attr(
        Text, owner=P, sensitivity="S1", zh="辖区代码", en="Jurisdiction", nullable=False
    )
    id: Mapped[uuid.UUID] = attr(Uuid, owner=P, sensitivity="S1", zh="标识", en="Identifier", nullable=False)
    at: Mapped[dt.datetime] = attr(
        DateTime(timezone=True), owner=P, sensitivity="S1", zh="时间", en="Time", nullable=False
    )
    event: Mapped[str] = attr(Text, owner=P, sensitivity="S1", zh="事件", en="Event", nullable=False)
    subject_ids: Mapped[list[uuid.UUID]] = attr(
        ARRAY(Uuid), owner=P, sensitivity="S2", zh="对象", en="Subjects", is_list=True, nullable=False
    )
    changed: Mapped[list[str]] = attr(
        ARRAY(Text),
        owner=P,
        sensitivity="S1",
        zh="变更字段",
        en="Changed fields",
        is_list=True,
        nullable=False,
    )
    recipients: Mapped[list[uuid.UUID]] = attr(
        ARRAY(Uuid),
        owner=P,
        sensitivity="S1",
        zh="收件机构",
        en="Organisations that it is addressed to",
        is_list=True,
        nullable=False,
        server_default="{}",
    )
    relayed_at: Mapped[dt.datetime | None] = attr(
        DateTime(timezone=True), owner=P, sensitivity="S1", zh="投递时间", en="Relayed at"
    )


class TimelineEvent(Model):
    """The append-only story of a person: one entry per change, with the clause that it answers."""

    __tablename__ = "timeline_event"
    __table_args__ = (
        PrimaryKeyConstraint("jurisdiction", "id"),
        ForeignKeyConstraint(["jurisdiction", "person_id"], ["core.person.jurisdiction", "core.person.id"]),
        Index(None, "jurisdiction", "person_id", "at"),
        {"schema": "core"},
    )

    jurisdiction: Mapped[str] = attr(
        Text, owner=P, sensitivity="S1", zh="辖区代码", en="Jurisdiction", nullable=False
    )
    id: Mapped[uuid.UUID] = attr(Uuid, owner=P, sensitivity="S1", zh="标识", en="Identifier", nullable=False)
    at: Mapped[dt.datetime] = attr(
        DateTime(timezone=True), owner=P, sensitivity="S1", zh="时间", en="Time", nullable=False
    )
    person_id: Mapped[uuid.UUID] = attr(
        Uuid, owner="civil_affairs", sensitivity="S3", zh="人员", en="Person", nullable=False
    )
    event: Mapped[str] = attr(Text, owner=P, sensitivity="S2", zh="事件", en="Event", nullable=False)
    clause: Mapped[str] = attr(Text, owner=P, sensitivity="S0", zh="条款", en="Clause", nullable=False)
    department: Mapped[str] = attr(
        Text, owner=P, sensitivity="S1", zh="部门", en="Department", nullable=False
    )
