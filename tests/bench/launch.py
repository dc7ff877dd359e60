"""Start every server of a run: ours in its variants, and the peers. Who fails is left out, and named.

In:  options, the databases, today. Out: targets by name; `stop` ends them all.
One process each, and the same number of connections to PostgreSQL.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kinfold.assembly import assemble
from kinfold.identity.dev_provider.supervisor import find_node
from kinfold.identity.obtain import obtain_token
from kinfold.identity.personas import load_personas
from kinfold.policy.region import region_bounds

from tests.bench.open_policy import write_open_policy
from tests.bench.operations import write_operations
from tests.bench.options import Options
from tests.bench.process import DidNotStart, Process, free_port
from tests.bench.progress import say
from tests.bench.query import JURISDICTION, QUERIES, Query
from tests.bench.target import (
    FreePostGraphile,
    HandSql,
    Ours,
    PostGraphile,
    Samples,
    StrawberryTarget,
    Target,
)

HERE = Path(__file__).parent
CALLER = "county-civil-affairs"
CALLERS: Mapping[str, str] = {
    "village": "village-liaison",
    "town": "town-specialist",
    "county": CALLER,
}


@dataclass
class Servers:
    """Everything that runs. `failures`: who did not come up, and why."""

    options: Options
    urls: Mapping[str, str]
    samples: Mapping[str, Samples]
    today: dt.date
    targets: dict[str, Target] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    queries: list[Query] = field(default_factory=list)  # those that the schema offers
    sign_in: Target | None = None  # ours in development: signs in and tells the schema, is never loaded

    @property
    def directory(self) -> Path:
        return self.options.directory

    def start(self) -> None:
        """A server in development for sign-in, then ours in production: if either fails, there is nothing to compare."""
        self.sign_in = self._start_ours("sign_in", "large", {})
        for breadth, persona in CALLERS.items():
            self.tokens[breadth] = obtain_token(self.sign_in.origin, persona)
        self.sign_in.headers = self.headers("county")
        issuer = {
            "KINFOLD_ENVIRONMENT": "production",
            "KINFOLD_OIDC_ISSUER": f"{self.sign_in.origin}/auth",
            "KINFOLD_OIDC_JWKS_URL": f"{self.sign_in.origin}/auth/jwks",
        }
        self.queries = [QUERIES[name] for name in self.options.queries if self._is_offered(QUERIES[name])]
        folder = str(write_operations(self.queries, self.directory / "operations"))
        given = ("--operations", folder)
        self._add(self._start_ours("ours", "large", issuer, *given)).headers = self.headers("county")
        rules = write_open_policy(assemble().catalog, self.directory / "open-policy")
        variants = {
            "ours_unrecorded": lambda: self._start_ours("ours_unrecorded", "large", issuer, *given, "--unrecorded"),
            "ours_unruled": lambda: self._start_ours("ours_unruled", "large", issuer, *given, "--policies", str(rules)),
            "ours_small": lambda: self._start_ours("ours_small", "small", issuer, *given),
        }  # fmt: skip
        peers = {
            "postgraphile_rls": lambda: self._start_postgraphile(
                "postgraphile_rls", "bench_ruled", is_ruled=True
            ),
            "postgraphile": lambda: self._start_postgraphile("postgraphile", "bench_free", is_ruled=False),
            "strawberry": lambda: self._start_python("strawberry", "strawberry_peer", StrawberryTarget),
            "hand_sql": lambda: self._start_python("hand_sql", "hand_sql", HandSql),
        }
        for name, start in {
            **variants,
            **{n: s for n, s in peers.items() if n in self.options.peers},
        }.items():
            try:
                self._add(start()).headers = self.headers("county") if name.startswith("ours") else {}
            except (DidNotStart, OSError) as failure:
                self.failures[name] = str(failure).strip().splitlines()[-1][:300]
                say(f"{name}: does not start, and is left out: {failure}")

    def _is_offered(self, query: Query) -> bool:
        """Whether the schema, as a caller with the query's purpose sees it, has the root."""
        assert self.sign_in is not None
        purpose = {"purpose": query.purpose} if query.purpose else {}
        asked: Any = self.sign_in.ask("{ __schema { queryType { fields { name } } } }", {}, purpose)
        if any(one["name"] == query.root for one in asked["__schema"]["queryType"]["fields"]):
            return True
        say(f"{query.name}: not asked, the schema has no field Query.{query.root} yet")
        return False

    def headers(self, breadth: str) -> dict[str, str]:
        """What a caller of ours sends with every request."""
        return {
            "authorization": f"Bearer {self.tokens[breadth]}",
            "purpose": load_personas()[CALLERS[breadth]].purpose,
        }

    def _start_ours(self, name: str, place: str, more: Mapping[str, str], *switches: str) -> Target:
        state = self.directory / "state" / name
        address = state / "address"
        address.unlink(missing_ok=True)
        state.mkdir(parents=True, exist_ok=True)
        module = ["tests.bench.ours", *switches] if switches else ["kinfold.cli", "serve"]
        environment = {
            "KINFOLD_DATABASE_URL": self.urls[place],
            "KINFOLD_STATE_DIR": str(state),
            "KINFOLD_DEMO_PERSONS": "0",
            "KINFOLD_READ_CONNECTIONS": str(self.options.connections),
            "PORT": "0",
            **more,
        }
        process = Process(name, [sys.executable, "-m", *module], environment, self._log(name))
        port = urlsplit(process.wait_for_file(address)).port
        assert port is not None
        process.wait_for_port(port)
        return Ours(name, process, port, self.samples[place], place)

    def _start_postgraphile(self, name: str, role: str, *, is_ruled: bool) -> Target:
        low, high = region_bounds(JURISDICTION)
        territory = {"BENCH_LOW": str(low), "BENCH_HIGH": str(high)} if is_ruled else {}
        folder = HERE / "postgraphile"
        if not (folder / "node_modules").is_dir():
            raise DidNotStart("its npm packages are missing: `make bench` installs them")
        environment = {
            **_without("BENCH_LOW", "BENCH_HIGH"),
            "NODE_ENV": "production",
            "GRAPHILE_ENV": "production",
            "BENCH_DATABASE_URL": _as_role(self.urls["large"], role),
            **territory,
        }
        return self._start_peer(
            name,
            [str(find_node()), str(folder / "server.mjs")],
            environment,
            PostGraphile if is_ruled else FreePostGraphile,
        )

    def _start_python(self, name: str, module: str, kind: type[Target]) -> Target:
        low, high = region_bounds(JURISDICTION)
        environment = {
            "BENCH_DATABASE_URL": self.urls["large"],
            "BENCH_TODAY": self.today.isoformat(),
            "BENCH_LOW": str(low),
            "BENCH_HIGH": str(high),
        }
        return self._start_peer(name, [sys.executable, "-m", f"tests.bench.{module}"], environment, kind)

    def _start_peer(
        self, name: str, command: list[str], environment: Mapping[str, str], kind: type[Target]
    ) -> Target:
        port = free_port()
        told = {"BENCH_PORT": str(port), "BENCH_CONNECTIONS": str(self.options.connections)}
        process = Process(name, command, {**environment, **told}, self._log(name))
        process.wait_for_port(port)
        return kind(name, process, port, self.samples["large"])

    def _add(self, target: Target) -> Target:
        self.targets[target.name] = target
        say(f"{target.name}: listens on {target.port}")
        return target

    def _log(self, name: str) -> Path:
        return self.directory / "logs" / f"{name}.log"

    def stop(self) -> None:
        """Whoever was loaded first; the sign-in last."""
        for target in reversed(self.targets.values()):
            target.process.stop()
        if self.sign_in is not None:
            self.sign_in.process.stop()


def _as_role(url: str, role: str) -> str:
    """The same database for another role, in the form that node's driver reads."""
    parts = urlsplit(url)
    socket = parse_qs(parts.query)["host"][0]
    return f"postgresql://{role}:{ROLE_PASSWORD}@/{parts.path.lstrip('/')}?host={socket}"


def _without(*names: str) -> dict[str, str]:
    return {name: "" for name in names if name in os.environ}


#: Of the two roles of the benchmark's own databases, which listen on a private socket only.
ROLE_PASSWORD = "bench"
