"""The error tree and the code table.

    KinfoldError
    ├── TransportError  T…   the HTTP request is malformed
    ├── IdentityError   I…   who are you, and for what purpose?
    ├── DocumentError   D…   the GraphQL document is wrong or too large
    ├── PlanError       Q…   a well-formed query asks for something we cannot do
    ├── PolicyError     P…   refused, or a policy file is wrong
    ├── StorageError    S…   the database cannot answer
    ├── WriteError      W…   a command was not carried out
    └── PluginError     X…   a plugin does not keep its contract

A client receives code, message, hint and trace id; never a value, a table name, or a word that tells
whether a hidden row exists. Numbers are never reused. `docs/reference/errors.md` explains each code;
a test keeps it complete.
"""

from __future__ import annotations

from typing import ClassVar


class KinfoldError(Exception):
    """Anything that we say no to. Subclasses fix code, status, message and hint; `detail` must hold no value."""

    code: ClassVar[str] = "K000"
    status: ClassVar[int] = 500
    message: ClassVar[str] = "Something went wrong."
    message_zh: ClassVar[str] = "出现错误。"
    hint: ClassVar[str] = "Try again; if it stays, give the trace id to the operator."

    def __init__(self, detail: str = "", *, hint: str = "") -> None:
        self.detail = detail
        self.own_hint = hint
        super().__init__(detail or self.message)

    @property
    def text(self) -> str:
        """Message with its detail, Chinese first."""
        tail = f" {self.detail}" if self.detail else ""
        return f"{self.message_zh} {self.message}{tail}"

    @property
    def advice(self) -> str:
        return self.own_hint or self.hint


class TransportError(KinfoldError):
    status = 400


class IdentityError(KinfoldError):
    status = 401


class DocumentError(KinfoldError):
    status = 400


class PlanError(KinfoldError):
    status = 400


class PolicyError(KinfoldError):
    status = 403


class StorageError(KinfoldError):
    status = 503


class WriteError(KinfoldError):
    status = 409


class PluginError(KinfoldError):
    status = 500


class SettingsError(KinfoldError):
    """A setting is missing or unsafe."""

    code = "K001"
    message = "A setting is missing, malformed or unsafe here."
    message_zh = "配置有误。"
    hint = "Run `kinfold settings` to see every setting with its meaning."


def all_error_types(root: type[KinfoldError] = KinfoldError) -> list[type[KinfoldError]]:
    """Every error class that carries a code of its own, in the order of definition."""
    found: list[type[KinfoldError]] = []
    for kind in root.__subclasses__():
        if "code" in kind.__dict__:
            found.append(kind)
        found.extend(all_error_types(kind))
    return found
