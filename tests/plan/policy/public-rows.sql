-- $1 text: caller's jurisdiction
-- $2 bigint: size: 50
-- $3 date: today
-- $4 uuid: caller's person
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1c)
    FROM (
      SELECT (
        SELECT coalesce(json_agg(row_to_json(t1n)), '[]'::json)
        FROM (
          SELECT t1p."name" AS "name",
            NULL::text AS "hasCounsellor",
            (
              SELECT row_to_json(t2c)
              FROM (
                SELECT (
                  SELECT count(*)
                  FROM (
                    SELECT 1
                    FROM "education"."enrolment" t2
                    WHERE t2."jurisdiction" = t1p."jurisdiction"
                      AND t2."school_id" = t1p."id"
                      AND (t2.valid_from <= $3::date AND (t2.valid_to IS NULL OR t2.valid_to > $3::date))
                      AND EXISTS (
                        SELECT 1
                        FROM "core"."person" AS t2_r1
                        JOIN "core"."guardianship" AS t2_r2 ON t2_r1."id" = t2_r2."child_id"
                          AND (
                            t2_r2.valid_from <= $3::date
                            AND (t2_r2.valid_to IS NULL OR t2_r2.valid_to > $3::date)
                          )
                          AND t2_r2."jurisdiction" = $1::text
                        WHERE t2."jurisdiction" = $1::text
                          AND t2_r1."id" = t2."child_id"
                          AND (t2_r1.birth_date > ($3::date - interval '18 years')::date)
                          AND t2_r1."jurisdiction" = $1::text
                          AND t2_r2."guardian_id" = $4::uuid
                      )
                    LIMIT 10000
                  ) z
                ) AS "totalCount"
              ) t2c
            ) AS "pupils"
          FROM (
            SELECT t1.*
            FROM "education"."school" t1
            WHERE t1."jurisdiction" = $1::text
            ORDER BY t1."name_sort", t1."id"
            LIMIT $2::bigint
          ) t1p
        ) t1n
      ) AS "nodes"
    ) t1c
  ) AS "schools"
) r
;
