"""A residual of the policy becomes SQL text.

In:  a Predicate in negation normal form, a row to speak about, a sink for bind values, the catalog.
Out: one parenthesised SQL condition without a single value in its text. It is true exactly for the rows on
which the predicate is true; false or NULL elsewhere. A negative is an inverse operator, never NOT over a
compound; text is compared with starts_with and strpos, never with a pattern.
Read next: policy_relation.py (`rel`), slot.py (where values come from)
"""

from __future__ import annotations

from typing import assert_never

from kinfold.catalog.model import Catalog, Field
from kinfold.policy.attributes import find_field, ord_attribute
from kinfold.policy.ir import (
    AgeYears,
    And,
    Coalesce,
    Compare,
    Const,
    DaysSince,
    EnvAttr,
    Expr,
    Intersects,
    IsNull,
    Leaf,
    Literal,
    Member,
    ObjectAttr,
    Op,
    Or,
    Predicate,
    Related,
    SubjectAttr,
    Term,
    TextMatch,
    TextTest,
    Under,
    ValueType,
)
from kinfold.sql.policy_relation import lower_related
from kinfold.sql.row_scope import PG_TYPES, Form, RowScope
from kinfold.sql.slot import (
    DaysBefore,
    EnvSlot,
    LiteralSlot,
    SlotSink,
    SubjectSlot,
    SubjectTransform,
    YearsBefore,
)
from kinfold.sql.territory import Reach, lies_within

__all__ = ["Form", "RowScope", "lower"]

_SQL_OP = {Op.EQ: "=", Op.NE: "<>", Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">="}
_MIRROR = {Op.EQ: Op.EQ, Op.NE: Op.NE, Op.LT: Op.GT, Op.LE: Op.GE, Op.GT: Op.LT, Op.GE: Op.LE}


def lower(
    predicate: Predicate,
    row: RowScope,
    slots: SlotSink,
    catalog: Catalog,
    form: Form,
    reach: Reach | None = None,
) -> str:
    """SQL of a predicate; `true` for ALWAYS and `false` for NEVER.

    `reach`: how wide the caller's only territory is, where the row is scanned for (territory.py).
    """
    return _Lowering(row, slots, catalog, form, reach).expr(predicate)


