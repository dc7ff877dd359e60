"""How kinship is derived: the part of the SQL that `Child.kin` and `Child.eligibleCarers` share.

What it means, with the articles of the Civil Code (民法典):

- A *legal parent* on a day is an adoptive parent on that day, or a biological parent unless an adoption is in force
  (1111: adoption ends the relation to biological parents and their kin, from its day on). The biological parent who was
  married to the adopter on the day of adoption stays (1103: adoption by a step-parent). A dissolved adoption lets the
  biological relation revive (1117), because it is only put aside here.
- Marriage makes no parent and divorce ends none (1071, 1084). Death ends nothing: the dead are kin.
- *Lineal* is who is reached by legal parents alone, upwards or downwards. A step-parent never is, even with the rights
  of 1072: without adoption there is no line. So F8 asks for an agreement.
- A *step-parent* is who is recorded as such (PARENT_STEP, which stands for the upbringing of 1072), or is married to a
  legal parent. The recorded link ends with the divorce from a living parent, and with a later adoption of the child.
- Brothers and sisters share a legal parent. They are *half* only where another parent of each is known and differs.
- By blood or adoption: four generations up, two down, and the collateral line up to the child of a grandparent's
  child (三代以内旁系血亲), with the grandparents' siblings. By marriage: spouses of siblings, uncles and aunts.
- Who is related in several ways appears once: fewest steps, then blood or adoption before step before marriage.

Both walks count their steps, so a cycle in the data ends them. `{edge}` are today's rows that the caller may see,
`{past}` those of any day: what is hidden from the caller neither makes nor unmakes kin.
"""

from __future__ import annotations

from typing import Final

from kinfold.plugin_api import FactSource

CURRENT: Final = "{row}.valid_from <= {today} AND ({row}.valid_to IS NULL OR {row}.valid_to > {today})"

#: `kin` has person_id, relation, is_lineal, degree, closeness, side and the columns of `someone`.
WALK: Final = """
legal AS NOT MATERIALIZED (
  SELECT k.senior_id, k.junior_id FROM {edge} k
  WHERE k.kind = 'PARENT_ADOPTIVE' OR k.kind = 'PARENT_BIOLOGICAL' AND NOT EXISTS (
    SELECT 1 FROM {edge} a WHERE a.junior_id = k.junior_id AND a.kind = 'PARENT_ADOPTIVE' AND NOT EXISTS (
      SELECT 1 FROM {past} m
      WHERE m.kind = 'SPOUSE' AND m.senior_id IN (k.senior_id, a.senior_id) AND m.junior_id IN (k.senior_id, a.senior_id)
        AND m.valid_from <= a.valid_from AND (m.valid_to IS NULL OR m.valid_to > a.valid_from)))
),
up(person_id, u, via) AS (
  SELECT {row}."id", 0, NULL::uuid
  UNION
  SELECT l.senior_id, w.u + 1, coalesce(w.via, l.senior_id) FROM up w JOIN legal l ON l.junior_id = w.person_id
  WHERE w.u < 4
),
down(person_id, u, d, via) AS (
  SELECT w.person_id, w.u, 0, w.via FROM up w
  UNION
  SELECT l.junior_id, w.u, w.d + 1, w.via FROM down w JOIN legal l ON l.senior_id = w.person_id
  WHERE w.d < CASE w.u WHEN 4 THEN 0 WHEN 3 THEN 1 ELSE 2 END
),
blood AS (
  SELECT DISTINCT ON (g.person_id) g.person_id, g.u, g.d, g.vias FROM (
    SELECT w.person_id, w.u, w.d, array_agg(DISTINCT w.via) AS vias FROM down w
    WHERE w.person_id <> {row}."id" GROUP BY w.person_id, w.u, w.d
  ) g ORDER BY g.person_id, g.u + g.d, g.u * g.d, g.u DESC
),
steps(person_id, u) AS (
  SELECT DISTINCT s.person_id, w.u FROM up w CROSS JOIN LATERAL {step_parents of w.person_id} s(person_id)
  WHERE w.u <= 1 AND NOT EXISTS (SELECT 1 FROM up o WHERE o.person_id = s.person_id AND o.u = w.u + 1)
),
ways(person_id, relation, degree, closeness, vias) AS (
  SELECT b.person_id, CASE
      WHEN b.d = 0 THEN (ARRAY['PARENT', 'GRANDPARENT', 'GREAT_GRANDPARENT', 'GREAT_GREAT_GRANDPARENT'])[b.u]
      WHEN b.u = 0 THEN (ARRAY['CHILD', 'GRANDCHILD'])[b.d]
      WHEN b.u = 1 AND b.d = 2 THEN 'NIECE_OR_NEPHEW'
      WHEN b.u = 2 THEN (ARRAY['UNCLE_OR_AUNT', 'COUSIN'])[b.d]
      WHEN b.u = 3 THEN 'GREAT_UNCLE_OR_AUNT'
      WHEN cardinality(b.vias) = 1 AND EXISTS (SELECT 1 FROM up o WHERE o.u = 1 AND o.person_id <> b.vias[1])
        AND EXISTS (SELECT 1 FROM legal l WHERE l.junior_id = b.person_id AND l.senior_id <> b.vias[1])
      THEN 'HALF_SIBLING' ELSE 'SIBLING' END,
    b.u + b.d, 0, b.vias
  FROM blood b
  UNION ALL
  SELECT s.person_id, CASE s.u WHEN 0 THEN 'STEP_PARENT' ELSE 'STEP_GRANDPARENT' END, s.u + 1, 1, NULL FROM steps s
  UNION ALL
  SELECT l.senior_id, 'STEP_GRANDPARENT', 2, 1, NULL FROM steps s JOIN legal l ON l.junior_id = s.person_id
  WHERE s.u = 0
  UNION ALL
  SELECT l.junior_id, 'STEP_SIBLING', 2, 1, NULL FROM steps s JOIN legal l ON l.senior_id = s.person_id
  WHERE s.u = 0
  UNION ALL
  SELECT k.junior_id, 'STEP_SIBLING', 2, 1, NULL FROM up w JOIN {edge} k ON k.senior_id = w.person_id
  WHERE w.u = 1 AND k.kind = 'PARENT_STEP' AND NOT {ended of k}
  UNION ALL
  SELECT m.person_id, CASE b.u WHEN 1 THEN 'SIBLING_BY_MARRIAGE' ELSE 'UNCLE_OR_AUNT_BY_MARRIAGE' END, b.u + b.d, 2, b.vias
  FROM blood b CROSS JOIN LATERAL {spouses of b.person_id} m(person_id) WHERE b.d = 1 AND b.u IN (1, 2)
),
chosen AS (
  SELECT DISTINCT ON (w.person_id) w.* FROM ways w WHERE w.person_id <> {row}."id"
  ORDER BY w.person_id, w.degree, w.closeness, w.relation, w.vias
),
lines AS MATERIALIZED (
  SELECT w.person_id, CASE p.sex WHEN 'MALE' THEN 'PATERNAL' WHEN 'FEMALE' THEN 'MATERNAL' END AS side
  FROM up w JOIN {someone} p ON p.id = w.person_id WHERE w.u = 1
),
kin AS (
  SELECT p.*, c.person_id, c.degree, c.closeness,
    c.closeness = 0 AND c.relation IN ('PARENT', 'GRANDPARENT', 'GREAT_GRANDPARENT', 'GREAT_GREAT_GRANDPARENT',
      'CHILD', 'GRANDCHILD') AS is_lineal,
    CASE WHEN c.relation LIKE 'UNCLE_OR_AUNT%' AND p.sex IN ('MALE', 'FEMALE')
      THEN replace(c.relation, 'UNCLE_OR_AUNT', CASE p.sex WHEN 'MALE' THEN 'UNCLE' ELSE 'AUNT' END)
      ELSE c.relation END AS relation,
    (SELECT CASE WHEN count(l.side) < cardinality(c.vias) THEN NULL WHEN count(DISTINCT l.side) = 2 THEN 'BOTH'
       ELSE min(l.side) END FROM unnest(c.vias) v(id) LEFT JOIN lines l ON l.person_id = v.id) AS side
  FROM chosen c JOIN {someone} p ON p.id = c.person_id
)
"""

