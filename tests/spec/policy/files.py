"""Policy files as text, for tests that read them."""

from __future__ import annotations

import world
from kinfold.policy.source import LoadedPolicy, PolicySource, load_sources

HEAD = "kind: test.Person\nowner: education\nrules:\n"


def rule_text(when: str = "true", *, id_: str = "edu.one", effect: str = "allow", **more: str) -> str:
    """One entry of `rules:`; `when` stands on its fourth line in column 11."""
    lines = {
        "id": id_,
        "effect": effect,
        "act": "[read]",
        "when": when,
        "purpose": "[education]" if effect == "allow" else None,
        "because": "{ zh: 测试, en: Test }",
        "legal_basis": "测试",
        "review_by": "2030-01-01",
        **more,
    }
    found = [f"{key}: {value}" for key, value in lines.items() if value is not None]
    return "  - " + "\n    ".join(found) + "\n"


def load(text: str, path: str = "education/one.yaml", origin: str = "county") -> LoadedPolicy:
    """Read one file against the small catalog."""
    return load_sources([PolicySource(path, text, origin)], schema=world.SCHEMA, catalog=world.CATALOG)
