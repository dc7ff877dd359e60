"""The Plan: what the caller wants, with every field and edge looked up in the catalog.

Equal documents with equally shaped variables have equal plans: values stay outside, named by `Given`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from kinfold.catalog import Field, Relation, RootField, TypeDef


@dataclass(frozen=True, slots=True, eq=False)
class Const:
    """A value written in the document itself; input objects and lists may hold `Var`s inside."""

    value: Any

    def __eq__(self, other: object) -> bool:
        # By form: 1 and true are equal in Python but not here, and lists have no hash.
        return isinstance(other, Const) and repr(self.value) == repr(other.value)

    def __hash__(self) -> int:
        return hash(repr(self.value))


@dataclass(frozen=True, slots=True)
class Var:
    """A value that a variable brings: `path` leads into an input object or list."""

    name: str
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """Ids that a command produced for a payload field."""

    name: str


Given: TypeAlias = Const | Var | Result


@dataclass(frozen=True, slots=True)
class Test:
    """`field op value` of a client's filter; `field` None is the id. `op` is an operator of inputs.py."""

    field: Field | None
    op: str
    value: Given


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Filter, ...]


Filter: TypeAlias = "Test | AllOf | AnyOf"


@dataclass(frozen=True, slots=True)
class Order:
    """Order by a field (None: by id). `is_default`: not asked for, dropped where it may not be read."""

    field: Field | None
    descending: bool = False
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class ListArguments:
    first: Given
    after: Given | None = None
    where: Filter | None = None
    where_given: Given | None = None  # the filter as it was given: cursors are bound to it
    order: tuple[Order, ...] = ()


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
class ToMany:
    key: str
    relation: Relation
    arguments: ListArguments
    selection: Selection


@dataclass(frozen=True, slots=True)
class Part:
    """A field of a connection: nodes · edges · pageInfo · totalCount · __typename, with the keys below it.

    `below` maps response keys to names for edges (cursor, node) and pageInfo.
    """

    key: str
    name: str
    below: tuple[tuple[str, str], ...] = ()
    selection: Selection | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A connection: of a relation, or of a root when `relation` is None. `selections` are merged per part."""

    key: str
    type: TypeDef
    relation: Relation | None
    arguments: ListArguments
    parts: tuple[Part, ...]


Item: TypeAlias = Scalar | Typename | Identity | ToOne | ToMany | Page


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


@dataclass(frozen=True, slots=True)
class RootConstant:
    """`__typename` of the root, or a payload's userErrors: a value known without the database."""

    key: str
    value: Given


Root: TypeAlias = RootOne | RootMany | RootPage | RootConstant


@dataclass(frozen=True, slots=True)
class Plan:
    """Root fields in the order of the answer."""

    roots: tuple[Root, ...]

    def selections(self) -> Iterator[tuple[tuple[str, ...], Selection]]:
        """Every selection with its response path; `*` stands for the index in a list."""
        for root in self.roots:
            if isinstance(root, RootPage):
                yield from _page_selections(root.page, ())
            elif isinstance(root, RootMany):
                yield from _below((root.key, "*"), root.selection)
            elif isinstance(root, RootOne) and root.selection is not None:
                yield from _below((root.key,), root.selection)

    def pages(self) -> Iterator[tuple[Given, ...]]:
        """Chains of `first` of nested connections, for the bound on their product."""
        for root in self.roots:
            if isinstance(root, RootPage):
                yield from _chains(root.page, ())
            elif isinstance(root, (RootOne, RootMany)) and root.selection is not None:
                yield from _selection_chains(root.selection, ())


def _below(path: tuple[str, ...], selection: Selection) -> Iterator[tuple[tuple[str, ...], Selection]]:
    yield path, selection
    for item in selection.items:
        if isinstance(item, ToOne):
            yield from _below((*path, item.key), item.selection)
        elif isinstance(item, ToMany):
            yield from _below((*path, item.key, "*"), item.selection)
        elif isinstance(item, Page):
            yield from _page_selections(item, path)


def _page_selections(page: Page, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Selection]]:
    for part in page.parts:
        if part.selection is None:
            continue
        if part.name == "nodes":
            yield from _below((*path, page.key, part.key, "*"), part.selection)
        elif part.name == "edges":
            for key, name in part.below:
                if name == "node":
                    yield from _below((*path, page.key, part.key, "*", key), part.selection)


def _chains(page: Page, above: tuple[Given, ...]) -> Iterator[tuple[Given, ...]]:
    chain = (*above, page.arguments.first)
    yield chain
    for part in page.parts:
        if part.selection is not None:
            yield from _selection_chains(part.selection, chain)


def _selection_chains(selection: Selection, chain: tuple[Given, ...]) -> Iterator[tuple[Given, ...]]:
    for item in selection.items:
        if isinstance(item, Page):
            yield from _chains(item, chain)
        elif isinstance(item, ToOne):
            yield from _selection_chains(item.selection, chain)
        elif isinstance(item, ToMany):
            below = (*chain, item.arguments.first) if _is_asked(item.arguments.first) else chain
            yield from _selection_chains(item.selection, below)


def _is_asked(first: Given) -> bool:
    return not isinstance(first, Const)


def all_items(selection: Selection) -> Iterator[Item]:
    """Every item of a selection and below it."""
    for item in selection.items:
        yield item
        if isinstance(item, (ToOne, ToMany)):
            yield from all_items(item.selection)
        elif isinstance(item, Page):
            for part in item.parts:
                if part.selection is not None:
                    yield from all_items(part.selection)
