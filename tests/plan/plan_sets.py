"""Golden sets on disk: `<group>/<name>.graphql · .as.yaml · .sql · .json`.

In:  the folder. Out: each set with its caller, variables and day; the texts of its two made files.
`.as.yaml` is written by hand:

    shows: A school sees its pupil's household without the address.   # the sentence that the set is there for
    persona: school                  # or class: {department, roles, purpose, regions, organisations, person}
    purpose: education.attendance    # optional: another one than the persona's own
    variables: {id: "Child:370983:…"}    # {answer-of: GROUP/NAME, at: children.pageInfo.endCursor} takes one from another set
    today: 2026-03-02                # optional
    refused: P303                    # optional: the code of the refusal; then there is no .sql
    only: sql                        # optional: a mutation, whose payload is compiled and not answered
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from kinfold.explain.slot import describe_slot
from kinfold.identity.personas import load_personas
from kinfold.identity.principal import Principal
from kinfold.sql.layout import lay_out
from plan_county import TODAY

ROOT = Path(__file__).parent
ENDINGS = (".graphql", ".as.yaml", ".sql", ".json")
_KEYS = {"shows", "persona", "class", "purpose", "variables", "today", "refused", "only"}
WIDTH = 110


@dataclass(frozen=True, slots=True)
class GoldenSet:
    """One document with the caller for whom it is compiled and answered."""

    name: str  # group/name
    text: str
    shows: str
    principal: Principal
    variables: Mapping[str, Any]
    today: dt.date
    refused: str | None
    is_sql_only: bool

    @property
    def made(self) -> tuple[str, ...]:
        """The endings of the files that are made for it."""
        return (".sql",) if self.is_sql_only else (".json",) if self.refused else (".sql", ".json")

    def path(self, ending: str) -> Path:
        return ROOT / f"{self.name}{ending}"


def load_sets() -> list[GoldenSet]:
    """Every set, by name."""
    names = sorted(str(path.relative_to(ROOT))[: -len(".graphql")] for path in ROOT.glob("*/*.graphql"))
    return [load_set(name) for name in names]


def load_set(name: str) -> GoldenSet:
    about = yaml.safe_load((ROOT / f"{name}.as.yaml").read_text(encoding="utf-8"))
    assert set(about) <= _KEYS, f"{name}.as.yaml: {set(about) - _KEYS}"
    return GoldenSet(
        name=name,
        text=(ROOT / f"{name}.graphql").read_text(encoding="utf-8"),
        shows=about["shows"],
        principal=_principal(about),
        variables=about.get("variables", {}),
        today=about.get("today", TODAY),
        refused=about.get("refused"),
        is_sql_only=about.get("only") == "sql",
    )


def list_orphans() -> list[str]:
    """Files that belong to no set, and files that a set lacks."""
    sets = load_sets()
    wanted = {s.path(ending) for s in sets for ending in (".graphql", ".as.yaml", *s.made)}
    there = {path for ending in ENDINGS for path in ROOT.glob(f"*/*{ending}")}
    return sorted(str(path.relative_to(ROOT)) for path in wanted ^ there)


def _principal(about: Mapping[str, Any]) -> Principal:
    if "class" in about:
        given = about["class"]
        return Principal(
            subject="golden",
            department=given["department"],
            roles=frozenset(given["roles"]),
            purpose=given["purpose"],
            jurisdiction="370983",
            regions=tuple(given.get("regions", ())),
            organisations=tuple(given.get("organisations", ())),
            person=given.get("person"),
        )
    found = load_personas()[about["persona"]]
    return Principal(
        subject=found.name,
        department=found.department,
        roles=frozenset(found.roles),
        purpose=about.get("purpose", found.purpose),
        jurisdiction=found.jurisdiction,
        regions=found.regions,
        organisations=found.organisations,
        person=found.person,
    )


def write_sql(text: str, slots: Any) -> str:
    """A statement for reviewers: where each placeholder comes from, then a clause a line."""
    places = [f"-- ${i} {pg_type}: {describe_slot(slot)}" for i, (slot, pg_type) in enumerate(slots, start=1)]
    return "\n".join([*places, lay_out(text)]) + "\n;\n"


def write_json(value: Any, indent: int = 0) -> str:
    """JSON whose small parts stand on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + indent <= WIDTH or not isinstance(value, (dict, list)) or not value:
        return flat
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        parts = [
            f"{inner}{json.dumps(k, ensure_ascii=False)}: {write_json(v, indent + 2)}"
            for k, v in value.items()
        ]
        return "{\n" + ",\n".join(parts) + "\n" + " " * indent + "}"
    return (
        "[\n" + ",\n".join(inner + write_json(one, indent + 2) for one in value) + "\n" + " " * indent + "]"
    )
