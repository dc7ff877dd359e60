-- $1 text: caller's jurisdiction
-- $2 bigint: size: 50
-- $3 date: today
-- $4 bigint: caller's regions, first number
-- $5 bigint: caller's regions, last number
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1c)
    FROM (
      SELECT (
        SELECT coalesce(json_agg(row_to_json(t1n)), '[]'::json)
        FROM (
          SELECT t1p."name" AS "name",
            t1p."kind" AS "kind",
            (
              SELECT row_to_json(t2o)
              FROM (
                SELECT t2."name" AS "name"
                FROM "core"."organisation" t2
                WHERE t2."jurisdiction" = t1p."jurisdiction"
                  AND t2."id" = t1p."parent_id"
              ) t2o
            ) AS "parent",
            t1p."territories" AS "territories",
            (
              SELECT row_to_json(t3c)
              FROM (
                SELECT (
                  SELECT count(*)
                  FROM (
                    SELECT 1
                    FROM "core"."staff_assignment" t3
                    WHERE t3."jurisdiction" = t1p."jurisdiction"
                      AND t3."organisation_id" = t1p."id"
                      AND (t3.valid_from <= $3::date AND (t3.valid_to IS NULL OR t3.valid_to > $3::date))
                      AND (t3."region_ord" BETWEEN $4::bigint AND $5::bigint)
                    LIMIT 10000
                  ) z
                ) AS "totalCount"
              ) t3c
            ) AS "staff"
          FROM (
            SELECT t1.*
            FROM "core"."organisation" t1
            WHERE t1."jurisdiction" = $1::text
            ORDER BY t1."name_sort", t1."id"
            LIMIT $2::bigint
          ) t1p
        ) t1n
      ) AS "nodes"
    ) t1c
  ) AS "organisations"
) r
;
