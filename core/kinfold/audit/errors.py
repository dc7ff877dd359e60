"""The record of access cannot be kept: then nothing is answered."""

from __future__ import annotations

from kinfold.errors import StorageError


class RecordUnavailable(StorageError):
    """An access could not be recorded, so its answer was withheld (T-17)."""

    code = "S401"
    message = "The access could not be recorded, so nothing is answered."
    message_zh = "访问记录无法写入，暂不返回数据。"
    hint = "Try again in a few seconds; if it stays, tell the operator."
