"""Questions about children at a moment: as GraphQL, and as the brute force answers them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from as_it_was import AsItWas
from kinfold.testing.command_world import COUNTY, OTHER_VILLAGE
from versions import Version

BODY = """
fragment Body on Child {
  id name age isLeftBehind regionCode household { address }
  guardianships { status validFrom guardian { name } }
  registryEntries(orderBy: [{field: ID}]) { category state }
  memberships { relationToHead household { address members(orderBy: [{person: {field: NAME}}, {field: ID}]) { person { name } } } }
}"""

Filter = Callable[[AsItWas, Version], bool]
Key = Callable[[AsItWas, Version], Any]


def home(was: AsItWas, p: Version) -> Version | None:
    return next(iter(was.rows("core.household", id=p["household_id"])), None)


def guardian(was: AsItWas, g: Version) -> Version | None:
    return next(iter(was.rows("core.person", id=g["guardian_id"])), None)


def guarded(was: AsItWas, p: Version) -> list[Version]:
    return was.current("core.guardianship", child_id=p["id"])


WHERE: dict[str, Filter] = {
    "{}": lambda was, p: True,
    "{isLeftBehind: {eq: true}}": lambda was, p: was.is_left_behind(p),
    "{not: {isLeftBehind: {eq: true}}}": lambda was, p: not was.is_left_behind(p),
    "{guardianships: {some: {status: {eq: EFFECTIVE}}}}":
        lambda was, p: any(g["status"] == "EFFECTIVE" for g in guarded(was, p)),
    "{guardianships: {none: {guardian: {sex: {eq: FEMALE}}}}}":
        lambda was, p: not any((a := guardian(was, g)) and a["sex"] == "FEMALE" for g in guarded(was, p)),
    f'{{household: {{region: {{code: {{eq: "{OTHER_VILLAGE}"}}}}}}}}':
        lambda was, p: bool((h := home(was, p)) and h["region_code"] == OTHER_VILLAGE),
    f'{{regionCode: {{under: "{OTHER_VILLAGE}"}}}}': lambda was, p: p["region_code"] == OTHER_VILLAGE,
    '{name: {in: ["安", "丁"]}}': lambda was, p: p["name"] in ("安", "丁"),
    '{birthDate: {lt: "2015-01-01"}}': lambda was, p: str(p["birth_date"]) < "2015-01-01",
}  # fmt: skip
# (document, key, descending); missing values come last both ways, the id ends every order in the last direction.
ORDER: dict[str, tuple[Key, bool]] = {
    "[]": (lambda was, p: p["name"], False),
    "[{field: NAME, direction: DESC}]": (lambda was, p: p["name"], True),
    "[{field: BIRTH_DATE, direction: DESC}]": (lambda was, p: p["birth_date"], True),
    "[{household: {region: {field: CODE}}}]": (
        lambda was, p: h["region_code"] if (h := home(was, p)) else None,
        False,
    ),
    "[{household: {field: ID, direction: DESC}}]": (
        lambda was, p: str(h["id"]) if (h := home(was, p)) else None,
        True,
    ),
}


def body(was: AsItWas, p: Version) -> dict[str, Any]:
    """What the fragment Body shows of a child."""

    def by_start(v: Version) -> Any:
        return v["valid_from"], str(v["id"])

    def address(h: Version | None) -> dict[str, Any] | None:
        return h and {"address": h["address"]}

    def members(h: Version) -> list[Any]:
        found = [(m, next(iter(was.rows("core.person", id=m["person_id"])), None))
                 for m in was.current("core.household_member", household_id=h["id"])]  # fmt: skip
        found.sort(key=lambda pair: (pair[1] is None, pair[1]["name"] if pair[1] else "", str(pair[0]["id"])))
        return [{"person": a and {"name": a["name"]}} for _, a in found]

    memberships = sorted(
        was.current("core.household_member", person_id=p["id"]), key=lambda m: m["relation_to_head"]
    )
    homes = [(m, next(iter(was.rows("core.household", id=m["household_id"])), None)) for m in memberships]
    entries = sorted(was.current("core.registry_entry", child_id=p["id"]), key=lambda v: str(v["id"]))
    return {
        "id": f"Child:{COUNTY}:{p['id']}", "name": p["name"], "age": was.age(p),
        "isLeftBehind": was.is_left_behind(p), "regionCode": p["region_code"], "household": address(home(was, p)),
        "guardianships": [
            {"status": g["status"], "validFrom": str(g["valid_from"]),
             "guardian": (a := guardian(was, g)) and {"name": a["name"]}}
            for g in sorted(guarded(was, p), key=by_start)
        ],
        "registryEntries": [{"category": v["category"], "state": v["state"]} for v in entries],
        "memberships": [
            {"relationToHead": m["relation_to_head"], "household": h and {**h_address(h), "members": members(h)}}
            for m, h in homes
        ],
    }  # fmt: skip


def h_address(h: Version) -> dict[str, Any]:
    return {"address": h["address"]}


def page(was: AsItWas, where: str, order: str, number: int, size: int) -> dict[str, Any]:
    """A page by number: nodes, whether more follow, how many in all."""
    key, is_falling = ORDER[order]
    found = [p for p in was.children() if WHERE[where](was, p)]
    found.sort(key=lambda p: str(p["id"]), reverse=is_falling)
    there = [p for p in found if key(was, p) is not None]
    there.sort(key=lambda p: key(was, p), reverse=is_falling)
    listed = there + [p for p in found if key(was, p) is None]
    start = (number - 1) * size
    return {
        "totalCount": len(listed),
        "pageInfo": {"hasNextPage": len(listed) > start + size},
        "nodes": [body(was, p) for p in listed[start : start + size]],
    }
