"""Fields that a plugin adds: what assembly refuses, and that only their owner's rules grant them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from kinfold.assembly import AssemblyError, assemble
from kinfold.errors import KinfoldError
from kinfold.plugin_api import (
    API_LEVEL,
    BatchFieldSpec,
    ComputedSpec,
    PluginInfo,
    Scalar,
    SqlFieldSpec,
    hookimpl,
)
from kinfold.policy.load import SHIPPED, load_policy, read_schema
from kinfold.policy.source import PolicySource, read_sources
from kinfold_education.plugin import EducationPlugin


def nothing(request: Any) -> dict[Any, Any]:
    return {}


def sql(attribute: str = "shoe_size", owner: str = "education", type_: str = "Child") -> SqlFieldSpec:
    return SqlFieldSpec(type_, ComputedSpec(attribute, Scalar.INT, "1", owner, "S2", "鞋码", "Shoe size"))


def batch(attribute: str = "shoe_size", type_: str = "Child", **more: Any) -> BatchFieldSpec:
    values: dict[str, Any] = {
        "scalar": Scalar.STRING, "owner": "education", "sensitivity": "S3", "zh": "鞋", "en": "Shoe",
        "batch": nothing, **more,
    }  # fmt: skip
    return BatchFieldSpec(type_, attribute, **values)


class Plain:
    """A plugin of the education department that adds what it is given."""

    def __init__(self, *fields: SqlFieldSpec | BatchFieldSpec, owner: str = "education") -> None:
        self.fields, self.owner = fields, owner

    @hookimpl
    def plugin_info(self) -> PluginInfo:
        return PluginInfo("plain", "1", API_LEVEL, self.owner, "平", "Plain")

    @hookimpl
    def graphql_fields(self) -> tuple[SqlFieldSpec | BatchFieldSpec, ...]:
        return self.fields


def test_an_added_field_stands_in_the_plugins_namespace() -> None:
    catalog = assemble({"plain": Plain(sql(), batch("shoe_kind"))}).catalog
    child, person = catalog.types["Child"], catalog.types["Person"]
    assert child.fields["shoeSize"].attribute == "plain.shoe_size"
    assert child.fields["shoeKind"].added_by == "plain"
    assert child.attributes["plain.shoe_kind"] is child.fields["shoeKind"]
    assert "shoeSize" not in person.fields
    assert "plain.shoe_size" not in person.attributes


class WithMotto(EducationPlugin):
    """Education, with a batch field on a kind of its own."""

    @hookimpl
    def graphql_fields(self) -> tuple[SqlFieldSpec | BatchFieldSpec, ...]:
        return (*super().graphql_fields(), batch("motto", "School"))


def test_on_a_kind_of_its_own_it_is_an_attribute_like_any_other() -> None:
    assembly = assemble({"education": WithMotto()}, only=[])
    motto = assembly.catalog.types["School"].fields["motto"]
    assert (motto.attribute, motto.added_by) == ("motto", None)
    directory = Path(str(assembly.policies[0][1].path)).parent
    text = (directory / "school.yaml").read_text(encoding="utf-8")
    schema = read_schema(SHIPPED)

    def codes(text: str) -> list[str]:
        source = PolicySource("school.yaml", text, "education")
        return [e.code for e in read_sources([source], schema=schema, catalog=assembly.catalog).errors]

    assert codes(text) == []
    assert codes(text.replace("read: [", "read: [motto, ", 1)) == []
    # A rule cannot ask for what is computed after the query.
    assert codes(text.replace("when: ", "when: r.obj.motto == 'x' && ", 1)) == ["P404"]


def test_the_fingerprint_knows_the_function_and_not_its_address() -> None:
    def other(request: Any) -> dict[Any, Any]:
        return {}

    first = assemble({"plain": Plain(batch())}).catalog.fingerprint
    assert assemble({"plain": Plain(batch())}).catalog.fingerprint == first
    assert assemble({"plain": Plain(batch(batch=other))}).catalog.fingerprint != first


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        (sql(type_="Nobody"), "unknown type"),
        (sql("shoeSize"), "snake_case"),
        (sql("plain.size"), "snake_case"),
        (sql("birth_date"), "exists already"),
        (sql("name_sort"), "exists already"),  # an attribute that is not shown is taken as well
        (sql("days_absent_this_term"), "exists already"),  # another plugin's
        (sql("household"), "both a field and a relation"),
        (sql("viewer_can"), "every node has"),
        (sql(owner="civil_affairs"), "owned by the plugin's department"),
        (sql(owner="platform"), "owned by the plugin's department"),
        (sql(owner="nobody"), "owned by"),
        (batch(scalar=Scalar.ID), "no id"),
        (batch(scalar=Scalar.ENUM), "names its list"),
        (batch(enum="Shoe"), "unknown enum"),
        (batch(needs=()), "needs nothing"),
        (batch(needs=("shoe",)), "needs shoe"),
        (batch(needs=("education.lunar_birthday",)), "needs education.lunar_birthday"),
        (batch(needs=("id_number",), sensitivity="S2"), "less sensitive"),
        (batch(seconds=0), "seconds"),
        (batch(seconds=3.5), "seconds"),
    ],
)
def test_what_breaks_the_contract_is_refused(field: Any, wanted: str) -> None:
    with pytest.raises(AssemblyError) as told:
        assemble({"plain": Plain(field)})
    assert told.value.code == "X101"
    assert wanted in str(told.value)


def test_the_platform_opens_no_field_with_the_row() -> None:
    """What the platform owns is readable with its row (decision 0011): no way for a plugin's field."""
    with pytest.raises(AssemblyError, match="comes with the row"):
        assemble({"plain": Plain(sql(owner="platform"), owner="platform")})


