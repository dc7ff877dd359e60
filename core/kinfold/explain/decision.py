"""What the policy decided, as JSON: predicates in the language of rules and in SQL, decisions on fields and rows.

In:  the decisions of an AuthorizedPlan. Out: plain objects. In SQL `row` is the alias of the row.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from kinfold.catalog import Field, TypeDef
from kinfold.explain.lowering import Lowering
from kinfold.plan.model import Identity, Item, Scalar, Typename, ViewerCan
from kinfold.policy.access import ALWAYS, NEVER, KindAccess
from kinfold.policy.authorize import AuthorizedPlan
from kinfold.policy.ir import Predicate
from kinfold.policy.language.render import render
from kinfold.sql.predicate import Form

Json: TypeAlias = dict[str, Any]


class Decisions:
    """Describes the decisions of one plan."""

    def __init__(self, authorized: AuthorizedPlan, lowering: Lowering) -> None:
        self._authorized = authorized
        self._lowering = lowering

    def row(self, type_: TypeDef, form: Form, access: KindAccess | None = None) -> Json:
        """Which rows may be seen (or, with another access, counted), and the rules that took part."""
        access = access or self._authorized.access(type_)
        found: Json = {"type": type_.name, "kind": type_.kind}
        if type_.condition is not None:
            found["condition"] = type_.condition
        return {
            **found,
            "row": self.predicate(access.row, type_, form),
            "rules": list(access.rules),
        }

    def predicate(self, predicate: Predicate, type_: TypeDef, form: Form = Form.PROBE) -> Json:
        return {"policy": render(predicate), "sql": self._lowering.sql(predicate, type_, form)}

    def field(self, field: Field, type_: TypeDef) -> Json:
        """`shown`: value · mask NAME · conditional, with its cases in the order of their test · hidden."""
        found: Json = {"attribute": field.attribute}
        if field.batch is not None:
            found["computed"] = "in Python, after the statement"
        access = self._authorized.field(type_, field)
        cases = [("value", access.read)] if access.read != NEVER else []
        cases += [(f"mask {name}", predicate) for name, predicate in access.masks]
        if not cases:
            return {**found, "shown": "hidden"}
        if cases[0][1] == ALWAYS:
            return {**found, "shown": cases[0][0]}
        described: list[Json] = [
            {"shown": shown, "where": self.predicate(predicate, type_)} for shown, predicate in cases
        ]
        if cases[-1][1] != ALWAYS:
            described.append({"shown": "hidden"})
        return {**found, "shown": "conditional", "cases": described}

    def fields(self, items: Iterable[Item], type_: TypeDef) -> list[Json]:
        """The cells of an object that are no objects themselves."""
        found: list[Json] = []
        for item in items:
            if isinstance(item, Scalar):
                found.append({"key": item.key, **self.field(item.field, type_)})
            elif isinstance(item, (Identity, Typename)):
                found.append({"key": item.key, "shown": "comes with the row"})
            elif isinstance(item, ViewerCan):
                found.append({"key": item.key, "shown": "decided on the row", "may": self._may(item, type_)})
        return found

    def _may(self, item: ViewerCan, type_: TypeDef) -> Json:
        """What `viewerCan` asks about, each with the rows on which the answer is yes."""
        found: Json = {}
        for ability in item.abilities:
            if ability.name in ("update", "delete"):
                access = self._authorized.writing(type_, ability.name)
                may = access.row if ability.field is None else access.may_write(ability.field.attribute)
                found[ability.key] = render(may)
        return found
