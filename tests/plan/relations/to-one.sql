-- $1 text: caller's jurisdiction
-- $2 date: today
-- $3 bigint: caller's regions, first number
-- $4 bigint: caller's regions, last number
-- $5 bigint: first number under "370983109201"
-- $6 bigint: last number under "370983109201"
-- $7 bigint: size: 50
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
                EXISTS (
                  SELECT 1
                  FROM "core"."household" t2
                  WHERE t2."jurisdiction" = t1."jurisdiction"
                    AND t2."id" = t1."household_id"
                    AND (t2."region_ord" BETWEEN $3::bigint AND $4::bigint)
                    AND (((t2."region_ord" BETWEEN $5::bigint AND $6::bigint)))
                )
              )
            ORDER BY t1."name_sort", t1."id"
            LIMIT $7::bigint
          ) t1p
        ) t1n
      ) AS "nodes"
    ) t1c
  ) AS "here",
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
                    EXISTS (
                      SELECT 1
                      FROM "core"."household" t4
                      WHERE t4."jurisdiction" = t3."jurisdiction"
                        AND t4."id" = t3."household_id"
                        AND (t4."region_ord" BETWEEN $3::bigint AND $4::bigint)
                        AND (((t4."region_ord" NOT BETWEEN $5::bigint AND $6::bigint)))
                    )
                  )
                )
              ORDER BY t3."name_sort", t3."id"
              LIMIT $7::bigint
            ) t3p
          ) t3n
        ) AS "nodes"
      ) t3c
    ) AS "elsewhere"
) r
;
