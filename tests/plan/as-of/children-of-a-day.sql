-- $1 text: caller's jurisdiction
-- $2 date: "2026-02-28"
-- $3 bigint: caller's regions, first number
-- $4 bigint: size: 50
-- $5 date: today
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
            (CASE WHEN isfinite(t1p.birth_date) THEN extract(year from age($2::date, t1p.birth_date))::int END) AS "age",
            (
              EXISTS (
                SELECT 1
                FROM core.registry_entry lb
                WHERE lb.jurisdiction = t1p.jurisdiction
                  AND lb.child_id = t1p.id
                  AND lb.category IN ('LBC_STRICT', 'LBC_BROAD')
                  AND lb.state IN ('ACTIVE', 'VERIFIED', 'EXIT_PROPOSED')
                  AND lb.valid_from <= $2::date
                  AND (lb.valid_to IS NULL OR lb.valid_to > $2::date)
              )
            ) AS "isLeftBehind"
          FROM (
            SELECT t1.*
            FROM "core"."person" t1
            WHERE t1."jurisdiction" = $1::text
              AND (t1.birth_date > ($2::date - interval '18 years')::date)
              AND ((t1."birth_date" > $2::date) IS NOT TRUE)
              AND ((t1."region_ord" / 1000) = ($3::bigint / 1000))
            ORDER BY t1."name_sort", t1."id"
            LIMIT $4::bigint
          ) t1p
        ) t1n
      ) AS "nodes"
    ) t1c
  ) AS "then",
    (
      SELECT row_to_json(t2c)
      FROM (
        SELECT (
          SELECT coalesce(json_agg(row_to_json(t2n)), '[]'::json)
          FROM (
            SELECT t2p."id" AS "~p",
              t2p."name" AS "name",
              (
                CASE
                  WHEN isfinite(t2p.birth_date) THEN extract(year from age($5::date, t2p.birth_date))::int
                END
              ) AS "age",
              (
                EXISTS (
                  SELECT 1
                  FROM core.registry_entry lb
                  WHERE lb.jurisdiction = t2p.jurisdiction
                    AND lb.child_id = t2p.id
                    AND lb.category IN ('LBC_STRICT', 'LBC_BROAD')
                    AND lb.state IN ('ACTIVE', 'VERIFIED', 'EXIT_PROPOSED')
                    AND lb.valid_from <= $5::date
                    AND (lb.valid_to IS NULL OR lb.valid_to > $5::date)
                )
              ) AS "isLeftBehind"
            FROM (
              SELECT t2.*
              FROM "core"."person" t2
              WHERE t2."jurisdiction" = $1::text
                AND (t2.birth_date > ($5::date - interval '18 years')::date)
                AND ((t2."region_ord" / 1000) = ($3::bigint / 1000))
              ORDER BY t2."name_sort", t2."id"
              LIMIT $4::bigint
            ) t2p
          ) t2n
        ) AS "nodes"
      ) t2c
    ) AS "now"
) r
;
