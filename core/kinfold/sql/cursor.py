"""Cursors: opaque, authenticated, and bound to list, filter, order, moment and caller.

A cursor is the order values of its row, signed. The signature is made in the statement (the answer is never
decoded) with a key that the server derives per list, filter, order and caller; `after` is checked before
anything runs. The construction is key ‖ message ‖ key under SHA-256, since a plain server has no HMAC.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from kinfold.plan.as_of import NOW, AsOf
from kinfold.plan.errors import CursorWrong
from kinfold.plan.model import Given
from kinfold.sql.moment import read_known, read_valid

if TYPE_CHECKING:
    from kinfold.sql.bind import BindContext

_MAC = 32  # hex digits of the signature


@dataclass(frozen=True, slots=True)
class CursorBinding:
    """What a cursor belongs to: the list (where in the graph), the order, the filter as given, the moment."""

    place: str
    order: tuple[tuple[str, bool], ...]
    where: Given | None
    as_of: AsOf = NOW

    def key(self, context: BindContext) -> str:
        """The signing key for this request, as hex."""
        where = None if self.where is None else context.given(self.where)
        caller = context.principal
        text = orjson.dumps(
            [self.place, self.order, caller.subject, caller.department, where, *self._moment(context)],
            default=str,
            option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS,
        )
        return hmac.new(context.cursor_secret, text, hashlib.sha256).hexdigest()

    def _moment(self, context: BindContext) -> list[str]:
        """One instant has one text, whichever offset it was written with. Empty for a question about now."""
        found = []
        if self.as_of.valid is not None:
            found.append(f"valid {read_valid(context.given(self.as_of.valid)).isoformat()}")
        if self.as_of.known is not None:
            found.append(f"known {read_known(context.given(self.as_of.known)).isoformat()}")
        return found


def read_cursor(cursor: str, key: str, count: int) -> list[Any]:
    """The order values in a cursor, or CursorWrong."""
    body, _, mac = cursor.partition(".")
    try:
        payload = base64.b64decode(body, validate=True).decode()
    except (binascii.Error, ValueError):
        raise CursorWrong from None
    expected = hashlib.sha256((key + payload + key).encode()).hexdigest()[:_MAC]
    if not hmac.compare_digest(expected.encode(), mac.encode("utf-8", "replace")):
        raise CursorWrong
    values = orjson.loads(payload)
    if not isinstance(values, list) or len(values) != count:
        raise CursorWrong
    return values


def cursor_sql(values: list[str], key: str) -> str:
    """SQL of the cursor of a row whose order values are the expressions `values`."""
    payload = f"json_build_array({', '.join(values)})::text"
    return (
        f"(SELECT translate(encode(convert_to(c.v, 'UTF8'), 'base64'), E'\\n', '') || '.' || "
        f"left(encode(sha256(convert_to({key} || c.v || {key}, 'UTF8')), 'hex'), {_MAC}) FROM (SELECT {payload} AS v) c)"
    )
