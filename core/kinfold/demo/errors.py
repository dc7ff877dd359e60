"""Errors of the demo county: S311 and S312. No personal value, no table name."""

from __future__ import annotations

from kinfold.errors import StorageError


class CountyNotEmpty(StorageError):
    """The database holds rows of people, organisations or plugins already."""

    code = "S311"
    status = 409
    message = "The database already holds a county; nothing was changed."
    message_zh = "数据库中已有县域数据；未作任何改动。"
    hint = (
        "A demo county is only made in an empty database. Use another database, or another state directory."
    )


class DivisionsMissing(StorageError):
    """The divisions of the demo county are not in the database."""

    code = "S312"
    status = 409
    message = "The divisions of the demo county are not in the database; nothing was changed."
    message_zh = "数据库中没有演示县的行政区划；未作任何改动。"
    hint = "Run `kinfold regions import` with the division list of the county first."
