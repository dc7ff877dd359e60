"""The Plan: what the caller wants, with every field and edge looked up in the catalog.

Equal documents with equally shaped variables have equal plans: values stay outside, named by `Given`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from kinfold.catalog import Field, Relation, RootField, TypeDef
from kinfold.catalog.derived import DerivedArgument, DerivedEnd, DerivedRelation
from kinfold.catalog.union import UnionRelation
from kinfold.plan.as_of import NOW, AsOf
from kinfold.plan.condition import AllOf, AnyOf, Filter, ListArguments, Order, Related, Test
from kinfold.plan.statistic import RootStatistics, StatisticTable
from kinfold.plan.value import Const, Given, Result, Var

__all__ = [
    "NOW", "Ability", "AllOf", "AnyOf", "AsOf", "Below", "Const", "Derived", "End", "Filter", "Given", "Identity", "Item",
    "ListArguments", "Order", "Page", "Part", "Plan", "Related", "Result", "Root", "RootConstant", "RootMany", "RootOne",
    "RootPage", "RootStatistics", "Scalar", "Selection", "StatisticTable", "Test", "ToMany", "ToOne", "ToUnion",
    "Typename", "Var", "ViewerCan", "all_items",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scalar:
    key: str
    field: Field


@dataclass(frozen=True, slots=True)
class Typename:
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Identity:
    """The node's global id."""

    key: str


@dataclass(frozen=True, slots=True)
class ToOne:
    key: str
    relation: Relation
    selection: Selection


@dataclass(frozen=True, slots=True)
class ToUnion:
    """One object of one of several types: each choice is a to-one edge with the selection for its type."""

    key: str
    relation: UnionRelation
    choices: tuple[ToOne, ...]


@dataclass(frozen=True, slots=True)
class ToMany:
    key: str
    relation: Relation
    arguments: ListArguments
    selection: Selection


@dataclass(frozen=True, slots=True)
class Below:
    """A field below edges (cursor · node · __typename) or pageInfo; `selection` is that of a node."""

    key: str
    name: str
    selection: Selection | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A field of a connection: nodes · edges · pageInfo · totalCount · __typename.

    `selection` is that of nodes, `below` what stands under edges and pageInfo, `mode` how totalCount counts.
    """

    key: str
    name: str
    below: tuple[Below, ...] = ()
    selection: Selection | None = None
    mode: str = "CAPPED"

    def node_selections(self) -> Iterator[tuple[tuple[str, ...], Selection]]:
        """Every selection of the connection's nodes in this part, with its path from the connection."""
        if self.selection is not None:
            yield (self.key, "*"), self.selection
        for each in self.below:
            if each.selection is not None:
                yield (self.key, "*", each.key), each.selection


@dataclass(frozen=True, slots=True)
class Page:
    """A connection: of a relation, or of a root when `relation` is None. `selections` are merged per part."""

    key: str
    type: TypeDef
    relation: Relation | None
    arguments: ListArguments
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Ability:
    """A field of `viewerCan`: read · update · delete · mask · __typename; `field` is what it asks about."""

    key: str
    name: str
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class ViewerCan:
    """What the caller may do with the row."""

    key: str
    abilities: tuple[Ability, ...]


@dataclass(frozen=True, slots=True)
class End:
    """The node that an item of a derived list leads to."""

    key: str
    end: DerivedEnd
    selection: Selection


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived list with the values of its arguments."""

    key: str
    relation: DerivedRelation
    arguments: tuple[tuple[DerivedArgument, Given], ...]
    size: Given
    items: tuple[Scalar | Typename | End, ...]

    def ends(self) -> Iterator[tuple[tuple[str, ...], Selection]]:
        """The selections of the nodes that its items lead to, with their paths from the object above."""
        for item in self.items:
            if isinstance(item, End):
                yield (self.key, "*", item.key), item.selection


Item: TypeAlias = Scalar | Typename | Identity | ViewerCan | ToOne | ToUnion | ToMany | Page | Derived


@dataclass(frozen=True, slots=True)
class Selection:
    type: TypeDef
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class RootOne:
    """One object by its key; `selection` None: the id is of another type, so the answer is null."""

    key: str
    root: RootField | None
    id: Given
    selection: Selection | None
    as_of: AsOf = NOW


@dataclass(frozen=True, slots=True)
class RootMany:
    """Objects by a list of ids that a command produced, in that order."""

    key: str
    ids: Given
    selection: Selection


@dataclass(frozen=True, slots=True)
class RootPage:
    key: str
    page: Page
    as_of: AsOf = NOW


@dataclass(frozen=True, slots=True)
class RootConstant:
    """`__typename` of the root, or a payload's userErrors: a value known without the database."""

    key: str
    value: Given


