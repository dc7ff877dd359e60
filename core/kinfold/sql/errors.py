"""The database cannot answer."""

from __future__ import annotations

from kinfold.errors import StorageError


class DatabaseGone(StorageError):
    """The connection broke while the statement ran, or none could be made."""

    code = "S101"
    message = "The database does not answer just now."
    message_zh = "数据库暂时无法响应。"
    hint = "Try again in a few seconds."


class StatementTooSlow(StorageError):
    """The statement ran past its deadline and was cancelled in the database."""

    code = "S102"
    status = 504
    message = "The query took too long and was stopped."
    message_zh = "查询超时。"
    hint = "Ask for fewer rows, or narrow the filter."


class StatementFailed(StorageError):
    """PostgreSQL refused the statement: a fault of ours. The log has the trace id and PostgreSQL's code."""

    code = "S103"
    status = 500
    message = "The query could not be carried out."
    message_zh = "查询执行失败。"
    hint = "Give the trace id to the operator."
