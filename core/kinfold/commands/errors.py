"""Why a command was not carried out. Nothing was changed, unless W106 says that it may have been.

In:  nothing. Out: errors W101…; a row that is hidden and a row that does not exist are one answer, W104.
"""

from __future__ import annotations

from kinfold.errors import WriteError


class KeyMissing(WriteError):
    """A mutation came without the key that makes a repetition harmless, or with something that is no UUID."""

    code = "W101"
    status = 400
    message = "A mutation needs the header Idempotency-Key with a UUID."
    message_zh = "写操作须带 Idempotency-Key（UUID）。"
    hint = (
        "Make a new UUID for each thing that the user does, and send the same one again when you repeat it."
    )


class KeyRunning(WriteError):
    """The same key is being worked on just now."""

    code = "W102"
    status = 409
    message = "This very request is still running."
    message_zh = "相同请求正在处理。"
    hint = "Send it again with the same key in a second: you will get the answer of the first one."


class KeyReused(WriteError):
    """A known key with another document or other variables."""

    code = "W103"
    status = 422
    message = "This Idempotency-Key was used for something else."
    message_zh = "该幂等键已用于其他请求。"
    hint = "Make a new key for every new request; repeat a request without any change."


class NotAvailable(WriteError):
    """No such row, or not one that the caller may do this with: one answer for both."""

    code = "W104"
    status = 404
    message = "There is no such record, or you may not do this with it."
    message_zh = "记录不存在，或您无权办理。"
    hint = "Check the ids, your department's purpose, and your territory."


class RecordBusy(WriteError):
    """A lock was not to be had in time, or two commands waited for each other."""

    code = "W105"
    status = 409
    message = "Somebody else is changing the same record."
    message_zh = "他人正在修改同一记录。"
    hint = "Send it again with the same key in a second."


class OutcomeUnknown(WriteError):
    """The connection broke while the commit was under way."""

    code = "W106"
    status = 503
    message = "It is not known whether the command was carried out."
    message_zh = "暂不能确定操作是否完成。"
    hint = "Send it again with the same key: it takes effect once, whatever happened."


class AuditUnavailable(WriteError):
    """The record of access cannot be written, so nothing is done and nothing is answered."""

    code = "W107"
    status = 503
    message = "The record of access cannot be written just now, so nothing was done."
    message_zh = "审计记录暂不可写，操作未执行。"
    hint = "Try again later; give the trace id to the operator."


class CommandFailed(WriteError):
    """A handler broke: a fault of ours. The detail is the kind of fault, never its text."""

    code = "W108"
    status = 500
    message = "The command failed; nothing was changed."
    message_zh = "操作失败，未作任何更改。"
    hint = "Give the trace id to the operator."


class PeriodOverlaps(WriteError):
    """Two facts of which only one may hold on any day."""

    code = "W201"
    message = "It overlaps with a record for the same days."
    message_zh = "与已有记录的时间重叠。"
    hint = "Look at the existing record; end it first, or choose other days."


class AlreadyThere(WriteError):
    """A second record where there may be one only."""

    code = "W202"
    message = "There is such a record already."
    message_zh = "记录已存在。"
    hint = "Look for the existing record and change it."


class ReferenceBroken(WriteError):
    """A record points to one that does not exist in this county."""

    code = "W203"
    status = 422
    message = "It refers to a record that does not exist in this county."
    message_zh = "引用的记录在本县不存在。"
    hint = "Check codes and ids."


class ValueRefused(WriteError):
    """A value breaks a rule of its table: out of range, or missing."""

    code = "W204"
    status = 422
    message = "A value is missing or out of range."
    message_zh = "数值缺失或超出范围。"
    hint = "Compare the input with the description of its fields."


class StaleVersion(WriteError):
    """The row was changed since the caller read it; `current` is its version now."""

    code = "W409"
    status = 409
    message = "The record was changed in the meantime."
    message_zh = "记录已被他人修改。"
    hint = "Read the record again, look at what changed, and repeat with its current version."

    def __init__(self, current: int) -> None:
        self.current = current
        super().__init__(f"Current version: {current}.")
