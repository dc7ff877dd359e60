"""The policy schema: who may speak of what, and for which purposes data is asked.

In:  the text of `policies/schema.yaml`. Out: `PolicySchema`: acts, departments with their roles, the tree of
purposes with who holds them, the caller's attributes and the environment's. Resource attributes and relations
come from the catalog, so they are not written here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from typing import Final

import yaml

from kinfold.identity.principal import Principal, SubjectClass
from kinfold.policy.errors import PolicySchemaError
from kinfold.policy.ir import EnvAttr, SubjectAttr, ValueType
from kinfold.policy.yaml_form import YamlFile

_PRINCIPAL: Final = {field.name for field in dataclass_fields(Principal)} - {"subject"}
_CLASS: Final = {field.name for field in dataclass_fields(SubjectClass)}


@dataclass(frozen=True, slots=True)
class Department:
    name: str
    title_zh: str
    title_en: str
    roles: Mapping[str, tuple[str, str]]  # role -> (Chinese, English)


@dataclass(frozen=True, slots=True)
class Purpose:
    """`held_by`: department -> roles that may state this purpose."""

    name: str
    title_zh: str
    title_en: str
    held_by: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class PolicySchema:
    acts: tuple[str, ...]
    departments: Mapping[str, Department]
    purposes: Mapping[str, Purpose]
    subject: Mapping[str, SubjectAttr]
    env: Mapping[str, EnvAttr]

    def expand_purpose(self, purpose: str) -> tuple[str, ...]:
        """A purpose with everything below it in the tree, sorted."""
        return tuple(
            sorted(name for name in self.purposes if name == purpose or name.startswith(f"{purpose}."))
        )


def may_hold(schema: PolicySchema, department: str, roles: Collection[str], purpose: str) -> bool:
    """May a caller of this department with these roles state this purpose?

    Holding a purpose grants what lies below it. An unknown purpose is held by nobody.
    """
    if purpose not in schema.purposes:
        return False
    parts = purpose.split(".")
    for length in range(1, len(parts) + 1):
        above = schema.purposes.get(".".join(parts[:length]))
        if above is not None and not above.held_by.get(department, frozenset()).isdisjoint(roles):
            return True
    return False


def load_schema(path: str, text: str) -> PolicySchema:
    """Read the schema; PolicyFormError or PolicySchemaError at the place that is wrong."""
    return _Reader(YamlFile(path, text)).read()


class _Reader:
    def __init__(self, file: YamlFile) -> None:
        self.file = file

    def read(self) -> PolicySchema:
        root = self.file.mapping(self.file.read(), ["acts", "departments", "purposes", "subject", "env"])
        acts = tuple(word for word, _ in self.file.strings(root["acts"]))
        departments = {
            name: self.department(name, node)
            for name, node in self.file.open_mapping(root["departments"]).items()
        }
        purposes = {
            name: self.purpose(name, node, departments)
            for name, node in self.file.open_mapping(root["purposes"]).items()
        }
        for name, node in self.file.open_mapping(root["purposes"]).items():
            above = name.rpartition(".")[0]
            if above and above not in purposes:
                raise PolicySchemaError(
                    self.file.place(node), f"`{name}` stands under `{above}`, which is not a purpose."
                )
        subject = {
            name: self.subject(name, node) for name, node in self.file.open_mapping(root["subject"]).items()
        }
        env = {
            name: EnvAttr(name, self.value_type(self.file.mapping(node, ["type"])["type"]))
            for name, node in self.file.open_mapping(root["env"]).items()
        }
        self.check_environment(root, subject, env)
        return PolicySchema(acts, departments, purposes, subject, env)

    def titles(self, found: Mapping[str, yaml.Node]) -> tuple[str, str]:
        return self.file.string(found["zh"]), self.file.string(found["en"])

    def department(self, name: str, node: yaml.Node) -> Department:
        found = self.file.mapping(node, ["zh", "en", "roles"])
        roles = {
            role: self.titles(self.file.mapping(title, ["zh", "en"]))
            for role, title in self.file.open_mapping(found["roles"]).items()
        }
        return Department(name, *self.titles(found), roles)

    def purpose(self, name: str, node: yaml.Node, departments: Mapping[str, Department]) -> Purpose:
        found = self.file.mapping(node, ["zh", "en", "held_by"])
        held_by: dict[str, frozenset[str]] = {}
        for department, roles in self.file.open_mapping(found["held_by"]).items():
            known = departments.get(department)
            if known is None:
                raise PolicySchemaError(self.file.place(roles), f"`{department}` is no department.")
            for role, place in self.file.strings(roles):
                if role not in known.roles:
                    raise PolicySchemaError(place, f"`{role}` is no role of {department}.")
            held_by[department] = frozenset(role for role, _ in self.file.strings(roles))
        return Purpose(name, *self.titles(found), held_by)

    def subject(self, name: str, node: yaml.Node) -> SubjectAttr:
        found = self.file.mapping(node, ["type", "use"], ["set", "nullable"])
        use = self.file.string(found["use"])
        if (
            name not in _PRINCIPAL
            or use not in ("class", "parameter")
            or (use == "class") != (name in _CLASS)
        ):
            raise PolicySchemaError(
                self.file.place(node), f"`{name}` with use `{use}` does not fit the caller's record."
            )
        return SubjectAttr(
            name,
            self.value_type(found["type"]),
            nullable=self.flag(found, "nullable"),
            is_set=self.flag(found, "set"),
            is_class=use == "class",
        )

    def flag(self, found: Mapping[str, yaml.Node], key: str) -> bool:
        if key not in found:
            return False
        word = self.file.string(found[key])
        if word not in ("true", "false"):
            raise PolicySchemaError(self.file.place(found[key]), "`true` or `false` belongs here.")
        return word == "true"

    def value_type(self, node: yaml.Node) -> ValueType:
        word = self.file.string(node)
        if word not in set(ValueType):
            raise PolicySchemaError(
                self.file.place(node), f"`{word}` is no type.", hint=f"Known: {', '.join(ValueType)}."
            )
        return ValueType(word)

    def check_environment(
        self,
        root: Mapping[str, yaml.Node],
        subject: Mapping[str, SubjectAttr],
        env: Mapping[str, EnvAttr],
    ) -> None:
        """What the evaluators count on: one set of regions, and today as a date."""
        regions = [one.name for one in subject.values() if one.type is ValueType.REGION]
        if regions != ["regions"] or not subject["regions"].is_set:
            raise PolicySchemaError(
                self.file.place(root["subject"]), "Exactly `regions` is a set of regions."
            )
        if set(env) != {"today"} or env["today"].type is not ValueType.DATE:
            raise PolicySchemaError(self.file.place(root["env"]), "The environment holds `today`, a date.")
