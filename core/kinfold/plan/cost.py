"""What a plan may cost, before anybody is asked: a bound on the work, counted once per plan.

In:  a Plan. Out: a Cost, a sum of terms; each is a weight and the sizes of the pages that it is multiplied by. Sizes that
variables bring stay open until values are bound (`sql/cost.py`).
Never: looks at data, or at who asks. Time is linear in the plan.

The unit is about 10 µs of PostgreSQL where a county has a million persons; how the weights were measured is in
docs/decisions/0022. It bounds the rows of an answer as long as no list is longer than NATURAL_ROWS without saying so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from kinfold.plan.condition import AllOf, AnyOf, Filter, ListArguments, Related, Test
from kinfold.plan.model import (
    Derived,
    Identity,
    Item,
    Page,
    Part,
    Plan,
    RootConstant,
    RootMany,
    RootPage,
    RootStatistics,
    Scalar,
    Selection,
    ToMany,
    ToOne,
    ToUnion,
    Typename,
    ViewerCan,
)
from kinfold.plan.value import Const, Given, Result

#: Rows of a relation with a natural bound (guardians, members of a household, a term's absences). A request for fewer with
#: `first` counts as what it asks for. The longest of a county of a million invented persons has 7.
NATURAL_ROWS: Final = 12
#: Rows of a page whose size no request can pass.
PAGE_ROWS: Final = 500
#: A page of a root field puts a whole county's rows in order before it shows the first: 170 ms.
ROOT_PAGE: Final = 20_000
#: A table of counts reads everybody of a county: up to 300 ms.
TABLE: Final = 30_000
#: A page behind a row puts what belongs to that row in order: the pupils of a school.
INNER_PAGE: Final = 50
OBJECT: Final = 1
#: Each edge or computed value is a look-up of its own for every row.
LOOK_UP: Final = 1
#: So many plain fields weigh as much as one object.
FIELDS: Final = 10
TEST: Final = 1
#: A test through a relation looks at rows behind every row that it tries.
RELATED_TEST: Final = 10
ORDER_THROUGH: Final = 5
COUNTS: Final = {"CAPPED": 100, "ESTIMATE": 150, "EXACT": 500}

#: A size, and what it counts as at most.
Factor: TypeAlias = tuple[Given, int]


@dataclass(frozen=True, slots=True)
class Cost:
    """Σ weight × Π sizes. Sizes written in the document are multiplied in already."""

    terms: tuple[tuple[int, tuple[Factor, ...]], ...]

    def total(self, read: Callable[[Given], int]) -> int:
        """The bound of one request; `read` gives the request's sizes. A page of no rows is looked at all the same."""
        found = 0
        for weight, factors in self.terms:
            rows = 1
            for size, most in factors:
                rows *= max(min(read(size), most), 1)
            found += weight * rows
        return found


def count_cost(plan: Plan) -> Cost:
    """The bound of a plan."""
    counter = _Counter()
    counter.add(OBJECT, _ONCE)
    for root in plan.roots:
        if isinstance(root, RootConstant):
            counter.add(OBJECT, _ONCE)
        elif isinstance(root, RootPage):
            counter.add(ROOT_PAGE, _ONCE)
            counter.page(root.page, _ONCE)
        elif isinstance(root, RootStatistics):
            counter.add(OBJECT, _ONCE)
            counter.add(TABLE, _Times(sum(1 for _ in root.tables()), ()))
        elif isinstance(root, RootMany):
            counter.selection(root.selection, _ONCE.times(root.ids, NATURAL_ROWS))
        elif root.selection is not None:
            counter.selection(root.selection, _ONCE)
    return counter.cost()


@dataclass(frozen=True, slots=True)
class _Times:
    """How often something is done: a number known from the document, times sizes that are not."""

    known: int
    open: tuple[Factor, ...]

    def times(self, size: Given, most: int) -> _Times:
        if isinstance(size, Result):
            return _Times(self.known * most, self.open)
        if isinstance(size, Const):
            asked = size.value if isinstance(size.value, int) else most
            return _Times(self.known * max(min(asked, most), 1), self.open)
        return _Times(self.known, (*self.open, (size, most)))


_ONCE: Final = _Times(1, ())


class _Counter:
    """Adds terms up by the open sizes that they are multiplied by."""

    def __init__(self) -> None:
        self._terms: dict[tuple[Factor, ...], int] = {}

    def cost(self) -> Cost:
        return Cost(tuple((weight, factors) for factors, weight in self._terms.items()))

    def add(self, weight: int, times: _Times) -> None:
        self._terms[times.open] = self._terms.get(times.open, 0) + weight * times.known

    def selection(self, selection: Selection, rows: _Times) -> None:
        """Objects of one selection: themselves, their fields, what is looked up for them."""
        plain = sum(isinstance(item, (Identity, Typename, Scalar)) for item in selection.items)
        computed = sum(
            isinstance(item, Scalar) and item.field.expression is not None for item in selection.items
        )
        self.add(OBJECT + plain // FIELDS + LOOK_UP * computed, rows)
        for item in selection.items:
            self._item(item, rows)

    def _item(self, item: Item, rows: _Times) -> None:
        match item:
            case ToOne():
                self.add(LOOK_UP, rows)
                self.selection(item.selection, rows)
            case ToUnion():
                for choice in item.choices:
                    self._item(choice, rows)
            case ToMany():
                self.add(LOOK_UP + _arguments(item.arguments), rows)
                self.selection(item.selection, rows.times(item.arguments.size, NATURAL_ROWS))
            case ViewerCan():
                self.add(OBJECT + LOOK_UP * len(item.abilities), rows)
            case Page():
                self.add(INNER_PAGE, rows)
                self.page(item, rows)
            case Derived():
                self.add(item.relation.weight, rows)
                inside = rows.times(item.size, NATURAL_ROWS)
                self.add(OBJECT + len(item.items) // FIELDS, inside)
                for _, selection in item.ends():
                    self.add(LOOK_UP, inside)
                    self.selection(selection, inside)
            case _:
                pass

    def page(self, page: Page, rows: _Times) -> None:
        self.add(OBJECT + LOOK_UP + _arguments(page.arguments), rows)
        inside = rows.times(page.arguments.size, PAGE_ROWS)
        for part in page.parts:
            self._part(part, rows, inside)

    def _part(self, part: Part, rows: _Times, inside: _Times) -> None:
        if part.name == "totalCount":
            self.add(COUNTS[part.mode], rows)
        elif part.name == "pageInfo":
            self.add(OBJECT, rows)
        elif part.name == "edges":
            self.add(OBJECT, inside)
        for _, selection in part.node_selections():
            self.selection(selection, inside)


def _arguments(arguments: ListArguments) -> int:
    """What choosing and ordering the rows of one list weighs."""
    through = sum(bool(order.via) for order in arguments.order)
    return ORDER_THROUGH * through + (_filter((arguments.where,)) if arguments.where else 0)


def _filter(parts: Iterable[Filter]) -> int:
    total = 0
    for part in parts:
        if isinstance(part, Test):
            total += TEST
        elif isinstance(part, Related):
            total += RELATED_TEST + _filter((part.where,))
        elif isinstance(part, (AllOf, AnyOf)):
            total += _filter(part.parts)
    return total
