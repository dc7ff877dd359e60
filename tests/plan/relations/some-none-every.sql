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
                      FROM "core"."delegation" t2
                      WHERE t2."jurisdiction" = t1."jurisdiction"
                        AND t2."child_id" = t1."id"
                        AND (t2.valid_from <= $2::date AND (t2.valid_to IS NULL OR t2.valid_to > $2::date))
                        AND (t2."region_ord" BETWEEN $3::bigint AND $4::bigint)
                        AND (((t2."has_agreement" = true)))
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
  ) AS "some",
    (
      SELECT row_to_json(t3c)
      FROM (
        SELECT (
          SELECT coalesce(json_agg(row_to_json(t3n)), '[]'::json)
          FROM (
            SELECT t3p."id" AS "~p",
              t3p."name" AS "name"
            FROM (
              SELECT t3.*
              FROM "core"."person" t3
              WHERE t3."jurisdiction" = $1::text
                AND (t3.birth_date > ($2::date - interval '18 years')::date)
                AND (t3."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
                AND (
                  (
                    (
                      NOT EXISTS (
                        SELECT 1
                        FROM "core"."delegation" t4
                        WHERE t4."jurisdiction" = t3."jurisdiction"
                          AND t4."child_id" = t3."id"
                          AND (t4.valid_from <= $2::date AND (t4.valid_to IS NULL OR t4.valid_to > $2::date))
                          AND (t4."region_ord" BETWEEN $3::bigint AND $4::bigint)
                          AND (((t4."has_agreement" = true)))
                      )
                    )
                  )
                )
              ORDER BY t3."name_sort", t3."id"
              LIMIT $5::bigint
            ) t3p
          ) t3n
        ) AS "nodes"
      ) t3c
    ) AS "none",
    (
      SELECT row_to_json(t5c)
      FROM (
        SELECT (
          SELECT coalesce(json_agg(row_to_json(t5n)), '[]'::json)
          FROM (
            SELECT t5p."id" AS "~p",
              t5p."name" AS "name"
            FROM (
              SELECT t5.*
              FROM "core"."person" t5
              WHERE t5."jurisdiction" = $1::text
                AND (t5.birth_date > ($2::date - interval '18 years')::date)
                AND (t5."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
                AND (
                  (
                    (
                      NOT EXISTS (
                        SELECT 1
                        FROM "core"."delegation" t6
                        WHERE t6."jurisdiction" = t5."jurisdiction"
                          AND t6."child_id" = t5."id"
                          AND (t6.valid_from <= $2::date AND (t6.valid_to IS NULL OR t6.valid_to > $2::date))
                          AND (t6."region_ord" BETWEEN $3::bigint AND $4::bigint)
                          AND (((t6."has_agreement" = false)))
                      )
                    )
                  )
                )
              ORDER BY t5."name_sort", t5."id"
              LIMIT $5::bigint
            ) t5p
          ) t5n
        ) AS "nodes"
      ) t5c
    ) AS "every",
    (
      SELECT row_to_json(t7c)
      FROM (
        SELECT (
          SELECT coalesce(json_agg(row_to_json(t7n)), '[]'::json)
          FROM (
            SELECT t7p."id" AS "~p",
              t7p."name" AS "name"
            FROM (
              SELECT t7.*
              FROM "core"."person" t7
              WHERE t7."jurisdiction" = $1::text
                AND (t7.birth_date > ($2::date - interval '18 years')::date)
                AND (t7."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
                AND (
                  (
                    (
                      (
                        NOT EXISTS (
                          SELECT 1
                          FROM "core"."delegation" t8
                          WHERE t8."jurisdiction" = t7."jurisdiction"
                            AND t8."child_id" = t7."id"
                            AND (t8.valid_from <= $2::date AND (t8.valid_to IS NULL OR t8.valid_to > $2::date))
                            AND (t8."region_ord" BETWEEN $3::bigint AND $4::bigint)
                            AND (((t8."has_agreement" = true)))
                        )
                      )
                    )
                  )
                )
              ORDER BY t7."name_sort", t7."id"
              LIMIT $5::bigint
            ) t7p
          ) t7n
        ) AS "nodes"
      ) t7c
    ) AS "noSome"
) r
;
