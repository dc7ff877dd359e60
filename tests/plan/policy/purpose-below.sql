-- $1 text: caller's jurisdiction
-- $2 date: today
-- $3 uuid[]: caller's organisations
-- $4 bigint: size: 50
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1c)
    FROM (
      SELECT (
        SELECT coalesce(json_agg(row_to_json(t1n)), '[]'::json)
        FROM (
          SELECT t1p."id" AS "~p",
            t1p."name" AS "name"
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
