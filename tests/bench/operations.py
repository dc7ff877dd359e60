"""Our documents as registered operations: in production nothing else is answered.

In:  queries that the schema offers, a folder. Out: one file each; what `ours.py` registers and a target sends, word
for word. Whole texts are sent, as to everybody else, and not their hashes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from tests.bench.query import Query


def registered_text(document: str, title: str) -> str:
    """The document as its file holds it: the first line says what it is for."""
    return f"# {title}\n{document.strip()}\n"


def write_operations(queries: Iterable[Query], directory: Path) -> Path:
    """Write the folder anew; its path."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    for query in queries:
        documents = {query.name: query.document, f"{query.name}_page": query.page_document}
        for name, document in documents.items():
            if document:
                text = registered_text(document, query.title)
                (directory / f"{name}.graphql").write_text(text, encoding="utf-8")
    return directory
