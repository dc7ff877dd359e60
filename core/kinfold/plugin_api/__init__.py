"""The only thing that a plugin may import (with `kinfold.testing`). API level 1.0.

Everything here is declarative: a plugin says at assembly what it has; nothing of it is on the request path
but the command handlers of its mutations.
"""

from kinfold.catalog import (
    EnumDef,
    Join,
    PolicyRelation,
    Relation,
    RootField,
    Scalar,
    Sensitivity,
    Shape,
)
from kinfold.catalog.union import UnionRelation
from kinfold.plugin_api.command import (
    CommandContext,
    CommandResult,
    EventRecipient,
    InputField,
    MutationSpec,
    PayloadField,
    UserError,
)
from kinfold.plugin_api.demo import (
    DemoCounty,
    DemoHousehold,
    DemoKit,
    DemoPerson,
    DemoRow,
    DemoSource,
    DemoTable,
)
from kinfold.plugin_api.hookspecs import API_LEVEL, hookimpl, hookspec
from kinfold.plugin_api.model import (
    ColumnInfo,
    Governed,
    Model,
    Row,
    Temporal,
    attr,
    column_info,
    history_of,
    no_overlap,
    row_constraints,
    territory_lists,
)
from kinfold.plugin_api.operations import find_operations
from kinfold.plugin_api.spec import (
    ComputedSpec,
    FieldExtension,
    FrontendSpec,
    MigrationSpec,
    ModelSpec,
    PluginInfo,
    PolicyFile,
    TypeSpec,
)

__all__ = [
    "API_LEVEL",
    "ColumnInfo",
    "CommandContext",
    "CommandResult",
    "ComputedSpec",
    "DemoCounty",
    "DemoHousehold",
    "DemoKit",
    "DemoPerson",
    "DemoRow",
    "DemoSource",
    "DemoTable",
    "EnumDef",
    "EventRecipient",
    "FieldExtension",
    "FrontendSpec",
    "Governed",
    "InputField",
    "Join",
    "MigrationSpec",
    "Model",
    "ModelSpec",
    "MutationSpec",
    "PayloadField",
    "PluginInfo",
    "PolicyFile",
    "PolicyRelation",
    "Relation",
    "RootField",
    "Row",
    "Scalar",
    "Sensitivity",
    "Shape",
    "Temporal",
    "TypeSpec",
    "UnionRelation",
    "UserError",
    "attr",
    "column_info",
    "find_operations",
    "history_of",
    "hookimpl",
    "hookspec",
    "no_overlap",
    "row_constraints",
    "territory_lists",
]
