"""Why a valid document cannot be planned."""

from __future__ import annotations

from kinfold.errors import PlanError


class PageWrong(PlanError):
    """`first` is out of bounds, or nested pages multiply to too many rows."""

    code = "Q101"
    message = "A page is too large."
    message_zh = "分页过大。"
    hint = "Ask for at most 500 rows a page, and for fewer rows where pages are nested."


class ValueMissing(PlanError):
    """A filter operator got null where it needs a value."""

    code = "Q102"
    message = "A filter compares with null."
    message_zh = "筛选值不能为空。"
    hint = "Leave the operator out, or use isNull."


class CursorWrong(PlanError):
    """A cursor was changed, or belongs to another list, filter, order or caller."""

    code = "Q103"
    message = "The cursor does not belong to this list, filter and order."
    message_zh = "游标与当前列表不符。"
    hint = "Take endCursor from the previous page of the very same list, or start without after."


class NotSupportedYet(PlanError):
    """Part of the language that this release does not answer."""

    code = "Q104"
    message = "This part of the query language is not answered yet."
    message_zh = "暂不支持该查询方式。"
    hint = "See docs/reference/graphql.md for what is."


class RegionUnknown(PlanError):
    """A division code of a shape that no division has."""

    code = "Q105"
    message = "A division code has 2, 4, 6, 9 or 12 digits."
    message_zh = "区划代码应为2、4、6、9或12位数字。"
    hint = "Take codes from the query regions."


class ValueImpossible(PlanError):
    """A value that no stored one can equal: a NUL character, or a number out of range."""

    code = "Q106"
    message = "A value holds a character or number that cannot be stored."
    message_zh = "值包含无法存储的字符或数字。"
    hint = "Remove control characters, and keep numbers in range."
