"""Every column of every table says whose it is and how sensitive: the audit and outbox tables too.

In:  the metadata of all models. Out: nothing, or AssemblyError naming the column.
"""

from __future__ import annotations

from kinfold.assembly.errors import AssemblyError
from kinfold.plugin_api import column_info
from kinfold.plugin_api.model import Model


def check_classified() -> None:
    """AssemblyError at the first column without owner and sensitivity."""
    for table in Model.metadata.tables.values():
        for column in table.columns:
            if column_info(column) is None:
                raise AssemblyError(f"{table.fullname}.{column.name} has no owner and no sensitivity.")
