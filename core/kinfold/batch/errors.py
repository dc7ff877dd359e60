"""A plugin's batch function did not do its part: the whole request fails, nothing of it is answered."""

from __future__ import annotations

from kinfold.errors import PluginError


class BatchFieldFailed(PluginError):
    """The function raised, gave no mapping, left out a key, or gave a value of another type than it declared."""

    code = "X102"
    message = "A field that a plugin computes could not be computed."
    message_zh = "插件计算的字段未能得出结果。"
    hint = "Leave the field out, and give the trace id to the operator."


class BatchFieldTooSlow(PluginError):
    """The function did not answer within the time that it declares, or too many calls of it are still running."""

    code = "X103"
    status = 504
    message = "A field that a plugin computes took too long."
    message_zh = "插件计算的字段超时。"
    hint = "Try again, or leave the field out; if it stays, give the trace id to the operator."
