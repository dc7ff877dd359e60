"""The arguments of a list: which rows, in which order, and which part of them.

In:  the arguments of a field, the type of its rows. Out: ListArguments.
Errors: WindowUnclear when two parts are asked for, OrderUnclear, FilterTooLarge, NotSupportedYet.
"""

from __future__ import annotations

from kinfold.assembly.inputs import order_member
from kinfold.catalog import Catalog, Field, Relation, TypeDef
from kinfold.plan.argument import Arguments, enum_value
from kinfold.plan.condition import ListArguments, Order
from kinfold.plan.errors import FilterTooLarge, NotSupportedYet, OrderUnclear, WindowUnclear
from kinfold.plan.filter import MAX_RELATIONS, plan_filter
from kinfold.plan.value import Const, Given

DEFAULT_PAGE = 50
LIST_BOUND = 200  # relations with a natural bound; nobody has 200 guardians
MAX_ORDERS = 8


class Windows:
    """Reads list arguments of one document."""

    def __init__(self, arguments: Arguments, catalog: Catalog) -> None:
        self._arguments = arguments
        self._catalog = catalog

    def read(self, type_: TypeDef, given: dict[str, Given], default_size: int) -> ListArguments:
        """The arguments of a list of `type_` that shows `default_size` rows unless asked."""
        found = {key: value for key, value in given.items() if self._arguments.peek(value) is not None}
        where = found.get("where")
        size, number = self._size(found, default_size)
        return ListArguments(
            size=size,
            after=found.get("after"),
            before=found.get("before"),
            is_backward="last" in found,
            number=number,
            where=None if where is None else plan_filter(type_, where, self._arguments, self._catalog),
            where_given=where,
            order=self._order(type_, found.get("orderBy")),
        )

    def _size(self, found: dict[str, Given], default_size: int) -> tuple[Given, Given | None]:
        """How many rows, and for `page` its number."""
        if "page" in found:
            if found.keys() & {"first", "last", "after", "before"}:
                raise WindowUnclear
            page = dict(self._arguments.entries(found["page"]))
            return page.get("size", Const(default_size)), page["number"]
        if "first" in found and "last" in found:
            raise WindowUnclear
        return found.get("first", found.get("last", Const(default_size))), None

    def _order(self, type_: TypeDef, given: Given | None) -> tuple[Order, ...]:
        elements = self._arguments.elements(given) if given is not None else []
        if len(elements) > MAX_ORDERS:
            raise FilterTooLarge(f"More than {MAX_ORDERS} entries of orderBy.")
        asked = tuple(self._entry(type_, element, ()) for element in elements)
        return asked or _default_order(type_)

    def _entry(self, type_: TypeDef, given: Given, via: tuple[Relation, ...]) -> Order:
        """`{field, direction}`, or `{relation: {…}}` for a field at the end of a to-one edge."""
        entries = {
            key: value
            for key, value in self._arguments.entries(given)
            if self._arguments.peek(value) is not None
        }
        direction = entries.pop("direction", Const("ASC")) if "field" in entries else Const("ASC")
        if len(entries) != 1:
            raise OrderUnclear
        (key, value), = entries.items()  # fmt: skip
        if key != "field":
            if len(via) >= MAX_RELATIONS:
                raise FilterTooLarge
            edge = type_.relations[key]
            return self._entry(self._catalog.types[edge.target], value, (*via, edge))
        field = _ordered_field(type_, enum_value(self._arguments.peek(value)))
        return Order(field, enum_value(self._arguments.peek(direction)) == "DESC", via=via)


def _ordered_field(type_: TypeDef, member: object) -> Field | None:
    """The field behind an order member; None for the key."""
    return None if member in ("id", "ID") else find_member(type_, member)


def find_member(type_: TypeDef, member: object) -> Field:
    """The field behind a member of an enum of fields: by its name (variables) or its enum name (literals)."""
    member = enum_value(member)
    for field in type_.fields.values():
        if member in (field.name, order_member(field.name)):
            return field
    raise NotSupportedYet("There is no such field.")


def _default_order(type_: TypeDef) -> tuple[Order, ...]:
    by_column = {f.sort_column or f.column: f for f in type_.attributes.values() if f.is_exposed}
    found = []
    for name in type_.order:
        field = by_column.get(name.removeprefix("-"))
        if field is not None:
            found.append(Order(field, name.startswith("-"), is_default=True))
    return tuple(found)
