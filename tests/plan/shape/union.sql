-- $1 text: caller's jurisdiction
-- $2 date: today
-- $3 bigint: caller's regions, first number
-- $4 bigint: size: 50
-- $5 bigint: caller's regions, last number
-- $6 bigint: size: 200
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
            (
              SELECT coalesce(json_agg(row_to_json(t2o)), '[]'::json)
              FROM (
                SELECT t2."kind" AS "kind",
                  CASE
                    WHEN t2."guardian_id" IS NOT NULL THEN (
                      SELECT row_to_json(t3o)
                      FROM (
                        SELECT t3."id" AS "~p",
                          'Person'::text AS "__typename",
                          t3."name" AS "name",
                          t3."phone" AS "phone"
                        FROM "core"."person" t3
                        WHERE t3."jurisdiction" = t2."jurisdiction"
                          AND t3."id" = t2."guardian_id"
                          AND (t3."region_ord" BETWEEN $3::bigint AND $5::bigint)
                      ) t3o
                    )
                    WHEN t2."guardian_organisation_id" IS NOT NULL THEN (
                      SELECT row_to_json(t4o)
                      FROM (
                        SELECT 'Organisation'::text AS "__typename",
                          t4."name" AS "name",
                          t4."kind" AS "kind"
                        FROM "core"."organisation" t4
                        WHERE t4."jurisdiction" = t2."jurisdiction"
                          AND t4."id" = t2."guardian_organisation_id"
                      ) t4o
                    )
                  END AS "party"
                FROM "core"."guardianship" t2
                WHERE t2."jurisdiction" = t1p."jurisdiction"
                  AND t2."child_id" = t1p."id"
                  AND (t2.valid_from <= $2::date AND (t2.valid_to IS NULL OR t2.valid_to > $2::date))
                  AND (t2."region_ord" BETWEEN $3::bigint AND $5::bigint)
                ORDER BY t2."valid_from", t2."id"
                LIMIT $6::bigint
              ) t2o
            ) AS "guardianships"
          FROM (
            SELECT t1.*
            FROM "core"."person" t1
            WHERE t1."jurisdiction" = $1::text
              AND (t1.birth_date > ($2::date - interval '18 years')::date)
              AND ((t1."region_ord" / 1000) = ($3::bigint / 1000))
            ORDER BY t1."name_sort", t1."id"
            LIMIT $4::bigint
          ) t1p
        ) t1n
      ) AS "nodes"
    ) t1c
  ) AS "children"
) r
;
