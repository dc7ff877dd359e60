"""Builds the frontends: GraphiQL for development, and each department's own.

In:  core/frontend, plugins/*/frontend, frontend-kit, what they share, the npm packages' lock.
Out: core/kinfold/transport/web/graphiql/, plugins/<p>/kinfold_<p>/web/; both stay out of git.
Exit 0: everything is built and fresh. Exit 1: the build's own words are on standard error.

A frontend is built only when the hash of its sources is not the one in its output. The new output takes the
old one's place by a rename, so a server that is running never serves half of it.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VITE = ROOT / "node_modules" / "vite" / "bin" / "vite.js"
STAMP = ".sources"
NOT_SOURCES = {"node_modules", "dist", ".vite"}


@dataclass(frozen=True)
class Frontend:
    """A folder that Vite builds, where the result goes, and what else the result is made of."""

    name: str
    folder: Path
    output: Path
    also: tuple[Path, ...] = ()


def list_frontends(root: Path = ROOT) -> list[Frontend]:
    """GraphiQL first, then the plugins by name."""
    personas = root / "core" / "kinfold" / "identity" / "personas.json"
    web = root / "core" / "kinfold" / "transport" / "web"
    found = [Frontend("graphiql", root / "core" / "frontend", web / "graphiql", (personas,))]
    for folder in sorted((root / "plugins").glob("*/frontend")):
        name = folder.parent.name
        output = folder.parent / f"kinfold_{name}" / "web"
        found.append(Frontend(name, folder, output, (root / "schema" / "operations" / name,)))
    return found


def _list_files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
        return
    for entry in sorted(place.iterdir()) if place.is_dir() else ():
        if entry.name not in NOT_SOURCES:
            yield from _list_files(entry)


def hash_sources(frontend: Frontend, root: Path = ROOT) -> str:
    """A hash over every file that can change the result: name and content."""
    digest = hashlib.sha256()
    shared = (root / "frontend-kit", root / "package-lock.json")
    for place in (frontend.folder, *frontend.also, *shared):
        for file in _list_files(place):
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            digest.update(f"{file.relative_to(root).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def is_fresh(frontend: Frontend, sources: str) -> bool:
    try:
        built_from = (frontend.output / STAMP).read_text("utf-8")
    except OSError:
        return False
    return built_from == sources and (frontend.output / "index.html").is_file()


def find_node() -> str:
    """The Node of this environment; any other only when there is none."""
    own = Path(sys.executable).with_name("node")
    found = str(own) if own.is_file() else shutil.which("node")
    if found is None:
        raise SystemExit("kinfold: Node is missing. Run `make web`, which installs it.")
    return found


def build(frontend: Frontend, sources: str, node: str) -> str | None:
    """Build one frontend. None when it worked, else what Vite said."""
    fresh = ROOT / ".make" / "web" / frontend.name  # ignored by git, and on the same disk: a rename is enough
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    command = [node, str(VITE), "build", "--outDir", str(fresh), "--emptyOutDir"]
    run = subprocess.run(command, cwd=frontend.folder, capture_output=True, text=True, check=False)  # noqa: S603
    if run.returncode != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        return run.stdout + run.stderr
    (fresh / STAMP).write_text(sources, "utf-8")
    shutil.rmtree(frontend.output, ignore_errors=True)
    frontend.output.parent.mkdir(parents=True, exist_ok=True)
    fresh.rename(frontend.output)
    return None


def main() -> int:
    wanted = [(frontend, hash_sources(frontend)) for frontend in list_frontends()]
    stale = [(frontend, sources) for frontend, sources in wanted if not is_fresh(frontend, sources)]
    if not stale:
        return 0
    if not VITE.is_file():
        print("kinfold: the npm packages are missing. Run `make web`, which installs them.", file=sys.stderr)  # noqa: T201
        return 1
    node = find_node()
    print(f"kinfold: building the frontends: {', '.join(f.name for f, _ in stale)}", flush=True)  # noqa: T201
    start = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda pair: build(pair[0], pair[1], node), stale))
    for (frontend, _), said in zip(stale, answers, strict=True):
        if said is not None:
            print(f"kinfold: the frontend `{frontend.name}` was not built:\n{said}", file=sys.stderr)  # noqa: T201
    if any(said is not None for said in answers):
        return 1
    print(f"kinfold: frontends built in {time.monotonic() - start:.1f} s")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
