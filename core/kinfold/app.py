"""The composition root: Settings and a database address become an ASGI application. The only wiring."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from graphql import GraphQLSchema, print_schema
from starlette.types import ASGIApp, Receive, Scope, Send

from kinfold.assembly import Assembly, assemble
from kinfold.assembly.schema import build_schema
from kinfold.audit.access import AccessRecord
from kinfold.audit.record import ReadRecorder
from kinfold.clock import local_now, local_today
from kinfold.commands.runner import CommandRunner
from kinfold.commands.uuid7 import make_uuid7
from kinfold.document.document import DocumentReader
from kinfold.document.registry import register_operations
from kinfold.explain.explainer import Explainer
from kinfold.identity.authenticate import Authenticator
from kinfold.identity.key_source import KeySource
from kinfold.identity.token import TokenVerifier
from kinfold.pipeline import Pipeline
from kinfold.policy.load import SHIPPED, PolicySet, load_policy
from kinfold.policy.schema import may_hold
from kinfold.privacy.blind_index import BlindIndex, load_or_create_key
from kinfold.result.schema_view import SchemaViews
from kinfold.settings import Settings
from kinfold.sql.answer_cache.answers import Answers
from kinfold.sql.read import Reader
from kinfold.transport.admission import Lane
from kinfold.transport.auth import AuthProxy
from kinfold.transport.drain import Drain
from kinfold.transport.graphql_http import GraphQLEndpoint
from kinfold.transport.limit import PLACES_WITH_CACHE
from kinfold.transport.site import Site, build_site
from kinfold.warm import Warmer


@dataclass(frozen=True, slots=True)
class TokenIssuer:
    """Who signs the tokens; `upstream` is the development provider's own address, if it is ours."""

    issuer: str
    keys_url: str | None = None
    upstream: str | None = None


class Kinfold:
    """A running application: open it before the first request, close it after the last."""

    def __init__(
        self, settings: Settings, database_url: str, issuer: TokenIssuer, assembly: Assembly
    ) -> None:
        self.settings = settings
        self.assembly = assembly
        self.schema: GraphQLSchema = build_schema(assembly.catalog, assembly.mutations)
        self.policy: PolicySet = load_county_policy(settings, assembly)
        self.schemas = SchemaViews(assembly.catalog, assembly.mutations)
        self.reader = Reader(database_url, settings.read_connections)
        self.answers = Answers(self.reader, database_url, settings.cache_bytes)
        self.recorder = ReadRecorder(database_url, lists_commits=settings.cache_bytes > 0)
        audit_key = load_or_create_key(settings.state_dir, "audit")
        self.commands = CommandRunner(
            assembly.catalog,
            lambda: self.policy.bundle,
            database_url,
            settings.write_connections,
            local_now,
            audit_key,
            assembly.recipients,
        )
        documents = DocumentReader(self.schema, tells_schema=settings.is_development)
        self.pipeline = Pipeline(
            catalog=assembly.catalog,
            documents=documents,
            bundle=self.policy.bundle,
            reader=self.reader,
            answers=self.answers,
            today=local_today,
            cursor_secret=load_or_create_key(settings.state_dir, "cursor"),
            record=AccessRecord(self.recorder, audit_key, local_now, make_uuid7),
            blind_index=BlindIndex(load_or_create_key(settings.state_dir, "blind-index")).index,
            commands=self.commands,
            mutations=assembly.mutations,
            schemas=self.schemas,
            is_development=settings.is_development,
            explainer=Explainer(
                assembly.catalog, documents, self.policy.schema, self.reader, assembly.mutations
            ),
        )
        registered = register_operations(assembly.operations, self.pipeline.documents)
        self._warmer = Warmer(self.pipeline, registered, self.policy.schema)
        self._warming: asyncio.Task[None] | None = None
        self._keys = KeySource(issuer.issuer, issuer.keys_url)
        verifier = TokenVerifier(issuer.issuer, settings.oidc_audience, self._keys)
        self._authenticator = Authenticator(verifier, assembly.catalog.departments, self._may_hold)
        self._auth = AuthProxy(issuer.upstream) if issuer.upstream else None
        self._drain = Drain()
        self._graphql = GraphQLEndpoint(
            self._authenticator,
            self.pipeline.answer,
            # As many places as connections: what is let in never waits for one. With a cache most need none.
            reads=Lane(settings.read_connections * (PLACES_WITH_CACHE if settings.cache_bytes else 1)),
            changes=Lane(settings.write_connections),
            drain=self._drain,
        )
        self._site: ASGIApp = build_site(
            Site(
                sdl=self._sdl,
                is_development=settings.is_development,
                frontends={name: spec.directory for name, spec in assembly.frontends.items()},
                plugins=self._describe_plugins(),
                is_ready=self._check_ready,
                plans=self._describe_plans,
                auth=self._auth,
            )
        )

    async def open(self) -> None:
        await self.reader.open()
        await self.answers.open()
        await self.commands.open()
        await self.recorder.open()
        self._warming = asyncio.create_task(self._warmer.run())

    async def close(self) -> None:
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.gather(self._warming, return_exceptions=True)
        await self.answers.close()
        await self.reader.close()
        await self.commands.close()
        await self.recorder.close()
        await self._keys.aclose()
        if self._auth is not None:
            await self._auth.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI entry: queries take the short way, everything else is a page."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"] == "/graphql" and scope["method"] != "GET":
            await self._graphql(scope, receive, send)
        else:
            await self._site(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.open()
                self._drain.install()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _sdl(self, authorization: str | None, purpose: str | None) -> str:
        """The SDL as a caller sees it; without a caller the whole of it (development only)."""
        if authorization is None:
            return print_schema(self.schema)
        caller = await self._authenticator.recognise(authorization, purpose)
        return print_schema(self.schemas.of(caller.principal, self.policy.bundle))

    def _may_hold(self, department: str, roles: frozenset[str], purpose: str) -> bool:
        return may_hold(self.policy.schema, department, roles, purpose)

    def _describe_plugins(self) -> dict[str, Mapping[str, str]]:
        return {
            name: {"version": info.version, "owner": info.owner, "title": f"{info.title_zh} {info.title_en}"}
            for name, info in self.assembly.plugins.items()
        }

    def _describe_plans(self) -> Mapping[str, object]:
        """What the cache of plans has done since the start, and how far warming is. Counts only."""
        return {
            "plans": asdict(self.pipeline.preparation.statistics),
            "warm": asdict(self._warmer.progress),
        }

    async def _check_ready(self) -> Mapping[str, bool]:
        return {
            "database": await self.reader.is_alive(),
            "policy": bool(self.policy.bundle.rules),
            "staying": not self._drain.is_draining,
        }


def load_county_policy(settings: Settings, assembly: Assembly) -> PolicySet:
    """The policy files of this installation and its plugins, compiled."""
    directory: Path = settings.policies_dir or SHIPPED
    return load_policy(
        directory, [(plugin, file.path) for plugin, file in assembly.policies], assembly.catalog
    )


def build_app(
    settings: Settings, database_url: str, issuer: TokenIssuer, assembly: Assembly | None = None
) -> Kinfold:
    """The application over a migrated database."""
    return Kinfold(settings, database_url, issuer, assembly or assemble())
