"""`viewerCan` as SQL: the decisions on this row as values of the same statement.

In:  what is asked, the row. Out: SQL of an object. A row's object exists only where the row may be seen, so nothing
is said of others. `read` is what the cell beside it does; `update` and `delete` are what a command's gate would
say of the row as it stands: of the caller's county, under his rules for that act.
"""

from __future__ import annotations

from kinfold.catalog import Field
from kinfold.plan.model import Ability, ViewerCan
from kinfold.policy.access import ALWAYS, NEVER
from kinfold.policy.ir import Predicate, all_of
from kinfold.sql.slot import SubjectSlot
from kinfold.sql.writer import Scope, quote


def viewer_can_sql(item: ViewerCan, scope: Scope) -> str:
    """The object of one `viewerCan`. What several of its fields ask is decided once."""
    tests: dict[str, str] = {}  # condition -> its column
    row = f"{scope.alias}v"
    columns = [f"{_value(one, scope, tests)} AS {quote(one.key)}" for one in item.abilities]
    if not tests:
        return f"(SELECT row_to_json({row}) FROM (SELECT {', '.join(columns)}) {row})"
    decided = ", ".join(f"({test}) IS TRUE AS {name}" for test, name in tests.items())
    # OFFSET 0: PostgreSQL would copy each condition to where it is used.
    inner = f"SELECT {', '.join(columns)} FROM (SELECT {decided} OFFSET 0) {scope.alias}d"
    return f"(SELECT row_to_json({row}) FROM ({inner}) {row})"


def _value(ability: Ability, scope: Scope, tests: dict[str, str]) -> str:
    match ability.name:
        case "read":
            return _test(_read(_asked(ability), scope), scope, tests)
        case "update" | "delete":
            return _writing(ability, scope, tests)
        case "mask":
            return _mask(_asked(ability), scope, tests)
        case _:
            return f"'{scope.type.name}ViewerCan'::text"


def _asked(ability: Ability) -> Field:
    if ability.field is None:
        raise LookupError(ability.name)  # the schema demands it
    return ability.field


def _test(predicate: Predicate, scope: Scope, tests: dict[str, str], *also: str) -> str:
    """SQL of a boolean that is never unknown; a condition that is asked again keeps its column."""
    if predicate == NEVER:
        return "false"
    conditions = [*also, *([] if predicate == ALWAYS else [scope.lower(predicate)])]
    if not conditions:
        return "true"
    name = tests.setdefault(" AND ".join(conditions), f"c{len(tests)}")
    return f"{scope.alias}d.{name}"


def _read(field: Field, scope: Scope) -> Predicate:
    return scope.writer.authorized.field(scope.type, field).read


def _writing(ability: Ability, scope: Scope, tests: dict[str, str]) -> str:
    access = scope.writer.authorized.writing(scope.type, ability.name)
    predicate = access.row
    if ability.field is not None:
        # What is computed is never written, whatever a rule lists.
        may = access.may_write(ability.field.attribute) if ability.field.column is not None else NEVER
        predicate = all_of((predicate, may))
    home = []
    if predicate != NEVER and scope.type.has_jurisdiction:
        home = [
            f'{scope.alias}."jurisdiction" = {scope.writer.sink.add(SubjectSlot("jurisdiction"), "text")}'
        ]
    return _test(predicate, scope, tests, *home)


def _mask(field: Field, scope: Scope, tests: dict[str, str]) -> str:
    """The name of the mask in the cell, NULL where the cell shows the value or nothing."""
    access = scope.writer.authorized.field(scope.type, field)
    if not access.masks:
        return "NULL::text"
    cases = [f"WHEN {_test(access.read, scope, tests)} THEN NULL"]
    cases += [f"WHEN {_test(predicate, scope, tests)} THEN '{name}'" for name, predicate in access.masks]
    return f"CASE {' '.join(cases)} END::text"