#: Whom a recorded or a married step-parent is to `{of}`.
STEP_PARENTS: Final = """(
  SELECT k.senior_id FROM {edge} k WHERE k.junior_id = {of} AND k.kind = 'PARENT_STEP' AND NOT {ended of k}
  UNION ALL
  SELECT m.junior_id FROM legal l JOIN {edge} m ON m.senior_id = l.senior_id AND m.kind = 'SPOUSE' WHERE l.junior_id = {of}
  UNION ALL
  SELECT m.senior_id FROM legal l JOIN {edge} m ON m.junior_id = l.senior_id AND m.kind = 'SPOUSE' WHERE l.junior_id = {of}
)"""

#: The recorded step link `{of}` has ended: by an adoption since, or by divorce from a living parent and no other bond.
ENDED: Final = """(
  EXISTS (SELECT 1 FROM {edge} a WHERE a.junior_id = {of}.junior_id AND a.kind = 'PARENT_ADOPTIVE'
    AND a.valid_from >= {of}.valid_from)
  OR EXISTS (SELECT 1 FROM legal l JOIN {past} m ON m.kind = 'SPOUSE'
      AND m.senior_id IN (l.senior_id, {of}.senior_id) AND m.junior_id IN (l.senior_id, {of}.senior_id)
    WHERE l.junior_id = {of}.junior_id AND m.valid_to <= {today}
      AND NOT EXISTS (SELECT 1 FROM {someone} q WHERE q.id = l.senior_id AND q.life_status = 'DECEASED'))
  AND NOT EXISTS (SELECT 1 FROM legal l JOIN {edge} m ON m.kind = 'SPOUSE'
      AND m.senior_id IN (l.senior_id, {of}.senior_id) AND m.junior_id IN (l.senior_id, {of}.senior_id)
    WHERE l.junior_id = {of}.junior_id)
)"""

SPOUSES: Final = """(
  SELECT m.junior_id FROM {edge} m WHERE m.senior_id = {of} AND m.kind = 'SPOUSE'
  UNION ALL
  SELECT m.senior_id FROM {edge} m WHERE m.junior_id = {of} AND m.kind = 'SPOUSE'
)"""

PARTS: Final = {"walk": WALK, "step_parents": STEP_PARENTS, "ended": ENDED, "spouses": SPOUSES}
_KEYS = ("senior_id", "junior_id", "kind")
_DAYS = ("valid_from", "valid_to")
SOURCES: Final = (
    FactSource("edge", "Kinship", _KEYS, facts=_DAYS, condition=CURRENT),
    FactSource("past", "Kinship", _KEYS, facts=_DAYS),
)
