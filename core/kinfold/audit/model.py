"""The record of access: one leaf per write (reads and refusals follow), ids as keyed hashes, no values."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    Uuid,
)
from sqlalchemy.orm import Mapped

from kinfold.plugin_api import Model, attr

P = "platform"


class AuditLeaf(Model):
    """Who did what, for which purpose, to which rows. Written in the transaction of the change itself.

    `subjects` are pseudonyms of row ids, 16 bytes each, sorted, side by side; `leaf_hash` is SHA-256 over the canonical form of the other columns.
    """

    __tablename__ = "audit_leaf"
    __table_args__ = (
        PrimaryKeyConstraint("jurisdiction", "id"),
        Index(None, "jurisdiction", "at"),
        {"schema": "core"},
    )

    jurisdiction: Mapped[str] = attr(
        Text, owner=P, sensitivity="S1", zh="辖区代码", en="Jurisdiction", nullable=False
    )
    id: Mapped[uuid.UUID] = attr(Uuid, owner=P, sensitivity="S1", zh="标识", en="Identifier", nullable=False)
    at: Mapped[dt.datetime] = attr(
        DateTime(timezone=True), owner=P, sensitivity="S1", zh="时间", en="Time", nullable=False
    )
    subject: Mapped[bytes] = attr(
        LargeBinary,
        owner=P,
        sensitivity="S2",
        zh="操作人（密钥散列）",
        en="Caller, keyed hash",
        nullable=False,
    )
    department: Mapped[str] = attr(
        Text, owner=P, sensitivity="S1", zh="部门", en="Department", nullable=False
    )
    roles: Mapped[list[str]] = attr(
        ARRAY(Text), owner=P, sensitivity="S1", zh="角色", en="Roles", is_list=True, nullable=False
    )
    purpose: Mapped[str] = attr(Text, owner=P, sensitivity="S1", zh="目的", en="Purpose", nullable=False)
    operation: Mapped[str] = attr(Text, owner=P, sensitivity="S1", zh="操作", en="Operation", nullable=False)
    kinds: Mapped[list[str]] = attr(
        ARRAY(Text),
        owner=P,
        sensitivity="S1",
        zh="数据类型",
        en="Kinds written",
        is_list=True,
        nullable=False,
    )
    fields: Mapped[list[str]] = attr(
        ARRAY(Text), owner=P, sensitivity="S1", zh="字段", en="Fields written", is_list=True, nullable=False
    )
    row_count: Mapped[int] = attr(Integer, owner=P, sensitivity="S1", zh="行数", en="Rows", nullable=False)
    subjects: Mapped[bytes] = attr(
        LargeBinary,
        owner=P,
        sensitivity="S2",
        zh="对象（密钥假名）",
        en="Rows, keyed pseudonyms",
        nullable=False,
    )
    outcome: Mapped[str] = attr(Text, owner=P, sensitivity="S1", zh="结果", en="Outcome", nullable=False)
    policy_version: Mapped[str] = attr(
        Text, owner=P, sensitivity="S1", zh="策略版本", en="Policy version", nullable=False
    )
    trace_id: Mapped[str] = attr(Text, owner=P, sensitivity="S1", zh="跟踪号", en="Trace id", nullable=False)
    leaf_hash: Mapped[bytes] = attr(
        LargeBinary, owner=P, sensitivity="S1", zh="叶散列", en="Leaf hash", nullable=False
    )


class RecordCommit(Model):
    """A transaction that wrote leaves of the record and nothing else, by its number; each line by that very transaction.

    Unlogged: after a crash it is empty, and then nothing is known to be unchanged. Numbers of one PostgreSQL mean nothing
    in another one; a line that a dump brought along was not inserted by its own number and counts for nothing.
    """

    __tablename__ = "record_commit"
    __table_args__ = ({"schema": "core", "prefixes": ["UNLOGGED"]},)

    xid: Mapped[int] = attr(
        BigInteger,
        owner=P,
        sensitivity="S0",
        zh="事务号",
        en="Transaction number",
        nullable=False,
        primary_key=True,
        autoincrement=False,
    )
