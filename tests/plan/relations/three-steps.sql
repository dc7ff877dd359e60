-- $1 text: caller's jurisdiction
-- $2 date: today
-- $3 bigint: caller's regions, first number
-- $4 bigint: caller's regions, last number
-- $5 bigint: size: 50
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
              AND (t1."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
              AND (
                (
                  (
                    EXISTS (
                      SELECT 1
                      FROM "core"."guardianship" t2
                      WHERE t2."jurisdiction" = t1."jurisdiction"
                        AND t2."child_id" = t1."id"
                        AND (t2.valid_from <= $2::date AND (t2.valid_to IS NULL OR t2.valid_to > $2::date))
                        AND (t2."region_ord" BETWEEN $3::bigint AND $4::bigint)
                        AND (
                          EXISTS (
                            SELECT 1
                            FROM "core"."person" t3
                            WHERE t3."jurisdiction" = t2."jurisdiction"
                              AND t3."id" = t2."guardian_id"
                              AND (t3."region_ord" BETWEEN $3::bigint AND $4::bigint)
                              AND (
                                (
                                  (
                                    EXISTS (
                                      SELECT 1
                                      FROM "core"."migration" t4
                                      WHERE t4."jurisdiction" = t3."jurisdiction"
                                        AND t4."person_id" = t3."id"
                                        AND (t4."region_ord" BETWEEN $3::bigint AND $4::bigint)
                                        AND (((t4."returned_on" IS NULL)))
                                    )
                                  )
                                )
                              )
                          )
                        )
                    )
                  )
                )
              )
            ORDER BY t1."name_sort", t1."id"
            LIMIT $5::bigint
          ) t1p
        ) t1n
      ) AS "nodes"
    ) t1c
  ) AS "children"
) r
;
