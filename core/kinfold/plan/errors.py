"""Why a valid document cannot be planned."""

from __future__ import annotations

from kinfold.errors import PlanError


class PageWrong(PlanError):
    """The size or number of a page is out of bounds, or nested pages multiply to too many rows."""

    code = "Q101"
    message = "A page is too large."
    message_zh = "分页过大。"
    hint = "Ask for at most 500 rows a page, fewer where pages are nested; go deep with after, not with a page number."


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
    hint = "Take endCursor or startCursor from a page of the very same list, or leave after and before out."


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


class FilterTooLarge(PlanError):
    """A filter walks too many relations in a row, or holds too many tests or levels."""

    code = "Q107"
    message = "A filter or an order is too large."
    message_zh = "筛选或排序条件过多、过深。"
    hint = "Walk at most 3 relations in a row, and write at most 200 tests in 20 levels."


class OrderUnclear(PlanError):
    """An entry of orderBy names no field, or several."""

    code = "Q108"
    message = "Each entry of orderBy names exactly one field, its own or one behind a relation."
    message_zh = "排序的每一项须且仅须指定一个字段。"
    hint = "Write {field: NAME} or {household: {field: REGION_CODE}}; one entry for each field."


class WindowUnclear(PlanError):
    """Arguments that ask for two different parts of a list at once."""

    code = "Q109"
    message = "A list is read from its start, from its end, or by page number: choose one."
    message_zh = "请在从头、从尾、按页码三种分页方式中选择一种。"
    hint = "Use first with after, or last with before, or page."


class SearchUnclear(PlanError):
    """A search by name has nothing to look for, or too much."""

    code = "Q110"
    message = "A search holds 1 to 8 words, at most 64 letters or characters in all."
    message_zh = "检索词应为1至8个，总长不超过64个字。"
    hint = "Write characters, pinyin or initials of the name."


class StatisticUnclear(PlanError):
    """Divisions of a statistic that do not fit together: villages of a whole county, or a part smaller than its parts."""

    code = "Q120"
    message = "The divisions of this statistic do not fit together."
    message_zh = "统计的区划范围与层级不一致。"
    hint = "within takes 6, 9 or 12 digits; with level: VILLAGE it names one town or village."


class StatisticTooLarge(PlanError):
    """A table with more cells than can be protected in the time of a request."""

    code = "Q125"
    message = "This table has too many cells to be protected."
    message_zh = "统计表格单元过多，无法完成保护处理。"
    hint = "Ask for another statistic, or tell the operator: its dimensions have too many values."


class LookupUnavailable(PlanError):
    """Nothing can be found by its keyed hash here: this part of the program was given no key."""

    code = "Q111"
    message = "Looking up by identity number is not available here."
    message_zh = "此处不支持按公民身份号码查询。"
    hint = "Look it up with a query of its own."


class KnownUnclear(PlanError):
    """`asOf.known` is no instant: without an offset from UTC a time of day means another moment everywhere."""

    code = "Q115"
    message = "asOf.known needs date, time and offset from UTC."
    message_zh = "已知时刻（asOf.known）须写明日期、时间和时区偏移。"
    hint = "Write 2026-03-03T10:00:00+08:00 for ten o'clock in the county."


class KnownAhead(PlanError):
    """`asOf.known` lies in the future: nobody can say what will be known."""

    code = "Q116"
    message = "asOf.known lies in the future."
    message_zh = "已知时刻（asOf.known）不能晚于当前时间。"
    hint = "Leave known out for what is known now; valid may lie in the future."


class CostTooHigh(PlanError):
    """The query may cost more than one request may; the detail names the bound and the ceiling."""

    code = "Q121"
    message = "The query may cost too much."
    message_zh = "查询开销过大。"
    hint = "Ask for fewer rows (first) or fewer nested lists, and page with after; extensions.cost of an answer tells its bound."
