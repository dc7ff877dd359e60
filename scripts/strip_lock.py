"""Take addresses out of an npm lock file: what remains installs from whatever registry the machine is set up for.

In:  paths of package-lock.json files. Out: the same files without `resolved` and `funding`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def strip_lock(path: Path) -> None:
    """Rewrite one file in place."""
    lock = json.loads(path.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        package.pop("resolved", None)
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        strip_lock(Path(name))
