"""HTTP as it goes over the line: exactly the headers that a test names, and answers with all of theirs.

In:  the address of a running server. Out: `Wire.send` for whole requests, `open_line` for broken and slow ones.
An HTTP library would add or mend what these tests are about.
"""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from kinfold.testing.server import RunningKinfold

NEW = "application/graphql-response+json"
OLD = "application/json"
TYPENAME = b'{"query": "{ __typename }"}'


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer: header names in lower case, repeated ones joined."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.content)
        return found

    @property
    def code(self) -> str:
        return str(self.body["errors"][0]["extensions"]["code"])

    @property
    def media(self) -> str:
        return self.headers["content-type"]


class Wire:
    """Sends bytes to /graphql for a persona."""

    def __init__(self, server: RunningKinfold, persona: str = "county-civil-affairs") -> None:
        address = urlsplit(server.url)
        assert address.hostname
        assert address.port
        self.host, self.port = address.hostname, address.port
        self.token = dict(server.as_(persona).headers)

    def send(
        self,
        body: bytes = TYPENAME,
        headers: dict[str, str] | None = None,
        *,
        method: str = "POST",
        path: str = "/graphql",
        signed_in: bool = True,
        json_type: bool = True,
    ) -> Heard:
        """One request on a connection of its own, with Host, Content-Length and what is named here; nothing else."""
        line = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            line.putrequest(method, path, skip_accept_encoding=True)
            wanted = {**(self.token if signed_in else {}), **({"content-type": OLD} if json_type else {})}
            wanted |= {name.lower(): value for name, value in (headers or {}).items()}
            if "transfer-encoding" not in wanted:
                wanted.setdefault("content-length", str(len(body)))
            for name, value in wanted.items():
                line.putheader(name, value)
            line.endheaders(body or None)
            answer = line.getresponse()
            found: dict[str, str] = {}
            for name, value in answer.getheaders():
                name = name.lower()
                found[name] = f"{found[name]}, {value}" if name in found else value
            return Heard(answer.status, found, answer.read())
        finally:
            line.close()

    def head(self, headers: Sequence[tuple[str, str]] = (), *, length: int | None = None) -> bytes:
        """The head of a POST as bytes, for a line that goes on by hand."""
        lines = [("host", f"{self.host}:{self.port}"), *self.token.items(), ("content-type", OLD), *headers]
        if length is not None:
            lines.append(("content-length", str(length)))
        text = "\r\n".join(f"{name}: {value}" for name, value in lines)
        return f"POST /graphql HTTP/1.1\r\n{text}\r\n\r\n".encode()

    def open_line(self) -> socket.socket:
        """A connection; the caller closes it."""
        return socket.create_connection((self.host, self.port), timeout=30)


def read_answer(line: socket.socket) -> Heard:
    """The next answer on an open line."""
    answer = http.client.HTTPResponse(line, method="POST")
    answer.begin()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    return Heard(answer.status, headers, answer.read())
