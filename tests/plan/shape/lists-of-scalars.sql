-- $1 text: caller's jurisdiction
-- $2 text: "TOWN_GOVERNMENT"
-- $3 bigint: size: 50
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1c)
    FROM (
      SELECT (
        SELECT coalesce(json_agg(row_to_json(t1n)), '[]'::json)
        FROM (
          SELECT t1p."territories" AS "territories",
            t1p."recorded_at" AS "recordedAt",
            t1p."version" AS "version"
          FROM (
            SELECT t1.*
            FROM "core"."organisation" t1
            WHERE t1."jurisdiction" = $1::text
              AND (((t1."kind" = $2::text)))
            ORDER BY t1."name_sort", t1."id"
            LIMIT $3::bigint
          ) t1p
        ) t1n
      ) AS "nodes"
    ) t1c
  ) AS "organisations"
) r
;
