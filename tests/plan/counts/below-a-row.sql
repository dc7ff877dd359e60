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
            (
              SELECT row_to_json(t2c)
              FROM (
                SELECT (
                  SELECT count(*)
                  FROM (
                    SELECT 1
                    FROM "education"."enrolment" t2
                    WHERE t2."jurisdiction" = t1p."jurisdiction"
                      AND t2."school_id" = t1p."id"
                      AND (t2.valid_from <= $3::date AND (t2.valid_to IS NULL OR t2.valid_to > $3::date))
                      AND (t2."region_ord" BETWEEN $4::bigint AND $5::bigint)
                    LIMIT 10000
                  ) z
                ) AS "totalCount"
              ) t2c
            ) AS "pupils"
          FROM (
            SELECT t1.*
            FROM "education"."school" t1
            WHERE t1."jurisdiction" = $1::text
            ORDER BY t1."name_sort", t1."id"
            LIMIT $2::bigint
          ) t1p
        ) t1n
      ) AS "nodes"
    ) t1c
  ) AS "schools"
) r
;
