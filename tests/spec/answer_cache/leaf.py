"""A leaf of the record, as for a read of nobody."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kinfold.audit.leaf import Touched, build_leaf
from kinfold.commands.uuid7 import make_uuid7
from kinfold.identity.principal import Principal

CALLER = Principal("trial", "civil_affairs", frozenset({"county_office"}), "child_protection", "370983")


def make_leaf() -> dict[str, Any]:
    return build_leaf(
        bytes(32), CALLER, Touched(), id=make_uuid7(), at=dt.datetime.now(dt.UTC), operation="query:trial",
        outcome="read", policy_version="", trace_id="trial",
    )  # fmt: skip
