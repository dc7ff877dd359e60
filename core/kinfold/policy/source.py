"""Policy files: YAML in, checked rules and their tests out.

In:  the texts of files with who may have written them (the county, or a plugin). Out: rules and tests, or the
first error with file, line and column; `read_sources` collects every error instead, for `kinfold policy check`.

    kind: core.Person                 # every rule of the file speaks of this kind
    owner: education                  # the department that answers for it; a county file stands in its folder
    rules:
      - id: edu.school.own-pupils     # named in audit records and explanations
        effect: allow                 # allow | deny
        act: [read]
        purpose: [education]          # and what lies below; a deny rule without purpose holds for every purpose
        when: rel('enrolled_in', r.sub.organisations) && ageYears(r.obj.birth_date, r.env.today) < 19
        fields: { read: [given_name], mask: { id_number: last4 }, write: [] }   # allow only
        obligations: [log_access, max_rows: 500]
        because: { zh: 本校学生, en: A pupil of this school }
        legal_basis: 未成年人保护法 第四十三条
        review_by: 2027-06-30
    tests: …                          # see check.py
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import yaml

from kinfold.catalog.model import Catalog
from kinfold.policy.case import PolicyTest, read_tests
from kinfold.policy.errors import DuplicateRuleError, PolicyFileError, PolicyOwnershipError
from kinfold.policy.language import Scope
from kinfold.policy.rule import Rule
from kinfold.policy.rule_form import RuleReader, unknown_name
from kinfold.policy.schema import PolicySchema
from kinfold.policy.yaml_form import YamlFile

COUNTY: Final = "county"


@dataclass(frozen=True, slots=True)
class PolicySource:
    """One file. `path` is shown in errors; `origin` is COUNTY or the name of the plugin that brings it."""

    path: str
    text: str
    origin: str = COUNTY


@dataclass(frozen=True, slots=True)
class LoadedPolicy:
    """What files say: `errors` is empty when everything is in order."""

    rules: tuple[Rule, ...]
    tests: tuple[PolicyTest, ...]
    errors: tuple[PolicyFileError, ...] = ()


def find_sources(directory: Path, origin: str = COUNTY) -> list[PolicySource]:
    """Every `<department>/*.yaml` below a folder (a plugin's files may stand directly in it), sorted."""
    paths = sorted({*directory.glob("*/*.yaml"), *(directory.glob("*.yaml") if origin != COUNTY else ())})
    return [
        PolicySource(path.relative_to(directory).as_posix(), path.read_text(encoding="utf-8"), origin)
        for path in paths
    ]


def load_sources(sources: Sequence[PolicySource], *, schema: PolicySchema, catalog: Catalog) -> LoadedPolicy:
    """All rules and tests of the files, or the first PolicyFileError in the order of places."""
    loaded = read_sources(sources, schema=schema, catalog=catalog)
    if loaded.errors:
        raise loaded.errors[0]
    return loaded


def read_sources(sources: Sequence[PolicySource], *, schema: PolicySchema, catalog: Catalog) -> LoadedPolicy:
    """As `load_sources`, with every error: one for each rule or test that is wrong."""
    rules: list[Rule] = []
    tests: list[PolicyTest] = []
    errors: list[PolicyFileError] = []
    for source in sources:
        reader = _FileReader(source, schema, catalog)
        reader.read()
        rules.extend(reader.rules)
        tests.extend(reader.tests)
        errors.extend(reader.errors)
    first: dict[str, Rule] = {}
    for rule in rules:
        other = first.setdefault(rule.id, rule)
        if other is not rule:
            errors.append(DuplicateRuleError(rule.place, f"`{rule.id}` stands at {other.place} too."))
    return LoadedPolicy(tuple(rules), tuple(tests), tuple(sorted(errors, key=lambda error: error.place)))


class _FileReader:
    """One file; errors are gathered rule by rule."""

    def __init__(self, source: PolicySource, schema: PolicySchema, catalog: Catalog) -> None:
        self.source = source
        self.schema = schema
        self.catalog = catalog
        self.file = YamlFile(source.path, source.text)
        self.rules: list[Rule] = []
        self.tests: list[PolicyTest] = []
        self.errors: list[PolicyFileError] = []

    def read(self) -> None:
        try:
            root = self.file.mapping(self.file.read(), ["kind", "owner", "rules"], ["tests"])
            kind, owner = self.check_header(root)
            scope = Scope(self.schema, self.catalog, kind)
            nodes = self.file.items(root["rules"])
        except PolicyFileError as wrong:
            self.errors.append(wrong)
            return
        for node in nodes:
            try:
                self.rules.append(RuleReader(self.file, self.source.origin, scope, owner).read(node))
            except PolicyFileError as wrong:
                self.errors.append(wrong)
        try:
            if "tests" in root:
                self.tests.extend(read_tests(self.file, root["tests"], scope))
        except PolicyFileError as wrong:
            self.errors.append(wrong)

    def check_header(self, root: Mapping[str, yaml.Node]) -> tuple[str, str]:
        kind, owner = self.file.string(root["kind"]), self.file.string(root["owner"])
        if kind not in self.catalog.types_by_kind:
            raise unknown_name(self.file.place(root["kind"]), "kind", kind, self.catalog.types_by_kind)
        departments = {*self.schema.departments, *self.catalog.departments}
        if owner not in departments:
            raise unknown_name(self.file.place(root["owner"]), "department", owner, departments)
        if self.source.origin == COUNTY:
            folder = PurePosixPath(self.source.path).parent.name
            if folder != owner:
                raise PolicyOwnershipError(
                    self.file.place(root["owner"]), f"A file in the folder `{folder}` is owned by `{owner}`."
                )
        elif kind.partition(".")[0] != self.source.origin:
            raise PolicyOwnershipError(
                self.file.place(root["kind"]), f"The plugin `{self.source.origin}` does not own `{kind}`."
            )
        return kind, owner
