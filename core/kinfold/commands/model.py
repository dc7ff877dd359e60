"""Idempotency keys: one effect per key, whatever happens to the answer on its way."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import DateTime, Index, LargeBinary, PrimaryKeyConstraint, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped

from kinfold.plugin_api import Model, attr

P = "platform"


class IdempotencyKey(Model):
    """A key that a caller used for a mutation, and what came of it: ids only, so that a replay is read anew."""

    __tablename__ = "idempotency_key"
    __table_args__ = (
        PrimaryKeyConstraint("jurisdiction", "subject", "key"),
        Index(None, "at"),
        {"schema": "core"},
    )

    jurisdiction: Mapped[str] = attr(
        Text, owner=P, sensitivity="S1", zh="辖区代码", en="Jurisdiction", nullable=False
    )
    subject: Mapped[bytes] = attr(
        LargeBinary,
        owner=P,
        sensitivity="S2",
        zh="操作人（密钥散列）",
        en="Caller, keyed hash",
        nullable=False,
    )
    key: Mapped[uuid.UUID] = attr(Uuid, owner=P, sensitivity="S1", zh="幂等键", en="Key", nullable=False)
    fingerprint: Mapped[bytes] = attr(
        LargeBinary,
        owner=P,
        sensitivity="S1",
        zh="请求指纹",
        en="SHA-256 of document and variables",
        nullable=False,
    )
    result: Mapped[dict[str, object]] = attr(
        JSONB, owner=P, sensitivity="S2", zh="结果标识", en="Ids per payload field", nullable=False
    )
    at: Mapped[dt.datetime] = attr(
        DateTime(timezone=True), owner=P, sensitivity="S1", zh="时间", en="Time", nullable=False
    )
