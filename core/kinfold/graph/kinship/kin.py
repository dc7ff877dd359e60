"""`Child.kin`: who is related to a child today, how, and on which side. What the words mean: walk.py."""

from __future__ import annotations

from typing import Final

from kinfold.graph.kinship.walk import PARTS, SOURCES
from kinfold.plugin_api import (
    DerivedArgument,
    DerivedEnd,
    DerivedRelation,
    EnumDef,
    FactSource,
    Field,
    Scalar,
    Sensitivity,
)

OWNER: Final = "public_security"  # master of kinship (authority map)

ENUMS: Final = (
    EnumDef("KinRelation", {
        "PARENT": ("父母（含养父母）", "Parent, by birth or adoption"),
        "GRANDPARENT": ("祖父母、外祖父母", "Grandparent"),
        "GREAT_GRANDPARENT": ("曾祖父母、外曾祖父母", "Great-grandparent"),
        "GREAT_GREAT_GRANDPARENT": ("高祖父母", "Great-great-grandparent"),
        "CHILD": ("子女", "Child"), "GRANDCHILD": ("孙子女、外孙子女", "Grandchild"),
        "SIBLING": ("兄弟姐妹", "Brother or sister"),
        "HALF_SIBLING": ("同父异母、同母异父兄弟姐妹", "Half-brother or half-sister"),
        "UNCLE": ("伯、叔、舅", "Uncle, brother of a parent"), "AUNT": ("姑、姨", "Aunt, sister of a parent"),
        "UNCLE_OR_AUNT": ("父母的兄弟姐妹（性别不详）", "Sibling of a parent whose sex is unknown or may not be read"),
        "NIECE_OR_NEPHEW": ("侄子女、甥子女", "Niece or nephew"),
        "COUSIN": ("堂、表兄弟姐妹", "Cousin, child of an uncle or aunt"),
        "GREAT_UNCLE_OR_AUNT": ("祖辈的兄弟姐妹", "Sibling of a grandparent"),
        "STEP_PARENT": ("继父母", "Step-parent"), "STEP_GRANDPARENT": ("继祖父母", "Step-grandparent"),
        "STEP_SIBLING": ("继兄弟姐妹", "Step-brother or step-sister"),
        "SIBLING_BY_MARRIAGE": ("嫂、弟媳、姐夫、妹夫", "Husband or wife of a brother or sister"),
        "UNCLE_BY_MARRIAGE": ("姑父、姨父", "Husband of an aunt"), "AUNT_BY_MARRIAGE": ("伯母、婶、舅母", "Wife of an uncle"),
        "UNCLE_OR_AUNT_BY_MARRIAGE": ("父母兄弟姐妹的配偶（性别不详）", "Spouse of an uncle or aunt, sex unknown"),
    }),
    EnumDef("KinSide", {
        "PATERNAL": ("父系", "Through the father"), "MATERNAL": ("母系", "Through the mother"),
        "BOTH": ("双方", "Through both parents"),
    }),
)  # fmt: skip


def derived_field(
    name: str, scalar: Scalar, column: str, zh: str, en: str, *, enum: str | None = None, is_list: bool = False,
    nullable: bool = False, owner: str = OWNER,
) -> Field:  # fmt: skip
    """A field of a derived item: S3 like the facts that it comes from."""
    return Field(name, column, scalar, Sensitivity.S3, owner, zh, en, column=column, enum=enum, is_list=is_list,
                 nullable=nullable)  # fmt: skip


RELATION: Final = derived_field(
    "relation", Scalar.ENUM, "relation", "关系", "Relation to the child, the closest one", enum="KinRelation"
)
IS_LINEAL: Final = derived_field(
    "isLineal",
    Scalar.BOOLEAN,
    "is_lineal",
    "直系血亲（含收养形成的）",
    "Lineal relative, by blood or adoption",
)
PERSON: Final = DerivedEnd("person", "Person", "person_id", "亲属本人", "The relative")

KIN: Final = DerivedRelation(
    type="Child",
    name="kin",
    object="Kin",
    title_zh="今日的亲属（由亲子和婚姻记录推导）",
    title_en="Who is related today, derived from records of parents and marriages",
    object_zh="亲属",
    object_en="A relative of a child",
    owner=OWNER,
    sources=(*SOURCES, FactSource("someone", "Person", shows=("sex", "life_status"))),
    parts=PARTS,
    sql="WITH RECURSIVE {walk} SELECT person_id, relation, is_lineal, degree, closeness, side FROM kin",
    fields=(
        RELATION,
        IS_LINEAL,
        derived_field("degree", Scalar.INT, "degree", "亲等（步数）", "Steps from parent to child on the way"),
        derived_field(
            "side", Scalar.ENUM, "side", "父系或母系", "Through which parent; null where it means nothing or is unknown",
            enum="KinSide", nullable=True,
        ),
    ),
    ends=(PERSON,),
    arguments=(
        DerivedArgument(
            "relation", Scalar.ENUM, "{item}.relation = ANY ({value})", "只要这些关系", "Only these relations",
            enum="KinRelation", is_list=True,
        ),
        DerivedArgument(
            "lineal", Scalar.BOOLEAN, "{item}.is_lineal = {value}", "只要直系或只要旁系", "Only lineal kin, or only others"
        ),
    ),
    order="{item}.degree, {item}.closeness, {item}.relation, {item}.person_id",
    subject="person_id",
    weight=40,
)  # fmt: skip
