"""A folder of rules that allow everything to everybody of civil affairs: what the policy costs is seen beside it.

In:  the catalog, the shipped folder. Out: the same schema and, for each kind, one rule without a condition.
With a caller whose territory is the whole county the rows are the same, and no statement holds a predicate.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml
from kinfold.catalog import Catalog
from kinfold.policy.load import SHIPPED

DEPARTMENT = "civil_affairs"


def write_open_policy(catalog: Catalog, directory: Path) -> Path:
    """Write the folder anew; its path."""
    shutil.rmtree(directory, ignore_errors=True)
    (directory / DEPARTMENT).mkdir(parents=True)
    for name in ("schema.yaml", "model.conf"):
        shutil.copy(SHIPPED / name, directory / name)
    for kind in sorted(catalog.types_by_kind):
        path = directory / DEPARTMENT / f"{kind.replace('.', '_').lower()}.yaml"
        path.write_text(yaml.safe_dump(_file(catalog, kind), allow_unicode=True, sort_keys=False))
    return directory


def _file(catalog: Catalog, kind: str) -> dict[str, object]:
    fields = sorted(name for name in catalog.type_of_kind(kind).attributes if not name.endswith("_ord"))
    acts = [("read", "child_protection")]
    if getattr(
        catalog, "statistics", None
    ):  # rules for statistics name what they count by, once there are any
        acts.append(("aggregate", "statistics"))
    rules = [
        {
            "id": f"bench.{act}.{kind.lower()}",
            "effect": "allow",
            "act": [act],
            "purpose": [purpose],
            "when": "true",
            "fields": {"read": list(fields)},  # a list each: an alias would be refused
            "because": {"zh": "测量用", "en": "Measurement only"},
            "legal_basis": "none",
            "review_by": "2099-12-31",
        }
        for act, purpose in acts
    ]
    return {"kind": kind, "owner": DEPARTMENT, "rules": rules}
