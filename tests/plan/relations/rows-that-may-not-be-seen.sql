-- $1 text: caller's jurisdiction
-- $2 date: today
-- $3 bigint: caller's regions, first number
-- $4 bigint: caller's regions, last number
-- $5 text: "UNEXPLAINED"
-- $6 bigint: size: 50
-- $7 text: "李雨桐"
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
              AND (t1."region_ord" = $3::bigint)
              AND (
                (
                  (
                    EXISTS (
                      SELECT 1
                      FROM "education"."absence" t2
                      WHERE t2."jurisdiction" = t1."jurisdiction"
                        AND t2."child_id" = t1."id"
                        AND (t2."region_ord" BETWEEN $3::bigint AND $4::bigint)
                        AND (((t2."reason" = $5::text)))
                    )
                  )
                )
              )
            ORDER BY t1."name_sort", t1."id"
            LIMIT $6::bigint
          ) t1p
        ) t1n
      ) AS "nodes"
    ) t1c
  ) AS "absent",
    (
      SELECT row_to_json(t3c)
      FROM (
        SELECT (
          SELECT coalesce(json_agg(row_to_json(t3n)), '[]'::json)
          FROM (
            SELECT t3p."name" AS "name"
            FROM (
              SELECT t3.*
              FROM "education"."school" t3
              WHERE t3."jurisdiction" = $1::text
                AND (
                  (
                    (
                      EXISTS (
                        SELECT 1
                        FROM "education"."enrolment" t4
                        WHERE t4."jurisdiction" = t3."jurisdiction"
                          AND t4."school_id" = t3."id"
                          AND (t4.valid_from <= $2::date AND (t4.valid_to IS NULL OR t4.valid_to > $2::date))
                          AND (t4."region_ord" BETWEEN $3::bigint AND $4::bigint)
                          AND (
                            EXISTS (
                              SELECT 1
                              FROM "core"."person" t5
                              WHERE t5."jurisdiction" = t4."jurisdiction"
                                AND t5."id" = t4."child_id"
                                AND (t5.birth_date > ($2::date - interval '18 years')::date)
                                AND (t5."region_ord" BETWEEN $3::bigint AND $4::bigint)
                                AND (((t5."name" = $7::text)))
                            )
                          )
                      )
                    )
                  )
                )
              ORDER BY t3."name_sort", t3."id"
              LIMIT $6::bigint
            ) t3p
          ) t3n
        ) AS "nodes"
      ) t3c
    ) AS "pupils"
) r
;
