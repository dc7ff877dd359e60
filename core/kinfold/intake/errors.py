"""Errors of the intake: S301 to S309. They name a line and a reason; division codes are public, not personal."""

from __future__ import annotations

from kinfold.errors import StorageError


class RegionLineWrong(StorageError):
    """A line of the division list is wrong; nothing of the file was loaded."""

    code = "S301"
    status = 422
    message = "A line of the division list is wrong; nothing was loaded."
    message_zh = "区划清单有一行有误；未载入任何内容。"
    hint = "Correct the line and import the whole file again. Columns: code,name,parent_code,level."

    def __init__(self, line: int, reason: str, *, hint: str = "") -> None:
        self.line = line
        self.reason = reason
        super().__init__(f"Line {line}: {reason}", hint=hint)


class RegionFileUnreadable(StorageError):
    """There is no such file, or it may not be read."""

    code = "S302"
    status = 422
    message = "The division list cannot be read."
    message_zh = "无法读取区划清单文件。"
    hint = "Check the name of the file and the right to read it."