def test_two_types_of_one_kind_share_one_declaration() -> None:
    both = assemble({"plain": Plain(sql(), sql(type_="Person"))}).catalog
    assert both.types["Child"].fields["shoeSize"] == both.types["Person"].fields["shoeSize"]
    other = SqlFieldSpec(
        "Person", ComputedSpec("shoe_size", Scalar.INT, "2", "education", "S2", "鞋码", "Shoe size")
    )
    with pytest.raises(AssemblyError, match="two different ways"):
        assemble({"plain": Plain(sql(), other)})


def load(tmp_path: Path, department: str, old: str, new: str) -> None:
    """Load the shipped policies with one change in a department's rules over persons."""
    directory = tmp_path / "policies"
    shutil.copytree(SHIPPED, directory)
    file = directory / department / "person.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    assembly = assemble()
    load_policy(directory, [(name, one.path) for name, one in assembly.policies], assembly.catalog)


@pytest.mark.parametrize(
    ("department", "old", "new", "code"),
    [
        # Its owner may, in any rule of its own.
        ("education", "read: [name, sex, phone]", "read: [name, sex, phone, education.lunar_birthday]", ""),
        # Nobody else: not by value, not by mask.
        ("family", "read: [name, sex, phone]", "read: [name, sex, phone, education.lunar_birthday]", "P406"),
        ("civil_affairs", "{ id_number: last4 }", "{ education.days_absent_this_term: present }", "P406"),
        # No mask fits what Python computes; one does fit what SQL computes.
        ("education", "{ name: surname }", "{ education.lunar_birthday: surname }", "P404"),
        ("education", "{ name: surname }", "{ education.next_lunar_birthday: year }", "P404"),
        # No condition can ask for an added field.
        ("education", "under(r.obj.region_code, r.sub.regions)", "r.obj.education.lunar_birthday == ''", "P403"),
        # A field that is not there.
        ("education", "read: [name, sex, phone]", "read: [name, sex, phone, education.shoe_size]", "P403"),
        ("education", "read: [name, sex, phone]", "read: [name, sex, phone, lunar_birthday]", "P403"),
    ],
)  # fmt: skip
def test_only_rules_of_its_owner_grant_it(
    tmp_path: Path, department: str, old: str, new: str, code: str
) -> None:
    if not code:
        load(tmp_path, department, old, new)
        return
    with pytest.raises(KinfoldError) as told:
        load(tmp_path, department, old, new)
    assert told.value.code == code
