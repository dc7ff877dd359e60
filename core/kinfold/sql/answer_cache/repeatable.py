"""Does a statement's answer depend on rows and bind values alone? Only then may it be kept.

In:  the text of a statement (it holds no value of a request). Out: yes, or no for anything that is not known to be so.

A clock, a random number, a sequence, a setting of the session, the planner's statistics: what reads them may answer
differently although no row changed. Such functions are not listed, so a declaration that brings one is simply not kept.
"""

from __future__ import annotations

import re
from typing import Final

# Words before a bracket: SQL's own, and functions of their arguments (or of the statement's rows) alone. Settings that
# some of them heed, such as the time zone, are the same on all our connections.
_SQL: Final = """
    all and any array as between by case cast coalesce distinct else end except exists filter from group having in
    intersect is join lateral like limit materialized not null nullif numeric offset on or order ordinality over
    partition recursive row select then union using values when where with within"""
_FUNCTIONS: Final = """
    array_agg array_append array_length array_position array_remove array_to_json avg bool_and bool_or cardinality ceil char_length convert_to count
    date_trunc decode encode extract floor format generate_series greatest isfinite json_agg json_array_elements
    json_build_array json_build_object json_object_agg least left length lower ltrim make_date max min mod
    regexp_replace repeat replace right round row_number row_to_json rpad rtrim sha256 split_part starts_with
    string_agg strpos substr substring sum to_char to_json translate trim unnest upper"""
_WORDS: Final = frozenset(f"{_SQL} {_FUNCTIONS}".split())
_CALL: Final = re.compile(r'("?)([A-Za-z_][A-Za-z0-9_.]*)"?\s*\(')
# With one argument `age` counts from today's clock; with two it does not. Ours begins with the bound date.
_AGE: Final = re.compile(r"\bage\(\$[0-9]+::date, ")
# A name given to rows and their columns is no function: `… AS u(low, high)`, `WITH up(id, steps) AS (`, `) v(id)`. The last
# form only with one letter: behind DISTINCT ON (…) a call may stand like that.
_ALIAS: Final = re.compile(
    r"\bAS [a-z0-9_]+\(|\) [a-z]\((?=[a-z0-9_, ]+\))|\b[a-z0-9_]+\([a-z0-9_, ]+\)(?=\s+AS\s+(?:NOT\s+)?(?:MATERIALIZED\s+)?\()"
)
# Values that stand without brackets; literals that PostgreSQL reads by its clock; the planner's own tables; sampling;
# and the record of access, whose own transactions are not counted as changes (audit/record.py).
_UNSTABLE: Final = re.compile(
    r"\b(current_\w+|localtime\w*|session_user|user|pg_\w+|reltuples|tablesample|audit_leaf\w*|record_commit)\b"
    r"|'(now|today|tomorrow|yesterday)'",
    re.IGNORECASE,
)


def is_repeatable(text: str) -> bool:
    """True when every function of the text is known to depend on its arguments only."""
    plain = _ALIAS.sub(" ", _AGE.sub("(", text))
    if _UNSTABLE.search(plain):
        return False
    return all(not quote and word.lower() in _WORDS for quote, word in _CALL.findall(plain))
