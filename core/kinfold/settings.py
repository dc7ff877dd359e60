"""Every setting: type, default, one sentence. Nobody else reads the environment."""

from __future__ import annotations

import os
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from kinfold.errors import SettingsError


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


def user_state_dir() -> Path:
    """Where this user's programs keep their state (XDG; `~/.local/state` when unset)."""
    root = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(root) / "kinfold"


class Settings(BaseSettings):
    """Read once at start; refuses to be changed afterwards."""

    model_config = SettingsConfigDict(
        env_prefix="KINFOLD_", frozen=True, extra="ignore", populate_by_name=True
    )

    environment: Environment = Field(
        Environment.DEVELOPMENT,
        description="development | production; production refuses every unsafe default.",
    )
    database_url: str | None = Field(
        None, description="postgresql://… of a PostgreSQL >= 15. Unset: the embedded PostgreSQL is started."
    )
    state_dir: Path = Field(
        default_factory=user_state_dir,
        description="Embedded database, keys and logs live here (made with mode 0700).",
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, validation_alias="PORT", ge=0, le=65535, description="Port to listen on.")
    demo_persons: int = Field(
        20_000,
        ge=0,
        le=10_000_000,
        description="Size of the demo county that an empty database receives; 0: none.",
    )
    demo_seed: int = Field(
        1, ge=0, description="Seed of that demo county; the same seed gives the same bytes."
    )
    policies_dir: Path | None = Field(
        None, description="Folder with the county's policy files; unset: `policies/` of this installation."
    )
    oidc_issuer: str | None = Field(
        None, description="Issuer of the tokens. Unset in development: the OpenID provider on loopback."
    )
    oidc_jwks_url: str | None = Field(
        None, description="Where the issuer's keys are; unset: found through the issuer's discovery document."
    )
    oidc_audience: str = Field("kinfold", description="The `aud` that a token must carry.")
    read_connections: int = Field(4, ge=1, le=64, description="Database connections for reads per process.")
    write_connections: int = Field(4, ge=1, le=64, description="Database connections for writes per process.")
    cache_bytes: int = Field(
        0,
        ge=0,
        le=2**34,
        description="Bytes of answers that a process keeps in memory (personal data, never on disk) and shows to be "
        "unchanged before each use; 0: none. The same for all processes of a database.",
    )
    log_level: str = Field("INFO", description="DEBUG | INFO | WARNING | ERROR.")

    @cached_property
    def is_development(self) -> bool:
        return self.environment is Environment.DEVELOPMENT

    @property
    def origin(self) -> str:
        """The address that people open, without a path."""
        return f"http://{self.host}:{self.port}"


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment, or SettingsError naming the first wrong one (never its value)."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"{name}: {first['msg']}") from None


def read_environment(name: str, default: str = "") -> str:
    """The one way for the rest of the code to look at a variable that is not ours (PATH, DISPLAY …)."""
    return os.environ.get(name, default)
