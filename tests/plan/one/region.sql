-- $1 text: $code
-- $2 date: today
-- $3 bigint: size: 5
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."name" AS "name",
        t1."level" AS "level",
        (
          SELECT row_to_json(t2o)
          FROM (
            SELECT t2."name" AS "name",
              (
                SELECT row_to_json(t3o)
                FROM (
                  SELECT t3."name" AS "name"
                  FROM "core"."region" t3
                  WHERE t3."code" = t2."parent_code"
                ) t3o
              ) AS "parent"
            FROM "core"."region" t2
            WHERE t2."code" = t1."parent_code"
          ) t2o
        ) AS "parent",
        (
          SELECT row_to_json(t4c)
          FROM (
            SELECT (
              SELECT coalesce(json_agg(row_to_json(t4n)), '[]'::json)
              FROM (
                SELECT t4p."code" AS "code",
                  t4p."name" AS "name"
                FROM (
                  SELECT t4.*
                  FROM "core"."region" t4
                  WHERE t4."parent_code" = t1."code"
                    AND (t4.valid_to IS NULL OR t4.valid_to > $2::date)
                  ORDER BY t4."code", t4."code"
                  LIMIT $3::bigint
                ) t4p
              ) t4n
            ) AS "nodes",
              (
                SELECT count(*)
                FROM (
                  SELECT 1
                  FROM "core"."region" t4
                  WHERE t4."parent_code" = t1."code"
                    AND (t4.valid_to IS NULL OR t4.valid_to > $2::date)
                  LIMIT 10000
                ) z
              ) AS "totalCount"
          ) t4c
        ) AS "divisions"
      FROM "core"."region" t1
      WHERE t1."code" = $1::text
    ) t1o
  ) AS "region"
) r
;
