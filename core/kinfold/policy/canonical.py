"""The canonical text of a rule: what the bundle's hash is taken over.

In:  a Rule. Out: one line of JSON with sorted keys; two rules with the same text decide the same. The place in
the file is left out: moving a rule is no change of policy.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from kinfold.policy.errors import Place
from kinfold.policy.rule import Rule


def canonical_rule(rule: Rule) -> str:
    """JSON without spaces; every node of the expression carries its class name."""
    return json.dumps(_plain(rule), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        plain = {
            field.name: _plain(getattr(value, field.name))
            for field in fields(value)
            if not isinstance(getattr(value, field.name), Place)
        }
        return {"is": type(value).__name__, **plain}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return value