Root: TypeAlias = RootOne | RootMany | RootPage | RootStatistics | RootConstant


@dataclass(frozen=True, slots=True)
class Plan:
    """Root fields in the order of the answer."""

    roots: tuple[Root, ...]

    def selections(self) -> Iterator[tuple[tuple[str, ...], Selection]]:
        """Every selection with its response path; `*` stands for the index in a list."""
        for path, selection, _ in self.placed_selections():
            yield path, selection

    def placed_selections(self) -> Iterator[Placed]:
        """The same, and whether the selection lies below a union: then others may share its path."""
        for root in self.roots:
            if isinstance(root, RootPage):
                yield from _page_selections(root.page, (), False)
            elif isinstance(root, RootMany):
                yield from _below((root.key, "*"), root.selection, False)
            elif isinstance(root, RootOne) and root.selection is not None:
                yield from _below((root.key,), root.selection, False)

    def statistics(self) -> Iterator[StatisticTable]:
        """Every table of counts."""
        for root in self.roots:
            if isinstance(root, RootStatistics):
                yield from root.tables()

    def pages(self) -> Iterator[tuple[Given, ...]]:
        """Chains of `first` of nested connections, for the bound on their product."""
        for root in self.roots:
            if isinstance(root, RootPage):
                yield from _chains(root.page, ())
            elif isinstance(root, (RootOne, RootMany)) and root.selection is not None:
                yield from _selection_chains(root.selection, ())


Placed: TypeAlias = tuple[tuple[str, ...], Selection, bool]


def _below(path: tuple[str, ...], selection: Selection, in_union: bool) -> Iterator[Placed]:
    yield path, selection, in_union
    for item in selection.items:
        if isinstance(item, ToOne):
            yield from _below((*path, item.key), item.selection, in_union)
        elif isinstance(item, ToUnion):
            for choice in item.choices:
                yield from _below((*path, item.key), choice.selection, True)
        elif isinstance(item, ToMany):
            yield from _below((*path, item.key, "*"), item.selection, in_union)
        elif isinstance(item, Page):
            yield from _page_selections(item, path, in_union)
        elif isinstance(item, Derived):
            for below, end in item.ends():
                yield from _below((*path, *below), end, in_union)


def _page_selections(page: Page, path: tuple[str, ...], in_union: bool) -> Iterator[Placed]:
    for part in page.parts:
        for below, selection in part.node_selections():
            yield from _below((*path, page.key, *below), selection, in_union)


def _chains(page: Page, above: tuple[Given, ...]) -> Iterator[tuple[Given, ...]]:
    chain = (*above, page.arguments.size)
    yield chain
    for part in page.parts:
        for _, selection in part.node_selections():
            yield from _selection_chains(selection, chain)


def _selection_chains(selection: Selection, chain: tuple[Given, ...]) -> Iterator[tuple[Given, ...]]:
    for item in selection.items:
        if isinstance(item, Page):
            yield from _chains(item, chain)
        elif isinstance(item, ToOne):
            yield from _selection_chains(item.selection, chain)
        elif isinstance(item, ToUnion):
            for choice in item.choices:
                yield from _selection_chains(choice.selection, chain)
        elif isinstance(item, ToMany):
            below = (*chain, item.arguments.size) if _is_asked(item.arguments.size) else chain
            yield from _selection_chains(item.selection, below)
        elif isinstance(item, Derived):
            below = (*chain, item.size) if _is_asked(item.size) else chain
            for _, selection in item.ends():
                yield from _selection_chains(selection, below)


def _is_asked(size: Given) -> bool:
    return not isinstance(size, Const)


def all_items(selection: Selection) -> Iterator[Item]:
    """Every item of a selection and below it."""
    for item in selection.items:
        yield item
        for below in item_selections(item):
            yield from all_items(below)


def item_selections(item: Item) -> Iterator[Selection]:
    """The selections directly below an item."""
    if isinstance(item, (ToOne, ToMany)):
        yield item.selection
    elif isinstance(item, ToUnion):
        for choice in item.choices:
            yield choice.selection
    elif isinstance(item, Page):
        for part in item.parts:
            for _, selection in part.node_selections():
                yield selection
    elif isinstance(item, Derived):
        for _, selection in item.ends():
            yield selection
