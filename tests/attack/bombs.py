"""Documents and variables that are short to send and dear to handle.

In:  nothing. Out: `BOMBS`, each with what must become of it, and `FAMILIES`, the same in sizes that grow.
An answer in place of a refusal is marked `ANSWERED`: what is harmless need not be refused, only be cheap.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

ANSWERED = "answered"


@dataclass(frozen=True)
class Bomb:
    """`code`: that of the refusal, or ANSWERED. `variables`: as JSON text, so that it may be deeper than Python likes."""

    name: str
    text: str
    code: str
    variables: str = "{}"
    operation: str | None = None
    persona: str = "county-civil-affairs"

    @property
    def body(self) -> bytes:
        head = json.dumps({"query": self.text, "operationName": self.operation}, ensure_ascii=False)
        return f'{head[:-1]}, "variables": {self.variables}}}'.encode("utf-8", "surrogatepass")


def children(selection: str, arguments: str = "") -> str:
    return f"{{ children{arguments} {{ nodes {{ {selection} }} }} }}"


def doubling(levels: int, leaf: str = "name", used: bool = True) -> str:
    parts = [f"fragment F{i} on Child {{ ...F{i + 1} ...F{i + 1} }}" for i in range(levels)]
    return " ".join(
        [*parts, f"fragment F{levels} on Child {{ {leaf} }}", children("...F0" if used else "id")]
    )


def cycle(length: int) -> str:
    parts = [f"fragment F{i} on Child {{ ...F{(i + 1) % length} }}" for i in range(length)]
    return " ".join([*parts, children("...F0")])


def wide(count: int, each: str) -> str:
    return children(" ".join(each.replace("#", str(i)) for i in range(count)))


def nested(count: int, opening: str, leaf: str) -> str:
    return children(f"{opening} {{" * count + leaf + "}" * count)


def inline(count: int, size: int) -> str:
    return children(("... on Child { " + "name " * size + "} ") * count)


def where(count: int) -> str:
    return "{ children(where: " + "{not: " * count + "{}" + "}" * count + ") { totalCount } }"


def deep_json(count: int, opening: str, closing: str, leaf: str) -> str:
    return opening * count + leaf + closing * count


FILTER = "query Q($w: ChildWhere) { children(where: $w) { totalCount } }"
ORDER = "query Q($o: [ChildOrder!]) { children(orderBy: $o) { totalCount } }"
FIRST = "query Q($n: Int) { children(first: $n) { nodes { id } } }"
FAMILY = "household { members { person { guardianshipsHeld { child { household { members { person { id } } } } } } } }"
IDS = [f"Child:370983:0190a000-0000-7000-8000-{i:012d}" for i in range(1050)]

BOMBS = [
    # Fragments.
    *(Bomb(f"fragments 2^{n}", doubling(n), "D103") for n in (10, 15, 20, 25, 29, 50, 100, 200)),
    *(Bomb(f"fragments 2^{n} that nobody uses", doubling(n, used=False), "D103") for n in (10, 29)),
    Bomb("fragments 2^28 of nothing that exists", doubling(28, "...Nowhere"), "D103"),
    Bomb("fragments 2^28 of a field that does not exist", doubling(28, "nowhere"), "D103"),
    Bomb("a fragment in itself", cycle(1), "D103"),
    Bomb("two fragments in each other", cycle(2), "D103"),
    Bomb("a cycle of 29 fragments", cycle(29), "D103"),
    Bomb("a cycle that nobody uses", cycle(29).replace("{ ...F0 } } }", "{ id } } }"), "D103"),
    Bomb("a cycle through inline fragments", "fragment A on Child { ... on Child { ...A } } " + children("...A"), "D103"),
    Bomb("a fragment in each field of itself", "fragment A on Child { household { members { child { ...A } } } } " + children("...A"), "D103"),
    Bomb("300 fragments that nobody uses", " ".join(f"fragment F{i} on Child {{ id }}" for i in range(280)) + children("id"), "D103"),
    Bomb("29 fragments each in all others", " ".join(f"fragment F{i} on Child {{ {' '.join(f'...F{j}' for j in range(i + 1, 29))} name }}" for i in range(29)) + children("...F0"), "D103"),
    Bomb("an unused fragment of 350 objects", "fragment A on Child { " + "household { id } " * 350 + "} " + children("id"), "D103"),
    # Repetition and width.
    Bomb("2,000 duplicates", children("name " * 2000), "D103"),
    Bomb("480 duplicates", children("name " * 480), "D103"),
    Bomb("120 duplicates of an object", children("household { id } " * 120), "D103"),
    Bomb("80 duplicates of a tree", "{ " + "children { nodes { household { members { person { name } } } } } " * 80 + "}", "D103"),
    Bomb("100 duplicates with arguments", children("departureNotices(first: 1) { id } " * 100), "D103"),
    Bomb("200 inline fragments of 100 fields", inline(200, 100), "T102"),
    Bomb("20 inline fragments of 20 fields", inline(20, 20), "D103"),
    Bomb("300 inline fragments", children("... { id } " * 300), "D103"),
    Bomb("500 aliases", wide(400, "a#: name"), "D103"),
    Bomb("29 aliases of one root", "{ " + " ".join(f"a{i}: children {{ totalCount }}" for i in range(29)) + " }", "Q121"),
    Bomb("one alias for 29 different roots", "{ " + " ".join(f"a: children(first: {i}) {{ totalCount }}" for i in range(29)) + " }", "D103"),
    Bomb("480 fields that do not exist", "{ " + " ".join(f"childr{i}" for i in range(480)) + " }", "D102"),
    Bomb("a name of 14,000 letters", "{ " + "a" * 14_000 + " }", "D102"),
    Bomb("an alias of 14,000 letters", "{ " + "a" * 14_000 + ": __typename }", "D103"),
    # Depth.
    Bomb("15 levels", nested(6, "household { members { child", "id").replace("}" * 6, "}" * 18), "D103"),
    Bomb("200 levels of fields", "{ children " + "{ nodes " * 250 + "{ id }" + "}" * 250 + " }", "D103"),
    Bomb("100 levels of inline fragments", nested(100, "...", "id"), "D103"),
    Bomb("480 levels of inline fragments", nested(480, "...", "id"), "D103"),
    Bomb("levels through a chain of 29 fragments", " ".join(f"fragment F{i} on Child {{ ... {{ ... {{ ...F{i + 1} }} }} }}" for i in range(28)) + " fragment F28 on Child { id } " + children("...F0"), "D103"),
    # Directives.
    Bomb("250 directives on a field", "{ children " + "@include(if: true) " * 250 + "{ totalCount } }", "D103"),
    Bomb("700 directives that do not exist", "{ children " + "@a " * 700 + "{ totalCount } }", "D103"),
    Bomb("700 directives on the operation", "query Q " + "@a " * 700 + "{ __typename }", "D103"),
    Bomb("300 directives on a variable", "query Q($a: Int " + "@a " * 300 + ") { children(first: $a) { totalCount } }", "D103"),
    # Operations and definitions.
    Bomb("290 operations", " ".join(f"query Q{i} {{ __typename }}" for i in range(290)), "D103", operation="Q7"),
    Bomb("290 operations without a name", "{ __typename } " * 290, "D103"),
    Bomb("370 variables", "query Q(" + " ".join(f"$a{i}: Int" for i in range(370)) + ") { __typename }", "D103"),
    Bomb("a type of 190 lists", "query Q($a: " + "[" * 190 + "Int" + "]" * 190 + ") { __typename }", "D102"),
    Bomb("a type of 700 lists", "query Q($a: " + "[" * 700 + "Int" + "]" * 700 + ") { __typename }", "D103"),
    Bomb("450 arguments", "{ children(" + " ".join(f"a{i}: 1" for i in range(450)) + ") { totalCount } }", "D102"),
    # Values in the document.
    *(Bomb(f"where {n} deep", where(n), code) for n, code in ((25, "Q107"), (180, "Q107"), (400, "D103"))),
    Bomb("where of 120 tests", "{ children(where: {and: [" + "{sex: {eq: MALE}}, " * 120 + "]}) { totalCount } }", "Q107"),
    Bomb("where through four relations", children("id", "(where: {household: {members: {some: {person: {household: {members: {some: {id: {isNull: true}}}}}}}}})"), "Q107"),
    Bomb("45 filters through two relations", children("id", "(where: {or: [" + "{household: {members: {some: {person: {name: {eq: \"a\"}}}}}} " * 45 + "]})"), "Q107"),
    Bomb("280 orders", "{ children(orderBy: [" + "{field: ID} " * 280 + "]) { totalCount } }", "Q107"),
    Bomb("an order 60 relations deep", "{ children(orderBy: [" + "{household: " * 60 + "{field: ID}" + "}" * 60 + "]) { totalCount } }", "D102"),
    Bomb("lists in lists", "{ children(where: {and: " + "[" * 600 + "]" * 600 + "}) { totalCount } }", "D103"),
    Bomb("a whole number of 14,000 digits", "{ children(first: " + "9" * 14_000 + ") { totalCount } }", "D102"),
    Bomb("a number with an exponent of 14,000 digits", "{ children(first: 1e" + "9" * 14_000 + ") { totalCount } }", "D102"),
    Bomb("500 ids that are none", "{ children(where: {id: {in: [" + ",".join(f'"x{i}"' for i in range(500)) + "]}}) { totalCount } }", "D106"),
    Bomb("120 ids in the document", "{ children(where: {id: {in: [" + ",".join(f'"{i}"' for i in IDS[:120]) + "]}}) { totalCount } }", ANSWERED),
    # Text.
    Bomb("7,000 comments", "#\n" * 7000 + "{ __typename }", "D103"),
    Bomb("one comment of 9,000 characters", "#" + "儿" * 9_000 + "\n{ __typename }", ANSWERED),
    Bomb("14,000 commas", "," * 14_000 + "{ __typename }", ANSWERED),
    Bomb("a block text of 7,000 lines", '{ children(where: {name: {eq: """' + "\n " * 7000 + '"""}}) { totalCount } }', ANSWERED),
    Bomb("2,400 escapes", '{ children(where: {name: {eq: "' + "\\u0041" * 2400 + '"}}) { totalCount } }', ANSWERED),
    Bomb("5,000 characters beyond the basic plane", '{ children(where: {name: {eq: "' + "\U0001f600" * 5_000 + '"}}) { totalCount } }', ANSWERED),
    Bomb("combining marks", '{ children(where: {name: {search: "' + "e" + "\u0301" * 9_000 + '"}}) { totalCount } }', "Q110"),
    Bomb("half of a pair", '{ children(where: {name: {eq: "\\ud83d"}}) { totalCount } }', "D101"),
    Bomb("15,001 characters", "{ __typename }" + " " * 15_000, "D103"),
    # Nested pages.
    Bomb("pages in pages", "{ schools(first: 500) { nodes { pupils(first: 500) { nodes { id } } } } }", "Q121"),
    Bomb("pages in pages by variables", "query Q($n: Int) { schools(first: $n) { nodes { pupils(first: $n) { nodes { id } } } } }", "Q121", '{"n": 500}'),
    Bomb("pages in pages, small", "{ schools(first: 80) { nodes { pupils(first: 80) { nodes { id } } } } }", "Q101"),
    Bomb("lists in lists in lists", f"{{ children(first: 500) {{ nodes {{ {FAMILY} }} }} }}", "Q121"),
    Bomb("exact counts in every row", "{ children(first: 500) { nodes { enrolments { school { pupils(first: 0) { totalCount(mode: EXACT) } } } } } }", "Q121"),
    Bomb("500 rows of everything", "{ a: children(first: 500) { nodes { " + FAMILY + " } } b: children(first: 500) { nodes { " + FAMILY + " } } }", "Q121"),
    # Variables.
    *(Bomb(f"variables {n} deep", FILTER, code, '{"w": ' + deep_json(n, '{"not": ', "}", "{}") + "}") for n, code in ((25, "Q107"), (48, "Q107"), (200, "D111"), (900, "D111"), (5000, "T103"))),
    Bomb("lists 900 deep that nobody asked for", "{ __typename }", "D111", '{"x": ' + deep_json(900, "[", "]", "") + "}"),
    Bomb("lists 40 deep for a filter", FILTER, "D105", '{"w": ' + deep_json(40, "[", "]", "{}") + "}"),
    Bomb("30,000 numbers", "{ __typename }", "D111", json.dumps({"x": [1] * 15_000})),
    Bomb("5,000 keys", "{ __typename }", "D111", json.dumps({f"k{i}": 1 for i in range(5200)}, separators=(",", ":"))),
    Bomb("1,000 filters of nothing", FILTER, "Q107", json.dumps({"w": {"and": [{}] * 1000}})),
    Bomb("6,000 filters of nothing", FILTER, "D111", json.dumps({"w": {"and": [{}] * 6000}})),
    Bomb("1,000 orders", ORDER, "Q107", json.dumps({"o": [{"field": "ID"}] * 900})),
    Bomb("an order 40 relations deep", ORDER, "D105", '{"o": [' + deep_json(40, '{"household": ', "}", '{"field": "ID"}') + "]}"),
    Bomb("1,050 ids", FILTER, ANSWERED, json.dumps({"w": {"id": {"in": IDS}}})),
    Bomb("a number beyond 32 bits", FIRST, "D105", '{"n": 99999999999999999999999999}'),
    Bomb("a number of 60,000 digits", FIRST, "T103", '{"n": ' + "9" * 60_000 + "}"),
    Bomb("a number with a huge exponent", FIRST, "T103", '{"n": 1e99999}'),
    Bomb("more rows than a page has", FIRST, "Q101", '{"n": 2147483647}'),
    Bomb("a name of 60,000 characters", FILTER, ANSWERED, json.dumps({"w": {"name": {"eq": "a" * 60_000}}})),
    Bomb("a search of 20,000 words", FILTER, "Q110", json.dumps({"w": {"name": {"search": "a " * 20_000}}})),
    Bomb("an identity number of 60,000 digits", FILTER, ANSWERED, json.dumps({"w": {"idNumber": {"eq": "3" * 60_000}}})),
    # Tables of counts, questions about rights.
    Bomb("29 tables of counts", "{ statistics { " + " ".join(f"a{i}: children(by: [REGION, SEX]) {{ total }}" for i in range(29)) + " } }", "Q121"),
    Bomb("29 questions about rights in each of 500 rows", children(" ".join(f"a{i}: viewerCan {{ delete }}" for i in range(29)), "(first: 500)"), ANSWERED),
    Bomb("rights in lists in lists", "{ children(first: 500) { nodes { household { members { person { guardianshipsHeld { child { viewerCan { delete } } } } } } } } }", "Q121"),
    # Questions about the schema.
    Bomb("types of types", "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }", "D103"),
    Bomb("28 schemas", "{ " + " ".join(f"a{i}: __schema {{ types {{ name fields {{ name args {{ name }} }} }} }}" for i in range(28)) + " }", "D103"),
    Bomb("28 lists of fields", "{ __schema { types { " + " ".join(f"a{i}: fields {{ name type {{ name }} }}" for i in range(28)) + " } } }", "D103"),
    Bomb("fields of types by fragments", "{ __schema { types { ...F } } } fragment F on __Type { fields { type { ...G } } } fragment G on __Type { fields { type { ...H } } } fragment H on __Type { fields { name } }", "D103"),
    Bomb("possible types of interfaces", '{ __type(name: "Node") { possibleTypes { interfaces { possibleTypes { interfaces { possibleTypes { name } } } } } } }', "D102"),
    Bomb("what a type is made of, 17 deep", '{ __type(name: "Child") {' + "ofType {" * 17 + "name" + "}" * 17 + "} }", ANSWERED),
    Bomb("a type asked for 29 times", "{ " + " ".join(f'a{i}: __type(name: "Child") {{ name }}' for i in range(29)) + " }", ANSWERED),
    Bomb("the schema beside data", "{ children(first: 1) { totalCount } __schema { types { fields { name } } } }", ANSWERED),
    Bomb("28 schemas beside data", "{ children(first: 1) { totalCount } " + " ".join(f"a{i}: __schema {{ types {{ name fields {{ name args {{ name }} }} }} }}" for i in range(28)) + " }", "D103"),
]  # fmt: skip


@dataclass(frozen=True)
class Family:
    """One shape in growing sizes; `make(n)` has a length that grows with n."""

    name: str
    make: Callable[[int], str]
    sizes: tuple[int, ...] = field(default=(125, 250, 500, 1000, 2000))


FAMILIES = [
    Family("fragments doubled", lambda n: doubling(n), (50, 100, 200, 400)),
    Family("fragments doubled and unused", lambda n: doubling(n, used=False), (50, 100, 200, 400)),
    Family("duplicates", lambda n: children("name " * n)),
    Family("duplicates of objects", lambda n: children("household { id } " * n)),
    Family("aliases", lambda n: wide(n, "a#: name")),
    Family("directives", lambda n: "{ children " + "@a " * n + "{ totalCount } }"),
    Family("inline fragments", lambda n: children("... on Child { name } " * n)),
    Family("spreads", lambda n: "fragment A on Child { name } " + children("...A " * n)),
    Family("operations", lambda n: " ".join(f"query Q{i} {{ __typename }}" for i in range(n))),
]

VARIABLES: Mapping[str, Callable[[int], Any]] = {
    "values in a list": lambda n: {"x": list(range(n))},
    "keys": lambda n: {f"k{i}": i for i in range(n)},
    "objects": lambda n: {"x": [{"a": {"b": i}} for i in range(n)]},
}
