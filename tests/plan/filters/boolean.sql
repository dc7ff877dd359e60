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
      SELECT coalesce(json_agg(t1n.node0_0), '[]'::json) AS "nodes"
      FROM (
        SELECT t1p.rn__ AS rn,
          (
            SELECT row_to_json(o)
            FROM (
              SELECT t1p."id" AS "~p",
                t1p."name" AS "name"
            ) o
          ) AS node0_0
        FROM (
          SELECT q.*,
            row_number() OVER () AS rn__
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
          ) q
        ) t1p
      ) t1n
    ) t1c
  ) AS "yes",
    (
      SELECT row_to_json(t2c)
      FROM (
        SELECT coalesce(json_agg(t2n.node0_0), '[]'::json) AS "nodes"
        FROM (
          SELECT t2p.rn__ AS rn,
            (
              SELECT row_to_json(o)
              FROM (
                SELECT t2p."id" AS "~p",
                  t2p."name" AS "name"
              ) o
            ) AS node0_0
          FROM (
            SELECT q.*,
              row_number() OVER () AS rn__
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
            ) q
          ) t2p
        ) t2n
      ) t2c
    ) AS "no",
    (
      SELECT row_to_json(t3c)
      FROM (
        SELECT coalesce(json_agg(t3n.node0_0), '[]'::json) AS "nodes"
        FROM (
          SELECT t3p.rn__ AS rn,
            (
              SELECT row_to_json(o)
              FROM (
                SELECT t3p."id" AS "~p",
                  t3p."name" AS "name"
              ) o
            ) AS node0_0
          FROM (
            SELECT q.*,
              row_number() OVER () AS rn__
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
            ) q
          ) t3p
        ) t3n
      ) t3c
    ) AS "isNull"
) r
;
