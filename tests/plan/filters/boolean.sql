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
                    (
                      EXISTS (
                        SELECT 1
                        FROM core.registry_entry lb
                        WHERE lb.jurisdiction = t1.jurisdiction
                          AND lb.child_id = t1.id
                          AND lb.category IN ('LBC_STRICT', 'LBC_BROAD')
                          AND lb.state IN ('ACTIVE', 'VERIFIED', 'EXIT_PROPOSED')
                          AND lb.valid_from <= $2::date
                          AND (lb.valid_to IS NULL OR lb.valid_to > $2::date)
                      )
                    ) = true
                  )
                )
              )
            ORDER BY t1."name_sort", t1."id"
            LIMIT $5::bigint
          ) t1p
        ) t1n
      ) AS "nodes"
    ) t1c
  ) AS "yes",
    (
      SELECT row_to_json(t2c)
      FROM (
        SELECT (
          SELECT coalesce(json_agg(row_to_json(t2n)), '[]'::json)
          FROM (
            SELECT t2p."id" AS "~p",
              t2p."name" AS "name"
            FROM (
              SELECT t2.*
              FROM "core"."person" t2
              WHERE t2."jurisdiction" = $1::text
                AND (t2.birth_date > ($2::date - interval '18 years')::date)
                AND (t2."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
                AND (
                  (
                    (
                      (
                        EXISTS (
                          SELECT 1
                          FROM core.registry_entry lb
                          WHERE lb.jurisdiction = t2.jurisdiction
                            AND lb.child_id = t2.id
                            AND lb.category IN ('LBC_STRICT', 'LBC_BROAD')
                            AND lb.state IN ('ACTIVE', 'VERIFIED', 'EXIT_PROPOSED')
                            AND lb.valid_from <= $2::date
                            AND (lb.valid_to IS NULL OR lb.valid_to > $2::date)
                        )
                      ) = false
                    )
                  )
                )
              ORDER BY t2."name_sort", t2."id"
              LIMIT $5::bigint
            ) t2p
          ) t2n
        ) AS "nodes"
      ) t2c
    ) AS "no",
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
                      (
                        EXISTS (
                          SELECT 1
                          FROM core.registry_entry lb
                          WHERE lb.jurisdiction = t3.jurisdiction
                            AND lb.child_id = t3.id
                            AND lb.category IN ('LBC_STRICT', 'LBC_BROAD')
                            AND lb.state IN ('ACTIVE', 'VERIFIED', 'EXIT_PROPOSED')
                            AND lb.valid_from <= $2::date
                            AND (lb.valid_to IS NULL OR lb.valid_to > $2::date)
                        )
                      ) IS NULL
                    )
                  )
                )
              ORDER BY t3."name_sort", t3."id"
              LIMIT $5::bigint
            ) t3p
          ) t3n
        ) AS "nodes"
      ) t3c
    ) AS "isNull"
) r
;
