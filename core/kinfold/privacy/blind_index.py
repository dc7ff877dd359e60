"""The blind index: an identity number is looked up by a keyed hash, never by itself.

In:  a key of 32 bytes from the state directory, an identity number as somebody typed it.
Out: 16 bytes, equal for the same number whatever its spelling, useless without the key.
Never: stores or logs the number.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from kinfold.errors import StorageError
from kinfold.graph.person.id_number import normalise_id_number

KEY_BYTES = 32
INDEX_BYTES = 16


class KeyUnusable(StorageError):
    """A key file is shorter or longer than a key, or other users may read it."""

    code = "S321"
    status = 500
    message = "A key file in the state directory is damaged or readable by other users."
    message_zh = "状态目录中的密钥文件已损坏，或可被其他用户读取。"
    hint = "Restore the file from the backup with mode 0600. A new key would make every stored index useless."


class BlindIndex:
    """Keyed hash of identity numbers: HMAC-SHA-256 over the normalised number, cut to 16 bytes.

    >>> BlindIndex(bytes(32)).index("11010519491231002x") == BlindIndex(bytes(32)).index("11010519491231002X")
    True
    """

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise KeyUnusable
        self._key = key

    def index(self, id_number: str) -> bytes:
        """16 bytes to store in `id_number_index` and to search for."""
        number = normalise_id_number(id_number)
        return hmac.digest(self._key, number.encode("utf-8"), "sha256")[:INDEX_BYTES]


def load_or_create_key(state_dir: Path, name: str) -> bytes:
    """The key `keys/<name>.key` of the state directory, made on first use (mode 0600).

    Two processes that begin together end with the same key: the file appears whole or not at all, and the
    first one to make it wins. Raises KeyUnusable for a damaged or openly readable file.
    """
    directory = state_dir / "keys"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = directory / f"{name}.key"
    if not path.exists():
        _create(path)
    if path.stat().st_mode & 0o077:
        raise KeyUnusable
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise KeyUnusable
    return key


def _create(path: Path) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link, not a rename: it fails when somebody else's key is there already.
            os.link(draft, path)
        except FileExistsError:
            return
        _sync_directory(path.parent)
    finally:
        draft.unlink()


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
