"""Random GraphQL documents over the whole graph, valid by construction.

In:  a source of chance (hypothesis's, so that a failing document shrinks), the catalog, rows to take values from, a
function that fetches real cursors. Out: a document with its variables: several roots, aliases, fragments in every
form, directives, variables with defaults, filters through relations, orders behind edges, every way of paging.

Fields with arguments always carry a fresh alias: two of them under one key would be refused, not answered.
"""

from __future__ import annotations

from typing import Any

from kinfold.assembly.inputs import order_member
from kinfold.catalog import Relation, RootField, Shape, TypeDef
from kinfold.catalog.union import UnionRelation
from list_arguments import ListArguments, Member


class Documents(ListArguments):
    """Writes one document; make a new one for the next."""

    def write(self) -> tuple[str, dict[str, Any]]:
        """(text, variables)."""
        roots = [self._root() for _ in range(self._chance.randint(1, 3))]
        if self._odds(0.2):
            roots.append("__typename")
        heading = f"query Q({', '.join(self._declared)}) " if self._declared else ""
        return "\n".join([heading + "{ " + " ".join(roots) + " }", *self._fragments]), self._values

    # --- selections ---

    def _root(self) -> str:
        root: RootField | None = self._pick([*self._catalog.roots.values(), None])
        alias = self._alias()
        if root is None:
            type_ = self._pick(self._catalog.types.values())
            below = self._pick(["id ", "__typename ", ""]) + self._on_node(type_)
            return f"{alias}node(id: {self._pass('ID!', self._id(type_))}){self._directive()} {{ {below} }}"
        type_ = self._catalog.types[root.target]
        if root.shape is Shape.ONE:
            is_id = root.key_argument == "id"
            value = (
                self._id(type_ if self._odds(0.9) else self._catalog.types["Person"])
                if is_id
                else self._code()
            )
            key = self._pass("ID!" if is_id else "RegionCode!", value)
            return f"{alias}{root.name}({root.key_argument}: {key}){self._directive()} {self._select(type_, 4, 1)}"
        arguments, rows = self._window(type_, root.name, 1)
        return f"{alias}{root.name}{arguments}{self._directive()} {self._connection(type_, 4, rows)}"

    def _on_node(self, type_: TypeDef) -> str:
        form = self._pick(["inline", "node", "plain"])
        if form == "plain":
            return f"... on {type_.name} {self._select(type_, 3, 1)}"
        if form == "inline":
            return f"... on Node {{ id ... on {type_.name} {self._select(type_, 3, 1)} }}"
        other = self._pick(self._catalog.types.values())
        never = f"... on {other.name} {{ {self._name('k')}: __typename }}"
        self._aliases -= 1
        return (
            f"... {{ ... on Node {{ __typename {never} }} ... on {type_.name} {self._select(type_, 3, 1)} }}"
        )

    def _select(self, type_: TypeDef, depth: int, rows: int, *, is_one_of_several: bool = False) -> str:
        amount = self._chance.randint(1, 4 if depth > 1 else 3)
        parts = [self._part(type_, depth, rows, is_one_of_several) for _ in range(amount)]
        return "{ " + " ".join(parts) + " }"

    def _part(self, type_: TypeDef, depth: int, rows: int, is_one_of_several: bool) -> str:
        if depth > 1 and self._budget > 0 and not is_one_of_several and self._odds(0.12):
            known = self._spreads.get(type_.name, [])
            if known and self._odds(0.5) and rows <= 1:
                return f"...{self._pick(known)}{self._directive()}"
            if self._odds(0.4):
                name = self._name("F")
                self._fragments.append(
                    f"fragment {name} on {type_.name} {self._select(type_, depth - 1, rows)}"
                )
                if rows <= 1:
                    self._spreads.setdefault(type_.name, []).append(name)
                return f"...{name}{self._directive()}"
            head = self._pick([f" on {type_.name}", "", " on Node"])
            below = "{ id __typename }" if head == " on Node" else self._select(type_, depth - 1, rows)
            return f"...{head}{self._directive()} {below}"
        self._budget -= 1
        edges = list(type_.relations.values())
        if depth > 1 and edges and self._budget > 0 and self._aliases > 4 and self._odds(0.45):
            return self._edge(type_, self._pick(edges), depth, rows, is_one_of_several)
        return self._leaf(type_, is_one_of_several)

    def _rights(self, type_: TypeDef) -> str:
        """`viewerCan` with a few questions; each under an alias, because each has an argument."""
        member = order_member(self._pick(list(type_.fields)))
        variable = self._pass(f"{type_.name}Field!", Member(member)) if self._odds(0.3) else member
        parts = ["delete", "update", "__typename", f"{self._alias()}read(field: {variable})"]
        parts += [f"{self._alias()}{name}(field: {member})" for name in ("update", "mask") if self._odds(0.5)]
        return f"{self._alias()}viewerCan{self._directive()} {{ {' '.join(parts)} }}"

    def _leaf(self, type_: TypeDef, is_one_of_several: bool) -> str:
        if self._aliases > 8 and self._odds(0.15):
            return self._rights(type_)
        name = self._pick(["id", "__typename", *type_.fields, *type_.fields])
        needs_alias = is_one_of_several and name in type_.fields
        alias = self._alias() if needs_alias or (self._aliases > 8 and self._odds(0.1)) else ""
        return f"{alias}{name}{self._directive()}"

    def _edge(self, type_: TypeDef, edge: Relation, depth: int, rows: int, is_one_of_several: bool) -> str:
        if isinstance(edge, UnionRelation):
            members = [self._catalog.types[type_.relations[choice].target] for choice in edge.choices]
            below = [
                self._pick(["__typename", "... on Node { id }", f"... on {edge.union} {{ __typename }}"])
            ]
            below += [
                f"... on {m.name} {self._select(m, depth - 1, rows, is_one_of_several=True)}" for m in members
            ]
            return f"{self._alias()}{edge.name}{self._directive()} {{ {' '.join(below)} }}"
        target = self._catalog.types[edge.target]
        if edge.shape is Shape.ONE:
            alias = self._alias() if is_one_of_several else ""
            return f"{alias}{edge.name}{self._directive()} {self._select(target, depth - 1, rows)}"
        if edge.shape is Shape.CONNECTION:
            arguments, below_rows = self._window(target, None, rows)
            return f"{self._alias()}{edge.name}{arguments}{self._directive()} {self._connection(target, depth - 1, below_rows)}"
        arguments, below_rows = self._bounded(target, rows)
        alias = self._alias() if arguments or is_one_of_several else ""
        return (
            f"{alias}{edge.name}{arguments}{self._directive()} {self._select(target, depth - 1, below_rows)}"
        )

    def _connection(self, type_: TypeDef, depth: int, rows: int) -> str:
        parts = []
        for name in self._chance.sample(
            ["nodes", "edges", "pageInfo", "totalCount", "__typename"], k=self._chance.randint(1, 3)
        ):
            if name == "nodes":
                parts.append(f"nodes{self._directive()} {self._select(type_, depth, rows)}")
            elif name == "edges":
                wanted = self._chance.sample(["cursor", "node", "__typename"], k=2)
                below = [f"node {self._select(type_, depth, rows)}" if n == "node" else n for n in wanted]
                if self._odds(0.15):
                    below.append(f"{self._alias()}node {{ id }}")
                parts.append(f"edges{self._directive()} {{ {' '.join(below)} }}")
            elif name == "pageInfo":
                wanted = ["hasNextPage", "hasPreviousPage", "startCursor", "endCursor", "__typename"]
                parts.append(
                    f"pageInfo {{ {' '.join(self._chance.sample(wanted, k=self._chance.randint(1, 5)))} }}"
                )
            elif name == "totalCount" and self._odds(0.5):
                mode = self._pass("CountMode!", Member(self._pick(["CAPPED", "EXACT", "ESTIMATE"])))
                parts.append(f"{self._alias()}totalCount(mode: {mode})")
            else:
                parts.append(name)
        return "{ " + " ".join(parts) + " }"
