-- $1 text: jurisdiction of $id
-- $2 uuid: uuid of $id
-- $3 date: today
-- $4 bigint: caller's regions, first number
-- $5 bigint: caller's regions, last number
-- $6 boolean: true
-- $7 bigint: size: 200
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."id" AS "~p",
        (
          SELECT coalesce(json_agg(row_to_json(t2o)), '[]'::json)
          FROM (
            SELECT t2."person_id" AS "~p",
              t2."relation" AS "relation",
              t2."lives_with_child" AS "livesWithChild",
              t2."is_eligible" AS "isEligible",
              t2."reasons" AS "reasons",
              t2."legal_order" AS "legalOrder",
              (
                SELECT row_to_json(t3o)
                FROM (
                  SELECT t3."name" AS "name"
                  FROM "core"."person" t3
                  WHERE t3."jurisdiction" = t1."jurisdiction"
                    AND t3."id" = t2."person_id"
                    AND ((t3."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                ) t3o
              ) AS "person"
            FROM (
              WITH RECURSIVE legal AS NOT MATERIALIZED(
                SELECT k.senior_id,
                  k.junior_id
                FROM (
                  SELECT t5."jurisdiction" AS "jurisdiction",
                    t5."id" AS "id",
                    t5."region_code" AS "region_code",
                    t5."region_ord" AS "region_ord",
                    t5."senior_id" AS "senior_id",
                    t5."junior_id" AS "junior_id",
                    t5."kind" AS "kind",
                    t5."valid_from" AS "valid_from",
                    t5."valid_to" AS "valid_to"
                  FROM "core"."kinship" t5
                  WHERE t5."jurisdiction" = t1."jurisdiction"
                    AND ((t5."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                    AND (t5.valid_from <= $3::date AND (t5.valid_to IS NULL OR t5.valid_to > $3::date))
                ) k
                WHERE k.kind = 'PARENT_ADOPTIVE'
                  OR k.kind = 'PARENT_BIOLOGICAL'
                    AND NOT EXISTS (
                      SELECT 1
                      FROM (
                        SELECT t6."jurisdiction" AS "jurisdiction",
                          t6."id" AS "id",
                          t6."region_code" AS "region_code",
                          t6."region_ord" AS "region_ord",
                          t6."senior_id" AS "senior_id",
                          t6."junior_id" AS "junior_id",
                          t6."kind" AS "kind",
                          t6."valid_from" AS "valid_from",
                          t6."valid_to" AS "valid_to"
                        FROM "core"."kinship" t6
                        WHERE t6."jurisdiction" = t1."jurisdiction"
                          AND ((t6."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                          AND (t6.valid_from <= $3::date AND (t6.valid_to IS NULL OR t6.valid_to > $3::date))
                      ) a
                      WHERE a.junior_id = k.junior_id
                        AND a.kind = 'PARENT_ADOPTIVE'
                        AND NOT EXISTS (
                          SELECT 1
                          FROM (
                            SELECT t7."jurisdiction" AS "jurisdiction",
                              t7."id" AS "id",
                              t7."region_code" AS "region_code",
                              t7."region_ord" AS "region_ord",
                              t7."senior_id" AS "senior_id",
                              t7."junior_id" AS "junior_id",
                              t7."kind" AS "kind",
                              t7."valid_from" AS "valid_from",
                              t7."valid_to" AS "valid_to"
                            FROM "core"."kinship" t7
                            WHERE t7."jurisdiction" = t1."jurisdiction"
                              AND ((t7."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                          ) m
                          WHERE m.kind = 'SPOUSE'
                            AND m.senior_id IN (k.senior_id, a.senior_id)
                            AND m.junior_id IN (k.senior_id, a.senior_id)
                            AND m.valid_from <= a.valid_from
                            AND (m.valid_to IS NULL OR m.valid_to > a.valid_from)
                        )
                    )
              ),
                up(person_id, u, via) AS (
                  SELECT t1."id",
                    0,
                    NULL::uuid
                  UNION SELECT l.senior_id, w.u + 1, coalesce(w.via, l.senior_id)
                  FROM up w
                  JOIN legal l ON l.junior_id = w.person_id
                  WHERE w.u < 4
                ),
                down(person_id, u, d, via) AS (
                  SELECT w.person_id,
                    w.u,
                    0,
                    w.via
                  FROM up w
                  UNION SELECT l.junior_id, w.u, w.d + 1, w.via
                  FROM down w
                  JOIN legal l ON l.senior_id = w.person_id
                  WHERE w.d < CASE w.u WHEN 4 THEN 0 WHEN 3 THEN 1 ELSE 2 END
                ),
                blood AS (
                  SELECT DISTINCT ON (g.person_id) g.person_id,
                    g.u,
                    g.d,
                    g.vias
                  FROM (
                    SELECT w.person_id,
                      w.u,
                      w.d,
                      array_agg(DISTINCT w.via) AS vias
                    FROM down w
                    WHERE w.person_id <> t1."id"
                    GROUP BY w.person_id, w.u, w.d
                  ) g
                  ORDER BY g.person_id, g.u + g.d, g.u * g.d, g.u DESC
                ),
                steps(person_id, u) AS (
                  SELECT DISTINCT s.person_id,
                    w.u
                  FROM up w
                  CROSS JOIN LATERAL(
                    SELECT k.senior_id
                    FROM (
                      SELECT t8."jurisdiction" AS "jurisdiction",
                        t8."id" AS "id",
                        t8."region_code" AS "region_code",
                        t8."region_ord" AS "region_ord",
                        t8."senior_id" AS "senior_id",
                        t8."junior_id" AS "junior_id",
                        t8."kind" AS "kind",
                        t8."valid_from" AS "valid_from",
                        t8."valid_to" AS "valid_to"
                      FROM "core"."kinship" t8
                      WHERE t8."jurisdiction" = t1."jurisdiction"
                        AND ((t8."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                        AND (t8.valid_from <= $3::date AND (t8.valid_to IS NULL OR t8.valid_to > $3::date))
                    ) k
                    WHERE k.junior_id = w.person_id
                      AND k.kind = 'PARENT_STEP'
                      AND NOT (
                        EXISTS (
                          SELECT 1
                          FROM (
                            SELECT t9."jurisdiction" AS "jurisdiction",
                              t9."id" AS "id",
                              t9."region_code" AS "region_code",
                              t9."region_ord" AS "region_ord",
                              t9."senior_id" AS "senior_id",
                              t9."junior_id" AS "junior_id",
                              t9."kind" AS "kind",
                              t9."valid_from" AS "valid_from",
                              t9."valid_to" AS "valid_to"
                            FROM "core"."kinship" t9
                            WHERE t9."jurisdiction" = t1."jurisdiction"
                              AND ((t9."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                              AND (t9.valid_from <= $3::date AND (t9.valid_to IS NULL OR t9.valid_to > $3::date))
                          ) a
                          WHERE a.junior_id = k.junior_id
                            AND a.kind = 'PARENT_ADOPTIVE'
                            AND a.valid_from >= k.valid_from
                        )
                        OR EXISTS (
                          SELECT 1
                          FROM legal l
                          JOIN (
                            SELECT t10."jurisdiction" AS "jurisdiction",
                              t10."id" AS "id",
                              t10."region_code" AS "region_code",
                              t10."region_ord" AS "region_ord",
                              t10."senior_id" AS "senior_id",
                              t10."junior_id" AS "junior_id",
                              t10."kind" AS "kind",
                              t10."valid_from" AS "valid_from",
                              t10."valid_to" AS "valid_to"
                            FROM "core"."kinship" t10
                            WHERE t10."jurisdiction" = t1."jurisdiction"
                              AND ((t10."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                          ) m ON m.kind = 'SPOUSE'
                            AND m.senior_id IN (l.senior_id, k.senior_id)
                            AND m.junior_id IN (l.senior_id, k.senior_id)
                          WHERE l.junior_id = k.junior_id
                            AND m.valid_to <= $3::date
                            AND NOT EXISTS (
                              SELECT 1
                              FROM (
                                SELECT t11."jurisdiction" AS "jurisdiction",
                                  t11."id" AS "id",
                                  t11."region_code" AS "region_code",
                                  t11."region_ord" AS "region_ord",
                                  t11."sex" AS "sex",
                                  true AS "sex_known",
                                  t11."life_status" AS "life_status",
                                  true AS "life_status_known",
                                  t11."birth_date" AS "birth_date",
                                  true AS "birth_date_known",
                                  t11."birth_precision" AS "birth_precision",
                                  true AS "birth_precision_known"
                                FROM "core"."person" t11
                                WHERE t11."jurisdiction" = t1."jurisdiction"
                                  AND ((t11."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                              ) q
                              WHERE q.id = l.senior_id
                                AND q.life_status = 'DECEASED'
                            )
                        )
                        AND NOT EXISTS (
                          SELECT 1
                          FROM legal l
                          JOIN (
                            SELECT t12."jurisdiction" AS "jurisdiction",
                              t12."id" AS "id",
                              t12."region_code" AS "region_code",
                              t12."region_ord" AS "region_ord",
                              t12."senior_id" AS "senior_id",
                              t12."junior_id" AS "junior_id",
                              t12."kind" AS "kind",
                              t12."valid_from" AS "valid_from",
                              t12."valid_to" AS "valid_to"
                            FROM "core"."kinship" t12
                            WHERE t12."jurisdiction" = t1."jurisdiction"
                              AND ((t12."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                              AND (t12.valid_from <= $3::date AND (t12.valid_to IS NULL OR t12.valid_to > $3::date))
                          ) m ON m.kind = 'SPOUSE'
                            AND m.senior_id IN (l.senior_id, k.senior_id)
                            AND m.junior_id IN (l.senior_id, k.senior_id)
                          WHERE l.junior_id = k.junior_id
                        )
                      )
                    UNION ALL SELECT m.junior_id
                    FROM legal l
                    JOIN (
                      SELECT t13."jurisdiction" AS "jurisdiction",
                        t13."id" AS "id",
                        t13."region_code" AS "region_code",
                        t13."region_ord" AS "region_ord",
                        t13."senior_id" AS "senior_id",
                        t13."junior_id" AS "junior_id",
                        t13."kind" AS "kind",
                        t13."valid_from" AS "valid_from",
                        t13."valid_to" AS "valid_to"
                      FROM "core"."kinship" t13
                      WHERE t13."jurisdiction" = t1."jurisdiction"
                        AND ((t13."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                        AND (t13.valid_from <= $3::date AND (t13.valid_to IS NULL OR t13.valid_to > $3::date))
                    ) m ON m.senior_id = l.senior_id
                      AND m.kind = 'SPOUSE'
                    WHERE l.junior_id = w.person_id
                    UNION ALL SELECT m.senior_id
                    FROM legal l
                    JOIN (
                      SELECT t14."jurisdiction" AS "jurisdiction",
                        t14."id" AS "id",
                        t14."region_code" AS "region_code",
                        t14."region_ord" AS "region_ord",
                        t14."senior_id" AS "senior_id",
                        t14."junior_id" AS "junior_id",
                        t14."kind" AS "kind",
                        t14."valid_from" AS "valid_from",
                        t14."valid_to" AS "valid_to"
                      FROM "core"."kinship" t14
                      WHERE t14."jurisdiction" = t1."jurisdiction"
                        AND ((t14."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                        AND (t14.valid_from <= $3::date AND (t14.valid_to IS NULL OR t14.valid_to > $3::date))
                    ) m ON m.junior_id = l.senior_id
                      AND m.kind = 'SPOUSE'
                    WHERE l.junior_id = w.person_id
                  ) s(person_id)
                  WHERE w.u <= 1
                    AND NOT EXISTS (
                      SELECT 1
                      FROM up o
                      WHERE o.person_id = s.person_id
                        AND o.u = w.u + 1
                    )
                ),
                ways(person_id, relation, degree, closeness, vias) AS (
                  SELECT b.person_id,
                    CASE
                      WHEN b.d = 0 THEN (ARRAY['PARENT', 'GRANDPARENT', 'GREAT_GRANDPARENT', 'GREAT_GREAT_GRANDPARENT'])[b.u]
                      WHEN b.u = 0 THEN (ARRAY['CHILD', 'GRANDCHILD'])[b.d]
                      WHEN b.u = 1 AND b.d = 2 THEN 'NIECE_OR_NEPHEW'
                      WHEN b.u = 2 THEN (ARRAY['UNCLE_OR_AUNT', 'COUSIN'])[b.d]
                      WHEN b.u = 3 THEN 'GREAT_UNCLE_OR_AUNT'
                      WHEN cardinality(b.vias) = 1 AND EXISTS (
                        SELECT 1
                        FROM up o
                        WHERE o.u = 1
                          AND o.person_id <> b.vias[1]
                      ) AND EXISTS (
                        SELECT 1
                        FROM legal l
                        WHERE l.junior_id = b.person_id
                          AND l.senior_id <> b.vias[1]
                      ) THEN 'HALF_SIBLING'
                      ELSE 'SIBLING'
                    END,
                    b.u + b.d,
                    0,
                    b.vias
                  FROM blood b
                  UNION ALL SELECT s.person_id, CASE s.u
                    WHEN 0 THEN 'STEP_PARENT'
                    ELSE 'STEP_GRANDPARENT'
                  END, s.u + 1, 1, NULL
                  FROM steps s
                  UNION ALL SELECT l.senior_id, 'STEP_GRANDPARENT', 2, 1, NULL
                  FROM steps s
                  JOIN legal l ON l.junior_id = s.person_id
                  WHERE s.u = 0
                  UNION ALL SELECT l.junior_id, 'STEP_SIBLING', 2, 1, NULL
                  FROM steps s
                  JOIN legal l ON l.senior_id = s.person_id
                  WHERE s.u = 0
                  UNION ALL SELECT k.junior_id, 'STEP_SIBLING', 2, 1, NULL
                  FROM up w
                  JOIN (
                    SELECT t15."jurisdiction" AS "jurisdiction",
                      t15."id" AS "id",
                      t15."region_code" AS "region_code",
                      t15."region_ord" AS "region_ord",
                      t15."senior_id" AS "senior_id",
                      t15."junior_id" AS "junior_id",
                      t15."kind" AS "kind",
                      t15."valid_from" AS "valid_from",
                      t15."valid_to" AS "valid_to"
                    FROM "core"."kinship" t15
                    WHERE t15."jurisdiction" = t1."jurisdiction"
                      AND ((t15."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                      AND (t15.valid_from <= $3::date AND (t15.valid_to IS NULL OR t15.valid_to > $3::date))
                  ) k ON k.senior_id = w.person_id
                  WHERE w.u = 1
                    AND k.kind = 'PARENT_STEP'
                    AND NOT (
                      EXISTS (
                        SELECT 1
                        FROM (
                          SELECT t16."jurisdiction" AS "jurisdiction",
                            t16."id" AS "id",
                            t16."region_code" AS "region_code",
                            t16."region_ord" AS "region_ord",
                            t16."senior_id" AS "senior_id",
                            t16."junior_id" AS "junior_id",
                            t16."kind" AS "kind",
                            t16."valid_from" AS "valid_from",
                            t16."valid_to" AS "valid_to"
                          FROM "core"."kinship" t16
                          WHERE t16."jurisdiction" = t1."jurisdiction"
                            AND ((t16."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                            AND (t16.valid_from <= $3::date AND (t16.valid_to IS NULL OR t16.valid_to > $3::date))
                        ) a
                        WHERE a.junior_id = k.junior_id
                          AND a.kind = 'PARENT_ADOPTIVE'
                          AND a.valid_from >= k.valid_from
                      )
                      OR EXISTS (
                        SELECT 1
                        FROM legal l
                        JOIN (
                          SELECT t17."jurisdiction" AS "jurisdiction",
                            t17."id" AS "id",
                            t17."region_code" AS "region_code",
                            t17."region_ord" AS "region_ord",
                            t17."senior_id" AS "senior_id",
                            t17."junior_id" AS "junior_id",
                            t17."kind" AS "kind",
                            t17."valid_from" AS "valid_from",
                            t17."valid_to" AS "valid_to"
                          FROM "core"."kinship" t17
                          WHERE t17."jurisdiction" = t1."jurisdiction"
                            AND ((t17."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                        ) m ON m.kind = 'SPOUSE'
                          AND m.senior_id IN (l.senior_id, k.senior_id)
                          AND m.junior_id IN (l.senior_id, k.senior_id)
                        WHERE l.junior_id = k.junior_id
                          AND m.valid_to <= $3::date
                          AND NOT EXISTS (
                            SELECT 1
                            FROM (
                              SELECT t18."jurisdiction" AS "jurisdiction",
                                t18."id" AS "id",
                                t18."region_code" AS "region_code",
                                t18."region_ord" AS "region_ord",
                                t18."sex" AS "sex",
                                true AS "sex_known",
                                t18."life_status" AS "life_status",
                                true AS "life_status_known",
                                t18."birth_date" AS "birth_date",
                                true AS "birth_date_known",
                                t18."birth_precision" AS "birth_precision",
                                true AS "birth_precision_known"
                              FROM "core"."person" t18
                              WHERE t18."jurisdiction" = t1."jurisdiction"
                                AND ((t18."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                            ) q
                            WHERE q.id = l.senior_id
                              AND q.life_status = 'DECEASED'
                          )
                      )
                      AND NOT EXISTS (
                        SELECT 1
                        FROM legal l
                        JOIN (
                          SELECT t19."jurisdiction" AS "jurisdiction",
                            t19."id" AS "id",
                            t19."region_code" AS "region_code",
                            t19."region_ord" AS "region_ord",
                            t19."senior_id" AS "senior_id",
                            t19."junior_id" AS "junior_id",
                            t19."kind" AS "kind",
                            t19."valid_from" AS "valid_from",
                            t19."valid_to" AS "valid_to"
                          FROM "core"."kinship" t19
                          WHERE t19."jurisdiction" = t1."jurisdiction"
                            AND ((t19."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                            AND (t19.valid_from <= $3::date AND (t19.valid_to IS NULL OR t19.valid_to > $3::date))
                        ) m ON m.kind = 'SPOUSE'
                          AND m.senior_id IN (l.senior_id, k.senior_id)
                          AND m.junior_id IN (l.senior_id, k.senior_id)
                        WHERE l.junior_id = k.junior_id
                      )
                    )
                  UNION ALL SELECT m.person_id, CASE b.u
                    WHEN 1 THEN 'SIBLING_BY_MARRIAGE'
                    ELSE 'UNCLE_OR_AUNT_BY_MARRIAGE'
                  END, b.u + b.d, 2, b.vias
                  FROM blood b
                  CROSS JOIN LATERAL(
                    SELECT m.junior_id
                    FROM (
                      SELECT t20."jurisdiction" AS "jurisdiction",
                        t20."id" AS "id",
                        t20."region_code" AS "region_code",
                        t20."region_ord" AS "region_ord",
                        t20."senior_id" AS "senior_id",
                        t20."junior_id" AS "junior_id",
                        t20."kind" AS "kind",
                        t20."valid_from" AS "valid_from",
                        t20."valid_to" AS "valid_to"
                      FROM "core"."kinship" t20
                      WHERE t20."jurisdiction" = t1."jurisdiction"
                        AND ((t20."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                        AND (t20.valid_from <= $3::date AND (t20.valid_to IS NULL OR t20.valid_to > $3::date))
                    ) m
                    WHERE m.senior_id = b.person_id
                      AND m.kind = 'SPOUSE'
                    UNION ALL SELECT m.senior_id
                    FROM (
                      SELECT t21."jurisdiction" AS "jurisdiction",
                        t21."id" AS "id",
                        t21."region_code" AS "region_code",
                        t21."region_ord" AS "region_ord",
                        t21."senior_id" AS "senior_id",
                        t21."junior_id" AS "junior_id",
                        t21."kind" AS "kind",
                        t21."valid_from" AS "valid_from",
                        t21."valid_to" AS "valid_to"
                      FROM "core"."kinship" t21
                      WHERE t21."jurisdiction" = t1."jurisdiction"
                        AND ((t21."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                        AND (t21.valid_from <= $3::date AND (t21.valid_to IS NULL OR t21.valid_to > $3::date))
                    ) m
                    WHERE m.junior_id = b.person_id
                      AND m.kind = 'SPOUSE'
                  ) m(person_id)
                  WHERE b.d = 1
                    AND b.u IN (1, 2)
                ),
                chosen AS (
                  SELECT DISTINCT ON (w.person_id) w.*
                  FROM ways w
                  WHERE w.person_id <> t1."id"
                  ORDER BY w.person_id, w.degree, w.closeness, w.relation, w.vias
                ),
                lines AS MATERIALIZED(
                  SELECT w.person_id,
                    CASE p.sex WHEN 'MALE' THEN 'PATERNAL' WHEN 'FEMALE' THEN 'MATERNAL' END AS side
                  FROM up w
                  JOIN (
                    SELECT t22."jurisdiction" AS "jurisdiction",
                      t22."id" AS "id",
                      t22."region_code" AS "region_code",
                      t22."region_ord" AS "region_ord",
                      t22."sex" AS "sex",
                      true AS "sex_known",
                      t22."life_status" AS "life_status",
                      true AS "life_status_known",
                      t22."birth_date" AS "birth_date",
                      true AS "birth_date_known",
                      t22."birth_precision" AS "birth_precision",
                      true AS "birth_precision_known"
                    FROM "core"."person" t22
                    WHERE t22."jurisdiction" = t1."jurisdiction"
                      AND ((t22."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                  ) p ON p.id = w.person_id
                  WHERE w.u = 1
                ),
                kin AS (
                  SELECT p.*,
                    c.person_id,
                    c.degree,
                    c.closeness,
                    c.closeness = 0 AND c.relation IN (
                      'PARENT',
                      'GRANDPARENT',
                      'GREAT_GRANDPARENT',
                      'GREAT_GREAT_GRANDPARENT',
                      'CHILD',
                      'GRANDCHILD'
                    ) AS is_lineal,
                    CASE
                      WHEN c.relation LIKE 'UNCLE_OR_AUNT%' AND p.sex IN ('MALE', 'FEMALE') THEN replace(c.relation, 'UNCLE_OR_AUNT', CASE p.sex WHEN 'MALE' THEN 'UNCLE' ELSE 'AUNT' END)
                      ELSE c.relation
                    END AS relation,
                    (
                      SELECT CASE
                        WHEN count(l.side) < cardinality(c.vias) THEN NULL
                        WHEN count(DISTINCT l.side) = 2 THEN 'BOTH'
                        ELSE min(l.side)
                      END
                      FROM unnest(c.vias) v(id)
                      LEFT JOIN lines l ON l.person_id = v.id
                    ) AS side
                  FROM chosen c
                  JOIN (
                    SELECT t23."jurisdiction" AS "jurisdiction",
                      t23."id" AS "id",
                      t23."region_code" AS "region_code",
                      t23."region_ord" AS "region_ord",
                      t23."sex" AS "sex",
                      true AS "sex_known",
                      t23."life_status" AS "life_status",
                      true AS "life_status_known",
                      t23."birth_date" AS "birth_date",
                      true AS "birth_date_known",
                      t23."birth_precision" AS "birth_precision",
                      true AS "birth_precision_known"
                    FROM "core"."person" t23
                    WHERE t23."jurisdiction" = t1."jurisdiction"
                      AND ((t23."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                  ) p ON p.id = c.person_id
                ),
                mates AS MATERIALIZED(
                  SELECT b.person_id
                  FROM (
                    SELECT t24."jurisdiction" AS "jurisdiction",
                      t24."id" AS "id",
                      t24."region_code" AS "region_code",
                      t24."region_ord" AS "region_ord",
                      t24."person_id" AS "person_id",
                      t24."household_id" AS "household_id",
                      t24."kind" AS "kind"
                    FROM "core"."household_member" t24
                    WHERE t24."jurisdiction" = t1."jurisdiction"
                      AND ((t24."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                      AND (
                        t24.kind = 'ACTUAL'
                        AND t24.valid_from <= $3::date
                        AND (t24.valid_to IS NULL OR t24.valid_to > $3::date)
                      )
                  ) a
                  JOIN (
                    SELECT t25."jurisdiction" AS "jurisdiction",
                      t25."id" AS "id",
                      t25."region_code" AS "region_code",
                      t25."region_ord" AS "region_ord",
                      t25."person_id" AS "person_id",
                      t25."household_id" AS "household_id",
                      t25."kind" AS "kind"
                    FROM "core"."household_member" t25
                    WHERE t25."jurisdiction" = t1."jurisdiction"
                      AND ((t25."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                      AND (
                        t25.kind = 'ACTUAL'
                        AND t25.valid_from <= $3::date
                        AND (t25.valid_to IS NULL OR t25.valid_to > $3::date)
                      )
                  ) b ON b.household_id = a.household_id
                  WHERE a.person_id = t1."id"
                ),
                weighed AS (
                  SELECT k.*,
                    array_remove(
                      ARRAY[CASE
                        WHEN k.life_status = 'DECEASED' THEN 'DECEASED'
                        WHEN k.life_status = 'MISSING' THEN 'MISSING'
                      END,
                      CASE
                        WHEN CASE k.birth_precision
                        WHEN 'YEAR' THEN (date_trunc('year', k.birth_date) + interval '1 year - 1 day')::date
                        WHEN 'MONTH' THEN (date_trunc('month', k.birth_date) + interval '1 month - 1 day')::date
                        ELSE k.birth_date
                      END > ($3::date - interval '18 years')::date THEN 'MINOR'
                        WHEN k.birth_date IS NULL AND k.birth_date_known THEN 'AGE_UNKNOWN'
                      END,
                      CASE
                        WHEN EXISTS (
                          SELECT 1
                          FROM (
                            SELECT t26."jurisdiction" AS "jurisdiction",
                              t26."id" AS "id",
                              t26."region_code" AS "region_code",
                              t26."region_ord" AS "region_ord",
                              t26."person_id" AS "person_id",
                              t26."kind" AS "kind"
                            FROM "core"."capacity_fact" t26
                            WHERE t26."jurisdiction" = t1."jurisdiction"
                              AND ((t26."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                              AND (t26.valid_from <= $3::date AND (t26.valid_to IS NULL OR t26.valid_to > $3::date))
                          ) f
                          WHERE f.person_id = k.person_id
                            AND f.kind IN ('LIMITED', 'NONE')
                        ) THEN 'INCAPABLE'
                      END,
                      CASE
                        WHEN EXISTS (
                          SELECT 1
                          FROM (
                            SELECT t27."jurisdiction" AS "jurisdiction",
                              t27."id" AS "id",
                              t27."region_code" AS "region_code",
                              t27."region_ord" AS "region_ord",
                              t27."person_id" AS "person_id",
                              t27."left_on" AS "left_on",
                              t27."returned_on" AS "returned_on"
                            FROM "core"."migration" t27
                            WHERE t27."jurisdiction" = t1."jurisdiction"
                              AND ((t27."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                              AND (
                                t27.left_on <= $3::date
                                AND (t27.returned_on IS NULL OR t27.returned_on > $3::date)
                              )
                          ) f
                          WHERE f.person_id = k.person_id
                        ) THEN 'AWAY'
                      END,
                      CASE
                        WHEN EXISTS (
                          SELECT 1
                          FROM (
                            SELECT t28."jurisdiction" AS "jurisdiction",
                              t28."id" AS "id",
                              t28."region_code" AS "region_code",
                              t28."region_ord" AS "region_ord",
                              t28."guardian_id" AS "guardian_id",
                              t28."status" AS "status",
                              t28."child_id" AS "child_id",
                              t28."valid_from" AS "valid_from"
                            FROM "core"."guardianship" t28
                            WHERE t28."jurisdiction" = t1."jurisdiction"
                              AND ((t28."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                              AND (t28.status = 'REVOKED' AND t28.valid_from <= $3::date)
                          ) g
                          WHERE g.guardian_id = k.person_id
                            AND NOT EXISTS (
                              SELECT 1
                              FROM (
                                SELECT t29."jurisdiction" AS "jurisdiction",
                                  t29."id" AS "id",
                                  t29."region_code" AS "region_code",
                                  t29."region_ord" AS "region_ord",
                                  t29."guardian_id" AS "guardian_id",
                                  t29."status" AS "status",
                                  t29."child_id" AS "child_id",
                                  t29."valid_from" AS "valid_from"
                                FROM "core"."guardianship" t29
                                WHERE t29."jurisdiction" = t1."jurisdiction"
                                  AND ((t29."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
                                  AND (
                                    t29.status = 'EFFECTIVE'
                                    AND t29.valid_from <= $3::date
                                    AND (t29.valid_to IS NULL OR t29.valid_to > $3::date)
                                  )
                              ) r
                              WHERE r.guardian_id = g.guardian_id
                                AND r.child_id = g.child_id
                                AND r.valid_from >= g.valid_from
                            )
                        ) THEN 'GUARDIANSHIP_REVOKED'
                      END],
                      NULL
                    ) AS obstacles,
                    k.birth_date_known AND k.birth_precision_known AND k.life_status_known AND EXISTS (
                      SELECT 1
                      FROM (
                        SELECT k."jurisdiction" AS "jurisdiction",
                          NULL::uuid AS "id",
                          k."id" AS "person_id",
                          NULL::text AS "kind",
                          NULL::text AS "cause",
                          NULL::text AS "evidence",
                          NULL::date AS "valid_from",
                          NULL::date AS "valid_to",
                          k."region_code" AS "region_code",
                          k."region_ord" AS "region_ord",
                          NULL::bigint AS "version",
                          NULL::timestamptz AS "recorded_at"
                      ) t30
                      WHERE (t30."region_ord" BETWEEN $4::bigint AND $5::bigint)
                    ) AND EXISTS (
                      SELECT 1
                      FROM (
                        SELECT k."jurisdiction" AS "jurisdiction",
                          NULL::uuid AS "id",
                          k."id" AS "person_id",
                          NULL::text AS "reason",
                          NULL::text AS "destination_code",
                          NULL::text AS "destination",
                          NULL::text AS "employer",
                          NULL::date AS "left_on",
                          NULL::date AS "expected_return",
                          NULL::date AS "returned_on",
                          k."region_code" AS "region_code",
                          k."region_ord" AS "region_ord",
                          NULL::bigint AS "version",
                          NULL::timestamptz AS "recorded_at"
                      ) t31
                      WHERE (t31."region_ord" BETWEEN $4::bigint AND $5::bigint)
                    ) AND EXISTS (
                      SELECT 1
                      FROM (
                        SELECT k."jurisdiction" AS "jurisdiction",
                          NULL::uuid AS "id",
                          NULL::uuid AS "child_id",
                          k."id" AS "guardian_id",
                          NULL::uuid AS "guardian_organisation_id",
                          NULL::text AS "kind",
                          NULL::text AS "basis",
                          NULL::text AS "status",
                          NULL::date AS "valid_from",
                          NULL::date AS "valid_to",
                          k."region_code" AS "region_code",
                          k."region_ord" AS "region_ord",
                          NULL::bigint AS "version",
                          NULL::timestamptz AS "recorded_at"
                      ) t32
                      WHERE (t32."region_ord" BETWEEN $4::bigint AND $5::bigint)
                    ) AS is_known,
                    CASE
                      WHEN EXISTS (
                        SELECT 1
                        FROM mates h
                        WHERE h.person_id = k.person_id
                      ) THEN true
                      WHEN EXISTS (
                        SELECT 1
                        FROM (
                          SELECT k."jurisdiction" AS "jurisdiction",
                            NULL::uuid AS "id",
                            NULL::uuid AS "household_id",
                            k."id" AS "person_id",
                            NULL::text AS "kind",
                            NULL::text AS "relation_to_head",
                            NULL::date AS "valid_from",
                            NULL::date AS "valid_to",
                            k."region_code" AS "region_code",
                            k."region_ord" AS "region_ord",
                            NULL::bigint AS "version",
                            NULL::timestamptz AS "recorded_at"
                        ) t33
                        WHERE (t33."region_ord" BETWEEN $4::bigint AND $5::bigint)
                      ) AND EXISTS (
                        SELECT 1
                        FROM (
                          SELECT t1."jurisdiction" AS "jurisdiction",
                            NULL::uuid AS "id",
                            NULL::uuid AS "household_id",
                            t1."id" AS "person_id",
                            NULL::text AS "kind",
                            NULL::text AS "relation_to_head",
                            NULL::date AS "valid_from",
                            NULL::date AS "valid_to",
                            t1."region_code" AS "region_code",
                            t1."region_ord" AS "region_ord",
                            NULL::bigint AS "version",
                            NULL::timestamptz AS "recorded_at"
                        ) t34
                        WHERE (t34."region_ord" BETWEEN $4::bigint AND $5::bigint)
                      ) THEN false
                    END AS lives_with_child,
                    CASE k.relation
                      WHEN 'PARENT' THEN 1
                      WHEN 'GRANDPARENT' THEN 2
                      WHEN 'SIBLING' THEN 3
                      WHEN 'HALF_SIBLING' THEN 3
                      ELSE 4
                    END AS legal_order
                  FROM kin k
                ) SELECT person_id,
                relation,
                is_lineal,
                degree,
                NOT is_lineal AS needs_agreement,
                lives_with_child,
                legal_order,
                CASE WHEN cardinality(obstacles) > 0 THEN false WHEN is_known THEN true END AS is_eligible,
                CASE WHEN is_known THEN obstacles ELSE array_append(obstacles, 'NOT_READABLE') END AS reasons
              FROM weighed
            ) t2
            WHERE ($6::boolean OR t2.is_eligible IS TRUE)
              AND EXISTS (
                SELECT 1
                FROM "core"."person" t4
                WHERE t4."jurisdiction" = t1."jurisdiction"
                  AND t4."id" = t2."person_id"
                  AND ((t4."region_ord" BETWEEN $4::bigint AND $5::bigint)) IS TRUE
              )
            ORDER BY t2.legal_order, t2.degree, t2.lives_with_child DESC NULLS LAST, t2.person_id
            LIMIT $7::bigint
          ) t2o
        ) AS "eligibleCarers"
      FROM "core"."person" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
        AND (t1.birth_date > ($3::date - interval '18 years')::date)
        AND (t1."region_ord" BETWEEN $4::bigint AND $5::bigint)
    ) t1o
  ) AS "child"
) r
;
