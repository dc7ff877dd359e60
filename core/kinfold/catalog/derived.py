"""Lists that no table holds: relations and judgements derived from primitive facts (`Child.kin`).

In:  nothing. Out: the declaration of a derived list: which facts it may use, the SQL that derives, what it shows.

The SQL is a template and names no table: every fact comes from a `FactSource`, which the sql stage replaces by the
rows and columns that the caller may see. A derivation therefore cannot know more than its caller does. Tokens:

    {row}                     the alias of the row that the list belongs to
    {today}                   the date of the question
    {edge}                    the source called `edge`, as a subselect; give it an alias
    {knows capacity of k}     whether the caller could see rows of the source `capacity` about the person `k`
    {spouses of p.person_id}  the part called `spouses` with `{of}` replaced; `{walk}`: the part as it stands
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kinfold.catalog.model import Field, Scalar

#: `{name}`, `{name of what}`, `{knows name of whom}`.
TOKEN: Final = re.compile(r"\{(?:(knows) )?(\w+)(?: of ([\w.]+))?\}")


@dataclass(frozen=True, slots=True)
class FactSource:
    """Rows of a type under the caller's policy.

    A row counts only where every attribute of `keys` may be read on it. Attributes of `shows` are NULL where they may
    not be read, and `<attribute>_known` says whether they may. `facts` serve conditions and are never answered
    (days of validity). `condition` is SQL with `{row}` and `{today}`. `about` names the attribute that says whom a row
    is about; `{knows …}` needs it. `is_needed`: without it the list is empty.

    A source has the columns `jurisdiction`, `id`, `region_code` and `region_ord` as well, where its type has them.
    """

    name: str
    type: str
    keys: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    condition: str | None = None
    about: str | None = None
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class DerivedArgument:
    """An argument of the list. `condition` is SQL with `{item}` (the derived row) and `{value}`.

    Without a value there is no condition, unless `default` gives one.
    """

    name: str
    scalar: Scalar
    condition: str
    title_zh: str
    title_en: str
    enum: str | None = None
    is_list: bool = False
    default: bool | None = None


@dataclass(frozen=True, slots=True)
class DerivedEnd:
    """A node that an item leads to; its `column` holds the node's key. Items without a visible end do not exist."""

    name: str
    target: str
    column: str
    title_zh: str
    title_en: str


@dataclass(frozen=True, slots=True)
class DerivedRelation:
    """A list field of `type` whose items are objects of their own type `object`, without identity.

    `sql` yields one row per item with the columns of `fields`, of `ends`, and `subject`: the person whom the item
    speaks of, for the record of access. `order` is SQL over these columns with `{item}`, total.
    """

    type: str
    name: str
    object: str
    title_zh: str
    title_en: str
    object_zh: str
    object_en: str
    owner: str
    sources: tuple[FactSource, ...]
    sql: str
    fields: tuple[Field, ...]
    ends: tuple[DerivedEnd, ...]
    order: str
    subject: str
    weight: int  # what deriving one list costs, in units of plan/cost.py (about 10 µs)
    arguments: tuple[DerivedArgument, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)

    def source(self, name: str) -> FactSource | None:
        """The source of that name."""
        return next((source for source in self.sources if source.name == name), None)
