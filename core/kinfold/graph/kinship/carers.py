"""`Child.eligibleCarers`: who of a child's kin could take over care today, in the order that law gives.

A proposal from records, not an assessment: F6 still wants somebody to look. Each condition has its ground:

| obstacle | ground |
| --- | --- |
| MINOR, AGE_UNKNOWN | adults only: F3; Civil Code 17, 18. A birth date known to the month or year counts at its end |
| DECEASED, MISSING | Civil Code 27, 40 |
| INCAPABLE | capacity LIMITED or NONE today: F3, N3; Civil Code 27; Minor Protection Law 22 |
| AWAY | a migration spell today: F2, N3; who is away himself cannot live with the child (F4) |
| GUARDIANSHIP_REVOKED | guardianship of any child revoked and not restored: Civil Code 36, 38; Minor Protection Law 22(3) |

Order (Civil Code 27): parents; grandparents; brothers and sisters; other kin. Within it fewer steps first, then who
lives with the child. `needsAgreement` is F8, N12: whoever is not lineal signs an agreement that is filed.

An obstacle that the caller may see makes `isEligible` false. Where he could not see one if there was one, it is null
and the reasons say NOT_READABLE: nobody is called eligible on facts that were hidden. What no row records (violence,
drugs, gambling: art. 22) cannot be known here.
"""

from __future__ import annotations

from typing import Final

from kinfold.graph.kinship.kin import IS_LINEAL, PERSON, RELATION, derived_field
from kinfold.graph.kinship.walk import CURRENT, PARTS, SOURCES
from kinfold.plugin_api import DerivedArgument, DerivedRelation, EnumDef, FactSource, Scalar

OWNER: Final = "civil_affairs"

ENUMS: Final = (
    EnumDef("CarerObstacle", {
        "MINOR": ("未满十八周岁", "Under 18"), "AGE_UNKNOWN": ("出生日期不详", "Birth date unknown"),
        "DECEASED": ("已死亡", "Deceased"), "MISSING": ("失踪", "Missing"),
        "INCAPABLE": ("监护能力受限或丧失", "Capacity to be a guardian limited or lost"),
        "AWAY": ("外出未归", "Away from home"),
        "GUARDIANSHIP_REVOKED": ("曾被撤销监护人资格", "Guardianship was revoked"),
        "NOT_READABLE": ("无权查看所需信息，不能判断", "Not decidable: the facts may not be read"),
    }),
)  # fmt: skip

_SQL: Final = """WITH RECURSIVE {walk},
mates AS MATERIALIZED (
  SELECT b.person_id FROM {member} a JOIN {member} b ON b.household_id = a.household_id WHERE a.person_id = {row}."id"
),
weighed AS (
  SELECT k.*, array_remove(ARRAY[
      CASE WHEN k.life_status = 'DECEASED' THEN 'DECEASED' WHEN k.life_status = 'MISSING' THEN 'MISSING' END,
      CASE WHEN CASE k.birth_precision WHEN 'YEAR' THEN (date_trunc('year', k.birth_date) + interval '1 year - 1 day')::date
          WHEN 'MONTH' THEN (date_trunc('month', k.birth_date) + interval '1 month - 1 day')::date ELSE k.birth_date END
        > ({today} - interval '18 years')::date THEN 'MINOR'
        WHEN k.birth_date IS NULL AND k.birth_date_known THEN 'AGE_UNKNOWN' END,
      CASE WHEN EXISTS (SELECT 1 FROM {capacity} f WHERE f.person_id = k.person_id AND f.kind IN ('LIMITED', 'NONE'))
        THEN 'INCAPABLE' END,
      CASE WHEN EXISTS (SELECT 1 FROM {away} f WHERE f.person_id = k.person_id) THEN 'AWAY' END,
      CASE WHEN EXISTS (SELECT 1 FROM {revoked} g WHERE g.guardian_id = k.person_id AND NOT EXISTS (
          SELECT 1 FROM {restored} r WHERE r.guardian_id = g.guardian_id AND r.child_id = g.child_id
            AND r.valid_from >= g.valid_from))
        THEN 'GUARDIANSHIP_REVOKED' END
    ], NULL) AS obstacles,
    k.birth_date_known AND k.birth_precision_known AND k.life_status_known
      AND {knows capacity of k} AND {knows away of k} AND {knows revoked of k} AS is_known,
    CASE WHEN EXISTS (SELECT 1 FROM mates h WHERE h.person_id = k.person_id) THEN true
      WHEN {knows member of k} AND {knows member of row} THEN false END AS lives_with_child,
    CASE k.relation WHEN 'PARENT' THEN 1 WHEN 'GRANDPARENT' THEN 2 WHEN 'SIBLING' THEN 3 WHEN 'HALF_SIBLING' THEN 3
      ELSE 4 END AS legal_order
  FROM kin k
)
SELECT person_id, relation, is_lineal, degree, NOT is_lineal AS needs_agreement, lives_with_child, legal_order,
  CASE WHEN cardinality(obstacles) > 0 THEN false WHEN is_known THEN true END AS is_eligible,
  CASE WHEN is_known THEN obstacles ELSE array_append(obstacles, 'NOT_READABLE') END AS reasons
FROM weighed"""

