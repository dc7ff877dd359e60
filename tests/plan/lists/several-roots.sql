-- $1 text: caller's jurisdiction
-- $2 date: today
-- $3 bigint: caller's regions, first number
-- $4 bigint: size: 50
-- $5 text: jurisdiction of $id
-- $6 uuid: uuid of $id
-- $7 bigint: caller's regions, last number
-- $8 bigint: size: 1
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
              AND ((t1."region_ord" / 1000) = ($3::bigint / 1000))
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
            LIMIT $4::bigint
          ) t1p
        ) t1n
      ) AS "nodes"
    ) t1c
  ) AS "left",
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
                AND ((t2."region_ord" / 1000) = ($3::bigint / 1000))
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
              LIMIT $4::bigint
            ) t2p
          ) t2n
        ) AS "nodes"
      ) t2c
    ) AS "stay",
    (
      SELECT row_to_json(t3o)
      FROM (
        SELECT t3."id" AS "~p",
          t3."name" AS "name"
        FROM "core"."person" t3
        WHERE t3."jurisdiction" = $5::text
          AND t3."id" = $6::uuid
          AND (t3.birth_date > ($2::date - interval '18 years')::date)
          AND (t3."region_ord" BETWEEN $3::bigint AND $7::bigint)
      ) t3o
    ) AS "child",
    (
      SELECT row_to_json(t4c)
      FROM (
        SELECT (
          SELECT coalesce(json_agg(row_to_json(t4n)), '[]'::json)
          FROM (
            SELECT t4p."name" AS "name"
            FROM (
              SELECT t4.*
              FROM "core"."organisation" t4
              WHERE t4."jurisdiction" = $1::text
              ORDER BY t4."name_sort", t4."id"
              LIMIT $8::bigint
            ) t4p
          ) t4n
        ) AS "nodes"
      ) t4c
    ) AS "organisations"
) r
;
