-- $1 text: caller's jurisdiction
-- $2 date: today
-- $3 bigint: caller's regions, first number
-- $4 bigint: caller's regions, last number
-- $5 bigint: size: 5
-- $6 bigint: rows before page 9 of size 5
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1c)
    FROM (
      SELECT coalesce(json_agg(t1n.node0_0) FILTER (WHERE t1n.rn <= $5::bigint), '[]'::json) AS "nodes",
        (
          SELECT count(*)
          FROM (
            SELECT 1
            FROM "core"."person" t1
            WHERE t1."jurisdiction" = $1::text
              AND (t1.birth_date > ($2::date - interval '18 years')::date)
              AND (t1."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
            LIMIT 10000
          ) z
        ) AS "totalCount",
        json_build_object('hasNextPage', (count(*) > $5::bigint), 'hasPreviousPage', ($6::bigint > 0)) AS "pageInfo"
      FROM (
        SELECT t1p.rn__ AS rn,
          CASE
            WHEN t1p.rn__ <= $5::bigint THEN (
              SELECT row_to_json(o)
              FROM (
                SELECT t1p."id" AS "~p",
                  t1p."name" AS "name"
              ) o
            )
          END AS node0_0
        FROM (
          SELECT q.*,
            row_number() OVER () AS rn__
          FROM (
            SELECT t1.*
            FROM "core"."person" t1
            WHERE t1."jurisdiction" = $1::text
              AND (t1.birth_date > ($2::date - interval '18 years')::date)
              AND (t1."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
            ORDER BY t1."name_sort", t1."id"
            LIMIT $5::bigint + 1
            OFFSET $6::bigint
          ) q
        ) t1p
      ) t1n
    ) t1c
  ) AS "children"
) r
;