ELIGIBLE_CARERS: Final = DerivedRelation(
    type="Child",
    name="eligibleCarers",
    object="EligibleCarer",
    title_zh="今日可以接手照护的亲属（据记录推导，不代替评估）",
    title_en="Kin who could take over care today, by the records; no substitute for an assessment",
    object_zh="可能的照护人",
    object_en="A relative who might care for a child",
    owner=OWNER,
    sources=(
        *SOURCES,
        FactSource("someone", "Person", shows=("sex", "life_status", "birth_date", "birth_precision")),
        FactSource(
            "capacity", "CapacityFact", ("person_id", "kind"), condition=CURRENT, about="person_id", is_needed=False
        ),
        FactSource(
            "away", "Migration", ("person_id", "left_on", "returned_on"), about="person_id", is_needed=False,
            condition="{row}.left_on <= {today} AND ({row}.returned_on IS NULL OR {row}.returned_on > {today})",
        ),
        FactSource(
            "revoked", "Guardianship", ("guardian_id", "status"), facts=("child_id", "valid_from"), about="guardian_id",
            condition="{row}.status = 'REVOKED' AND {row}.valid_from <= {today}", is_needed=False,
        ),
        FactSource(
            "restored", "Guardianship", ("guardian_id", "status"), facts=("child_id", "valid_from"), is_needed=False,
            condition="{row}.status = 'EFFECTIVE' AND " + CURRENT,
        ),
        FactSource(
            "member", "HouseholdMember", ("person_id", "household_id", "kind"), about="person_id", is_needed=False,
            condition="{row}.kind = 'ACTUAL' AND " + CURRENT,
        ),
    ),
    parts=PARTS,
    sql=_SQL,
    fields=(
        RELATION,
        IS_LINEAL,
        derived_field(
            "livesWithChild", Scalar.BOOLEAN, "lives_with_child", "与儿童同住", "Lives in the child's actual household",
            nullable=True, owner=OWNER,
        ),
        derived_field(
            "needsAgreement", Scalar.BOOLEAN, "needs_agreement", "须签订并备案委托协议（F8）",
            "Needs a delegation agreement that is filed (F8)", owner=OWNER,
        ),
        derived_field(
            "isEligible", Scalar.BOOLEAN, "is_eligible", "记录中没有障碍", "No obstacle on record; null: may not be judged",
            nullable=True, owner=OWNER,
        ),
        derived_field(
            "reasons", Scalar.ENUM, "reasons", "不能照护的原因", "What stands against it", enum="CarerObstacle", is_list=True,
            owner=OWNER,
        ),
        derived_field(
            "legalOrder", Scalar.INT, "legal_order", "法定顺序（民法典第二十七条）",
            "Place in the order of law: 1 parents, 2 grandparents, 3 siblings, 4 other kin", owner=OWNER,
        ),
    ),
    ends=(PERSON,),
    arguments=(
        DerivedArgument(
            "includeOthers", Scalar.BOOLEAN, "{value} OR {item}.is_eligible IS TRUE", "包括不符合条件的亲属及原因",
            "Those who cannot as well, with the reasons", default=False,
        ),
    ),
    order="{item}.legal_order, {item}.degree, {item}.lives_with_child DESC NULLS LAST, {item}.person_id",
    subject="person_id",
    weight=75,
)  # fmt: skip
