"""A file with one registered operation.

In:  a path under `schema/operations/<plugin>/`, or in a plugin's installed package.
Out: an OperationFile: its text, the hash that clients send, what its comments say.
Never: knows the schema; `DocumentReader` checks the document against it at start.

The comment lines before the operation speak to people and to the start of the server:

    # 儿童档案 The file of one child.                         the first line is the title
    # variables: {"id": "Child:370983:0190a000-…"}            one line for each shape that frontends send
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from kinfold.document.errors import OperationFileWrong

_SAMPLE: Final = "variables:"


@dataclass(frozen=True, slots=True)
class OperationFile:
    """One registered document.

    `file` is `<plugin>/<name>.graphql`; `digest` the SHA-256 of the text as lower-case hex; `samples` are variables
    of which each stands for a shape that is made ready at start (docs and tests use them as well).
    """

    plugin: str
    file: str
    text: str
    digest: str
    title: str
    samples: tuple[Mapping[str, Any], ...]


def read_operation_file(plugin: str, path: Path) -> OperationFile:
    """The file's content. OperationFileWrong where it cannot be read or a sample is not a JSON object."""
    file = f"{plugin}/{path.name}"
    try:
        content = path.read_bytes()
        text = content.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise OperationFileWrong(f"{file}: cannot be read as UTF-8.") from None
    if "\r" in text:
        # Its hash would depend on the machine that checked it out.
        raise OperationFileWrong(f"{file}: lines must end in a line feed alone.")
    comments = list(_leading_comments(text))
    return OperationFile(
        plugin=plugin,
        file=file,
        text=text,
        digest=hashlib.sha256(content).hexdigest(),
        title=next((c for _, c in comments if not c.startswith(_SAMPLE)), ""),
        samples=tuple(_read_sample(file, line, c) for line, c in comments if c.startswith(_SAMPLE)),
    )


def _leading_comments(text: str) -> Sequence[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("#"):
            break
        found.append((number, line.lstrip("# ").rstrip()))
    return found


def _read_sample(file: str, line: int, comment: str) -> Mapping[str, Any]:
    try:
        found = orjson.loads(comment.removeprefix(_SAMPLE))
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise OperationFileWrong(f"{file}, line {line}: variables must be a JSON object on one line.")
    return found
