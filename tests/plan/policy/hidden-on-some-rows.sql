-- $1 text: caller's jurisdiction
-- $2 date: today
-- $3 uuid[]: caller's organisations
-- $4 bigint: size: 50
-- $5 bigint: size: 200
-- $6 json: mark of a hidden cell
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1c)
    FROM (
      SELECT (
        SELECT coalesce(json_agg(row_to_json(t1n)), '[]'::json)
        FROM (
          SELECT t1p."id" AS "~p",
            t1p."name" AS "name",
            (
              SELECT coalesce(json_agg(row_to_json(t2o)), '[]'::json)
              FROM (
                SELECT (
                  SELECT row_to_json(t3o)
                  FROM (
                    SELECT t3."id" AS "~p",
                      t3."name" AS "name",
                      CASE
                        WHEN EXISTS (
                          SELECT 1
                          FROM "education"."enrolment" AS t3_r1
                          WHERE t3."jurisdiction" = $1::text
                            AND (t3.birth_date > ($2::date - interval '18 years')::date)
                            AND t3_r1."child_id" = t3."id"
                            AND (
                              t3_r1.valid_from <= $2::date
                              AND (t3_r1.valid_to IS NULL OR t3_r1.valid_to > $2::date)
                            )
                            AND t3_r1."jurisdiction" = $1::text
                            AND t3_r1."school_id" = ANY ($3::uuid[])
                        ) THEN to_json(t3."birth_date")
                        ELSE $6::json
                      END AS "birthDate"
                    FROM "core"."person" t3
                    WHERE t3."jurisdiction" = t2."jurisdiction"
                      AND t3."id" = t2."delegate_id"
                      AND (
                        EXISTS (
                          SELECT 1
                          FROM "core"."guardianship" AS t3_r1
                          JOIN "core"."person" AS t3_r2 ON t3_r1."child_id" = t3_r2."id"
                            AND (t3_r2.birth_date > ($2::date - interval '18 years')::date)
                            AND t3_r2."jurisdiction" = $1::text
                          JOIN "education"."enrolment" AS t3_r3 ON t3_r2."id" = t3_r3."child_id"
                            AND (
                              t3_r3.valid_from <= $2::date
                              AND (t3_r3.valid_to IS NULL OR t3_r3.valid_to > $2::date)
                            )
                            AND t3_r3."jurisdiction" = $1::text
                          WHERE t3."jurisdiction" = $1::text
                            AND t3_r1."guardian_id" = t3."id"
                            AND (
                              t3_r1.valid_from <= $2::date
                              AND (t3_r1.valid_to IS NULL OR t3_r1.valid_to > $2::date)
                            )
                            AND t3_r1."jurisdiction" = $1::text
                            AND t3_r3."school_id" = ANY ($3::uuid[])
                        )
                        OR EXISTS (
                          SELECT 1
                          FROM "core"."delegation" AS t3_r1
                          JOIN "core"."person" AS t3_r2 ON t3_r1."child_id" = t3_r2."id"
                            AND (t3_r2.birth_date > ($2::date - interval '18 years')::date)
                            AND t3_r2."jurisdiction" = $1::text
                          JOIN "education"."enrolment" AS t3_r3 ON t3_r2."id" = t3_r3."child_id"
                            AND (
                              t3_r3.valid_from <= $2::date
                              AND (t3_r3.valid_to IS NULL OR t3_r3.valid_to > $2::date)
                            )
                            AND t3_r3."jurisdiction" = $1::text
                          WHERE t3."jurisdiction" = $1::text
                            AND t3_r1."delegate_id" = t3."id"
                            AND (
                              t3_r1.valid_from <= $2::date
                              AND (t3_r1.valid_to IS NULL OR t3_r1.valid_to > $2::date)
                            )
                            AND t3_r1."jurisdiction" = $1::text
                            AND t3_r3."school_id" = ANY ($3::uuid[])
                        )
                        OR EXISTS (
                          SELECT 1
                          FROM "education"."enrolment" AS t3_r1
                          WHERE t3."jurisdiction" = $1::text
                            AND (t3.birth_date > ($2::date - interval '18 years')::date)
                            AND t3_r1."child_id" = t3."id"
                            AND (
                              t3_r1.valid_from <= $2::date
                              AND (t3_r1.valid_to IS NULL OR t3_r1.valid_to > $2::date)
                            )
                            AND t3_r1."jurisdiction" = $1::text
                            AND t3_r1."school_id" = ANY ($3::uuid[])
                        )
                      )
                  ) t3o
                ) AS "delegate"
                FROM "core"."delegation" t2
                WHERE t2."jurisdiction" = t1p."jurisdiction"
                  AND t2."child_id" = t1p."id"
                  AND (t2.valid_from <= $2::date AND (t2.valid_to IS NULL OR t2.valid_to > $2::date))
                  AND EXISTS (
                    SELECT 1
                    FROM "core"."person" AS t2_r1
                    JOIN "education"."enrolment" AS t2_r2 ON t2_r1."id" = t2_r2."child_id"
                      AND (t2_r2.valid_from <= $2::date AND (t2_r2.valid_to IS NULL OR t2_r2.valid_to > $2::date))
                      AND t2_r2."jurisdiction" = $1::text
                    WHERE t2."jurisdiction" = $1::text
                      AND t2_r1."id" = t2."child_id"
                      AND (t2_r1.birth_date > ($2::date - interval '18 years')::date)
                      AND t2_r1."jurisdiction" = $1::text
                      AND t2_r2."school_id" = ANY ($3::uuid[])
                  )
                ORDER BY t2."valid_from", t2."id"
                LIMIT $5::bigint
              ) t2o
            ) AS "delegations"
          FROM (
            SELECT t1.*
            FROM "core"."person" t1
            WHERE t1."jurisdiction" = $1::text
              AND (t1.birth_date > ($2::date - interval '18 years')::date)
              AND (
                (
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
                        AND t1_r3."school_id" = ANY ($3::uuid[])
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
                        AND t1_r3."school_id" = ANY ($3::uuid[])
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
                        AND t1_r1."school_id" = ANY ($3::uuid[])
                    )
                  )
                )
              )
            ORDER BY t1."name_sort", t1."id"
            LIMIT $4::bigint
          ) t1p
        ) t1n
      ) AS "nodes"
    ) t1c
  ) AS "children"
) r
;
