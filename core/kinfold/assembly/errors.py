"""Why an assembly stops."""

from kinfold.errors import PluginError


class AssemblyError(PluginError):
    """A plugin breaks the contract; nothing starts with it."""

    code = "X101"
    message = "A plugin does not keep the contract."
    message_zh = "插件不符合约定。"
    hint = "Mend what the message names; the contract is in docs/reference/plugin-contract.md."
