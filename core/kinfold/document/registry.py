"""The registered operations: read and checked at start, then fixed.

In:  the files that core and plugins declare (hook `operations`), a DocumentReader.
Out: `Registered`: every operation with its hash and its parsed node; the reader answers for them from now on.
Errors: OperationFileWrong names file and line, and the server does not start.
Never: takes a document from a client. What is registered is reviewed like code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kinfold.document.document import DocumentReader
from kinfold.document.errors import DocumentInvalid, OperationFileWrong, VariableWrong
from kinfold.document.operation import Operation
from kinfold.document.operation_file import OperationFile, read_operation_file
from kinfold.errors import DocumentError


@dataclass(frozen=True, slots=True)
class Registered:
    """One registered operation: what its file says, and what it is."""

    file: OperationFile
    operation: Operation


def register_operations(paths: Mapping[str, Sequence[Path]], documents: DocumentReader) -> list[Registered]:
    """Read, check and register every file, in the order of plugins and names."""
    found: list[Registered] = []
    for plugin, files in paths.items():
        for path in files:
            file = read_operation_file(plugin, path)
            found.append(Registered(file, _register(file, documents)))
    names = [one.operation.name for one in found]
    for one in found:
        if names.count(one.operation.name) > 1:
            raise OperationFileWrong(
                f"{one.file.file}: the name {one.operation.name} is used by another file."
            )
    return found


def _register(file: OperationFile, documents: DocumentReader) -> Operation:
    try:
        operations = documents.register(file.text, file.digest)
    except DocumentInvalid as wrong:
        raise OperationFileWrong(f"{file.file}, {_first(wrong)}") from None
    except DocumentError as wrong:
        raise OperationFileWrong(f"{file.file}: {wrong.code} {wrong.message} {wrong.detail}") from None
    if len(operations) != 1 or operations[0].node.name is None:
        raise OperationFileWrong(f"{file.file}: one operation with a name belongs in a file.")
    if not file.title:
        raise OperationFileWrong(f"{file.file}: the first line must be a comment that says what it is for.")
    for sample in file.samples:
        try:
            documents.read_registered(file.digest, None, sample)
        except VariableWrong as wrong:
            raise OperationFileWrong(
                f"{file.file}: its sample variables do not fit. {wrong.errors[0].message}"
            ) from None
        except DocumentError as wrong:
            raise OperationFileWrong(f"{file.file}: {wrong.code} {wrong.message}") from None
    return operations[0]


def _first(wrong: DocumentInvalid) -> str:
    error = wrong.errors[0]
    line = error.locations[0].line if error.locations else 1
    return f"line {line}: {error.message}"
