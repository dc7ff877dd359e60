-- $1 text: caller's jurisdiction
-- $2 text: "TOWN_GOVERNMENT"
-- $3 bigint: size: 50
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
              SELECT t1p."territories" AS "territories",
                t1p."recorded_at" AS "recordedAt",
                t1p."version" AS "version"
            ) o
          ) AS node0_0
        FROM (
          SELECT q.*,
            row_number() OVER () AS rn__
          FROM (
            SELECT t1.*
            FROM "core"."organisation" t1
            WHERE t1."jurisdiction" = $1::text
              AND (((t1."kind" = $2::text)))
            ORDER BY t1."name_sort", t1."id"
            LIMIT $3::bigint
          ) q
        ) t1p
      ) t1n
    ) t1c
  ) AS "organisations"
) r
;