class _Lowering:
    """One walk over one predicate."""

    def __init__(
        self, row: RowScope, slots: SlotSink, catalog: Catalog, form: Form, reach: Reach | None
    ) -> None:
        self.row = row
        self.slots = slots
        self.catalog = catalog
        self.form = form
        self.reach = reach

    def expr(self, expr: Expr) -> str:
        match expr:
            case And():
                return "(" + " AND ".join(self.expr(part) for part in expr.parts) + ")"
            case Or():
                return "(" + " OR ".join(self.expr(part) for part in expr.parts) + ")"
            case _:
                return self.leaf(expr)

    def leaf(self, leaf: Leaf) -> str:
        match leaf:
            case Const():
                return "true" if leaf.truth else "false"
            case Compare():
                return f"({self.term(leaf.left)} {_SQL_OP[leaf.op]} {self.term(leaf.right)})"
            case Member():
                return self.member(leaf)
            case IsNull():
                return f"({self.term(leaf.value)} IS {'NOT ' if leaf.negated else ''}NULL)"
            case TextMatch():
                return self.text_match(leaf)
            case Under():
                return self.under(leaf)
            case Related():
                return lower_related(leaf, self.row, self.slots, self.catalog, self.form)
            case AgeYears():
                return self.age(leaf)
            case DaysSince():
                # d days ago or earlier is *at least* d days: the order of dates is the reverse of that of days.
                bound = self.slots.add(EnvSlot("today", DaysBefore(leaf.days)), "date")
                return f"({self.term(leaf.since)} {_SQL_OP[_MIRROR[leaf.op]]} {bound})"
            case Intersects():
                return self.intersects(leaf)
            case _:
                assert_never(leaf)

    def term(self, term: Term) -> str:
        match term:
            case ObjectAttr():
                return self.row.column(self.field(term.name))
            case SubjectAttr():
                return self.slots.add(
                    SubjectSlot(term.name), PG_TYPES[term.type] + ("[]" if term.is_set else "")
                )
            case EnvAttr():
                return self.slots.add(EnvSlot(term.name), PG_TYPES[term.type])
            case Literal():
                return self.literal(term)
            case Coalesce():
                return f"coalesce({self.term(term.value)}, {self.literal(term.default)})"
            case _:
                assert_never(term)

    def literal(self, literal: Literal) -> str:
        if isinstance(literal.value, bool):
            # The two keywords carry no text of a rule, and PostgreSQL simplifies `x = true` to `x`.
            return "true" if literal.value else "false"
        return self.slots.add(LiteralSlot(literal.value, literal.type), PG_TYPES[literal.type])

    def literals(self, options: tuple[Literal, ...]) -> str:
        kind = options[0].type
        return self.slots.add(LiteralSlot(tuple(one.value for one in options), kind), PG_TYPES[kind] + "[]")

    def field(self, attribute: str) -> Field:
        return find_field(self.catalog, self.row.kind, attribute)

    def member(self, leaf: Member) -> str:
        if isinstance(leaf.options, SubjectAttr):
            options = self.term(leaf.options)
        elif leaf.options:
            options = self.literals(leaf.options)
        else:
            return "true" if leaf.negated else "false"
        return f"({self.term(leaf.value)} {'<> ALL' if leaf.negated else '= ANY'} ({options}))"

    def text_match(self, leaf: TextMatch) -> str:
        needle = self.slots.add(LiteralSlot(leaf.needle, ValueType.TEXT), "text")
        value = self.term(leaf.value)
        if leaf.test is TextTest.STARTS_WITH:
            test = f"starts_with({value}, {needle})"
            return f"({test} = false)" if leaf.negated else test
        return f"(strpos({value}, {needle}) {'=' if leaf.negated else '>'} 0)"

    def under(self, leaf: Under) -> str:
        number = self.row.column(self.field(ord_attribute(leaf.region.name)))
        name = leaf.regions.name
        if not leaf.many:
            low = self.slots.add(SubjectSlot(name, SubjectTransform.REGION_LOW), "bigint")

            def high() -> str:
                return self.slots.add(SubjectSlot(name, SubjectTransform.REGION_HIGH), "bigint")

            if leaf.negated:
                return f"({number} NOT BETWEEN {low} AND {high()})"
            has_town_index = self.catalog.type_of_kind(self.row.kind).has_town_index
            return lies_within(number, low, high, self.reach, has_town_index=has_town_index)
        lows = self.slots.add(SubjectSlot(name, SubjectTransform.REGION_LOWS), "bigint[]")
        highs = self.slots.add(SubjectSlot(name, SubjectTransform.REGION_HIGHS), "bigint[]")
        each = f"{self.row.alias}_u"
        inside = (
            f"EXISTS (SELECT 1 FROM unnest({lows}, {highs}) AS {each}(lo, hi) "
            f"WHERE {number} BETWEEN {each}.lo AND {each}.hi)"
        )
        # EXISTS turns a missing number into false; its negation must stay unknown, that is: not allowed.
        return f"({number} IS NOT NULL AND NOT {inside})" if leaf.negated else inside

    def age(self, leaf: AgeYears) -> str:
        born = self.term(leaf.born)

        def bound(years: int) -> str:
            return self.slots.add(EnvSlot("today", YearsBefore(years)), "date")

        match leaf.op:
            case Op.GE:
                return f"({born} <= {bound(leaf.years)})"
            case Op.GT:
                return f"({born} <= {bound(leaf.years + 1)})"
            case Op.LT:
                return f"({born} > {bound(leaf.years)})"
            case Op.LE:
                return f"({born} > {bound(leaf.years + 1)})"
            case Op.EQ:
                return f"({born} > {bound(leaf.years + 1)} AND {born} <= {bound(leaf.years)})"
            case Op.NE:
                return f"({born} <= {bound(leaf.years + 1)} OR {born} > {bound(leaf.years)})"

    def intersects(self, leaf: Intersects) -> str:
        if not leaf.options:
            return "true" if leaf.negated else "false"
        test = f"({self.term(leaf.subject)} && {self.literals(leaf.options)})"
        return f"({test} = false)" if leaf.negated else test
