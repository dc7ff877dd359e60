-- $1 date: today, 3 years before
-- $2 date: today, 6 years before
-- $3 date: today, 12 years before
-- $4 date: today, 16 years before
-- $5 text: caller's jurisdiction
-- $6 bigint: caller's regions, first number
-- $7 bigint: caller's regions, last number
-- $8 date: today
-- $9 date: today, 18 years before
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t3)
    FROM (
      SELECT (
        SELECT json_build_object(
          'rows',
          coalesce(json_agg(json_build_array(t1g.d0, t1g.d1, t1g.d2, t1g.d3, t1g.n)), '[]'::json),
          'names',
          NULL::json
        )
        FROM (
          SELECT t1."region_ord" / 1000 * 1000 AS d0,
            CASE
              WHEN t1."birth_date" > $1::date THEN 0
              WHEN t1."birth_date" > $2::date THEN 1
              WHEN t1."birth_date" > $3::date THEN 2
              WHEN t1."birth_date" > $4::date THEN 3
              ELSE 4
            END AS d1,
            t1."sex" AS d2,
            t2j.v AS d3,
            count(*) AS n
          FROM "core"."person" t1
          LEFT JOIN (
            SELECT t2."child_id" AS k,
              min(
                CASE t2."category"
                  WHEN 'ORPHAN' THEN 0
                  WHEN 'UNATTENDED_DE_FACTO' THEN 1
                  WHEN 'LBC_STRICT' THEN 2
                  WHEN 'LBC_BROAD' THEN 3
                  WHEN 'DISTRESSED' THEN 4
                  WHEN 'FLOATING' THEN 5
                  WHEN 'NONE' THEN 6
                END
              ) AS v
            FROM "core"."registry_entry" t2
            WHERE t2."jurisdiction" = $5::text
              AND (t2."region_ord" + 0 BETWEEN $6::bigint AND $7::bigint)
              AND (t2.valid_from <= $8::date AND (t2.valid_to IS NULL OR t2.valid_to > $8::date))
              AND (t2.state IN ('ACTIVE', 'VERIFIED', 'EXIT_PROPOSED'))
            GROUP BY 1
          ) t2j ON t2j.k = t1."id"
          WHERE t1."jurisdiction" = $5::text
            AND (t1.birth_date > ($8::date - interval '18 years')::date)
            AND ((t1."region_ord" + 0 BETWEEN $6::bigint AND $7::bigint) AND (t1."birth_date" > $9::date))
          GROUP BY d0, d1, d2, d3
        ) t1g
      ) AS "children"
    ) t3
  ) AS "statistics"
) r
;
