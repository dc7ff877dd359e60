-- $1 text: caller's jurisdiction
-- $2 date: today
-- $3 bigint: caller's regions, first number
-- $4 bigint: caller's regions, last number
-- $5 date: today, 18 years before
-- $6 uuid[]: caller's organisations
-- $7 date: "2019-01-01"
-- $8 bigint: size: 50
-- $9 json: mark of a hidden cell
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1c)
    FROM (
      SELECT (
        SELECT coalesce(json_agg(row_to_json(t1n)), '[]'::json)
        FROM (
          SELECT t1p."id" AS "~p",
            CASE
              WHEN (
                EXISTS (
                  SELECT 1
                  FROM "core"."guardianship" AS t1p_r1
                  JOIN "core"."person" AS t1p_r2 ON t1p_r1."child_id" = t1p_r2."id"
                    AND (t1p_r2.birth_date > ($2::date - interval '18 years')::date)
                    AND t1p_r2."jurisdiction" = $1::text
                  JOIN "education"."enrolment" AS t1p_r3 ON t1p_r2."id" = t1p_r3."child_id"
                    AND (t1p_r3.valid_from <= $2::date AND (t1p_r3.valid_to IS NULL OR t1p_r3.valid_to > $2::date))
                    AND t1p_r3."jurisdiction" = $1::text
                  WHERE t1p."jurisdiction" = $1::text
                    AND t1p_r1."guardian_id" = t1p."id"
                    AND (t1p_r1.valid_from <= $2::date AND (t1p_r1.valid_to IS NULL OR t1p_r1.valid_to > $2::date))
                    AND t1p_r1."jurisdiction" = $1::text
                    AND t1p_r3."school_id" = ANY ($6::uuid[])
                )
                OR EXISTS (
                  SELECT 1
                  FROM "core"."delegation" AS t1p_r1
                  JOIN "core"."person" AS t1p_r2 ON t1p_r1."child_id" = t1p_r2."id"
                    AND (t1p_r2.birth_date > ($2::date - interval '18 years')::date)
                    AND t1p_r2."jurisdiction" = $1::text
                  JOIN "education"."enrolment" AS t1p_r3 ON t1p_r2."id" = t1p_r3."child_id"
                    AND (t1p_r3.valid_from <= $2::date AND (t1p_r3.valid_to IS NULL OR t1p_r3.valid_to > $2::date))
                    AND t1p_r3."jurisdiction" = $1::text
                  WHERE t1p."jurisdiction" = $1::text
                    AND t1p_r1."delegate_id" = t1p."id"
                    AND (t1p_r1.valid_from <= $2::date AND (t1p_r1.valid_to IS NULL OR t1p_r1.valid_to > $2::date))
                    AND t1p_r1."jurisdiction" = $1::text
                    AND t1p_r3."school_id" = ANY ($6::uuid[])
                )
                OR EXISTS (
                  SELECT 1
                  FROM "education"."enrolment" AS t1p_r1
                  WHERE t1p."jurisdiction" = $1::text
                    AND (t1p.birth_date > ($2::date - interval '18 years')::date)
                    AND t1p_r1."child_id" = t1p."id"
                    AND (t1p_r1.valid_from <= $2::date AND (t1p_r1.valid_to IS NULL OR t1p_r1.valid_to > $2::date))
                    AND t1p_r1."jurisdiction" = $1::text
                    AND t1p_r1."school_id" = ANY ($6::uuid[])
                )
              ) THEN to_json(t1p."name")
              ELSE to_json(left(t1p."name", 1) || '**')
            END AS "name",
            CASE
              WHEN EXISTS (
                SELECT 1
                FROM "education"."enrolment" AS t1p_r1
                WHERE t1p."jurisdiction" = $1::text
                  AND (t1p.birth_date > ($2::date - interval '18 years')::date)
                  AND t1p_r1."child_id" = t1p."id"
                  AND (t1p_r1.valid_from <= $2::date AND (t1p_r1.valid_to IS NULL OR t1p_r1.valid_to > $2::date))
                  AND t1p_r1."jurisdiction" = $1::text
                  AND t1p_r1."school_id" = ANY ($6::uuid[])
              ) THEN to_json(t1p."birth_date")
              ELSE $9::json
            END AS "birthDate"
          FROM (
            SELECT t1.*
            FROM "core"."person" t1
            WHERE t1."jurisdiction" = $1::text
              AND (t1.birth_date > ($2::date - interval '18 years')::date)
              AND (
                ((t1."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint) AND (t1."birth_date" > $5::date))
                OR (
                  t1."jurisdiction" = $1::text
                  AND t1."id" = ANY (
                    ARRAY(
                      SELECT t1_r1."guardian_id"
                      FROM "core"."guardianship" AS t1_r1
                      JOIN "core"."person" AS t1_r2 ON t1_r1."child_id" = t1_r2."id"
                        AND (t1_r2.birth_date > ($2::date - interval '18 years')::date)
                        AND t1_r2."jurisdiction" = $1::text
                      JOIN "education"."enrolment" AS t1_r3 ON t1_r2."id" = t1_r3."child_id"
                        AND (t1_r3.valid_from <= $2::date AND (t1_r3.valid_to IS NULL OR t1_r3.valid_to > $2::date))
                        AND t1_r3."jurisdiction" = $1::text
                      WHERE (t1_r1.valid_from <= $2::date AND (t1_r1.valid_to IS NULL OR t1_r1.valid_to > $2::date))
                        AND t1_r1."jurisdiction" = $1::text
                        AND t1_r3."school_id" = ANY ($6::uuid[])
                    )
                  )
                )
                OR (
                  t1."jurisdiction" = $1::text
                  AND t1."id" = ANY (
                    ARRAY(
                      SELECT t1_r1."delegate_id"
                      FROM "core"."delegation" AS t1_r1
                      JOIN "core"."person" AS t1_r2 ON t1_r1."child_id" = t1_r2."id"
                        AND (t1_r2.birth_date > ($2::date - interval '18 years')::date)
                        AND t1_r2."jurisdiction" = $1::text
                      JOIN "education"."enrolment" AS t1_r3 ON t1_r2."id" = t1_r3."child_id"
                        AND (t1_r3.valid_from <= $2::date AND (t1_r3.valid_to IS NULL OR t1_r3.valid_to > $2::date))
                        AND t1_r3."jurisdiction" = $1::text
                      WHERE (t1_r1.valid_from <= $2::date AND (t1_r1.valid_to IS NULL OR t1_r1.valid_to > $2::date))
                        AND t1_r1."jurisdiction" = $1::text
                        AND t1_r3."school_id" = ANY ($6::uuid[])
                    )
                  )
                )
                OR (
                  t1."jurisdiction" = $1::text
                  AND (t1.birth_date > ($2::date - interval '18 years')::date)
                  AND t1."id" = ANY (
                    ARRAY(
                      SELECT t1_r1."child_id"
                      FROM "education"."enrolment" AS t1_r1
                      WHERE (t1_r1.valid_from <= $2::date AND (t1_r1.valid_to IS NULL OR t1_r1.valid_to > $2::date))
                        AND t1_r1."jurisdiction" = $1::text
                        AND t1_r1."school_id" = ANY ($6::uuid[])
                    )
                  )
                )
              )
              AND (
                (
                  (
                    (
                      t1."jurisdiction" = $1::text
                      AND (t1.birth_date > ($2::date - interval '18 years')::date)
                      AND t1."id" = ANY (
                        ARRAY(
                          SELECT t1_r1."child_id"
                          FROM "education"."enrolment" AS t1_r1
                          WHERE (
                            t1_r1.valid_from <= $2::date
                            AND (t1_r1.valid_to IS NULL OR t1_r1.valid_to > $2::date)
                          )
                            AND t1_r1."jurisdiction" = $1::text
                            AND t1_r1."school_id" = ANY ($6::uuid[])
                        )
                      )
                    )
                    AND (t1."birth_date" < $7::date)
                  )
                )
              )
            ORDER BY t1."id"
            LIMIT $8::bigint
          ) t1p
        ) t1n
      ) AS "nodes",
        (
          SELECT count(*)
          FROM (
            SELECT 1
            FROM "core"."person" t1
            WHERE t1."jurisdiction" = $1::text
              AND (t1.birth_date > ($2::date - interval '18 years')::date)
              AND (
                ((t1."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint) AND (t1."birth_date" > $5::date))
                OR (
                  t1."jurisdiction" = $1::text
                  AND t1."id" = ANY (
                    ARRAY(
                      SELECT t1_r1."guardian_id"
                      FROM "core"."guardianship" AS t1_r1
                      JOIN "core"."person" AS t1_r2 ON t1_r1."child_id" = t1_r2."id"
                        AND (t1_r2.birth_date > ($2::date - interval '18 years')::date)
                        AND t1_r2."jurisdiction" = $1::text
                      JOIN "education"."enrolment" AS t1_r3 ON t1_r2."id" = t1_r3."child_id"
                        AND (t1_r3.valid_from <= $2::date AND (t1_r3.valid_to IS NULL OR t1_r3.valid_to > $2::date))
                        AND t1_r3."jurisdiction" = $1::text
                      WHERE (t1_r1.valid_from <= $2::date AND (t1_r1.valid_to IS NULL OR t1_r1.valid_to > $2::date))
                        AND t1_r1."jurisdiction" = $1::text
                        AND t1_r3."school_id" = ANY ($6::uuid[])
                    )
                  )
                )
                OR (
                  t1."jurisdiction" = $1::text
                  AND t1."id" = ANY (
                    ARRAY(
                      SELECT t1_r1."delegate_id"
                      FROM "core"."delegation" AS t1_r1
                      JOIN "core"."person" AS t1_r2 ON t1_r1."child_id" = t1_r2."id"
                        AND (t1_r2.birth_date > ($2::date - interval '18 years')::date)
                        AND t1_r2."jurisdiction" = $1::text
                      JOIN "education"."enrolment" AS t1_r3 ON t1_r2."id" = t1_r3."child_id"
                        AND (t1_r3.valid_from <= $2::date AND (t1_r3.valid_to IS NULL OR t1_r3.valid_to > $2::date))
                        AND t1_r3."jurisdiction" = $1::text
                      WHERE (t1_r1.valid_from <= $2::date AND (t1_r1.valid_to IS NULL OR t1_r1.valid_to > $2::date))
                        AND t1_r1."jurisdiction" = $1::text
                        AND t1_r3."school_id" = ANY ($6::uuid[])
                    )
                  )
                )
                OR (
                  t1."jurisdiction" = $1::text
                  AND (t1.birth_date > ($2::date - interval '18 years')::date)
                  AND t1."id" = ANY (
                    ARRAY(
                      SELECT t1_r1."child_id"
                      FROM "education"."enrolment" AS t1_r1
                      WHERE (t1_r1.valid_from <= $2::date AND (t1_r1.valid_to IS NULL OR t1_r1.valid_to > $2::date))
                        AND t1_r1."jurisdiction" = $1::text
                        AND t1_r1."school_id" = ANY ($6::uuid[])
                    )
                  )
                )
              )
              AND (
                (
                  (
                    (
                      t1."jurisdiction" = $1::text
                      AND (t1.birth_date > ($2::date - interval '18 years')::date)
                      AND t1."id" = ANY (
                        ARRAY(
                          SELECT t1_r1."child_id"
                          FROM "education"."enrolment" AS t1_r1
                          WHERE (
                            t1_r1.valid_from <= $2::date
                            AND (t1_r1.valid_to IS NULL OR t1_r1.valid_to > $2::date)
                          )
                            AND t1_r1."jurisdiction" = $1::text
                            AND t1_r1."school_id" = ANY ($6::uuid[])
                        )
                      )
                    )
                    AND (t1."birth_date" < $7::date)
                  )
                )
              )
            LIMIT 10000
          ) z
        ) AS "totalCount"
    ) t1c
  ) AS "children"
) r
;
