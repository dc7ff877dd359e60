"""The listening socket, taken before anything else is started."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from kinfold.transport.errors import PortTaken


@contextmanager
def reserve_socket(host: str, port: int) -> Iterator[socket.socket]:
    """A socket bound to the address (port 0: any free one), or PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Accepted connections inherit it; without it an answer in two writes waits 40 ms for an acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        try:
            listener.bind((host, port))
        except OSError:
            raise PortTaken(f"{host}:{port}.") from None
        yield listener
    finally:
        listener.close()
