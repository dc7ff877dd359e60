-- $1 text: caller's jurisdiction
-- $2 date: today
-- $3 bigint: caller's regions, first number
-- $4 bigint: size: 1
SELECT row_to_json(r)
FROM (
  SELECT 'Query'::text AS "__typename",
    (
      SELECT row_to_json(t1c)
      FROM (
        SELECT 'ChildConnection'::text AS "__typename",
          coalesce(json_agg(json_build_object('__typename', 'ChildEdge'::text, 'node', t1n.node1_0)), '[]'::json) AS "edges",
          json_build_object('__typename', 'PageInfo'::text) AS "pageInfo"
        FROM (
          SELECT t1p.rn__ AS rn,
            (
              SELECT row_to_json(o)
              FROM (
                SELECT t1p."id" AS "~p",
                  'Child'::text AS "__typename"
              ) o
            ) AS node1_0
          FROM (
            SELECT q.*,
              row_number() OVER () AS rn__
            FROM (
              SELECT t1.*
              FROM "core"."person" t1
              WHERE t1."jurisdiction" = $1::text
                AND (t1.birth_date > ($2::date - interval '18 years')::date)
                AND ((t1."region_ord" / 1000) = ($3::bigint / 1000))
              ORDER BY t1."name_sort", t1."id"
              LIMIT $4::bigint
            ) q
          ) t1p
        ) t1n
      ) t1c
    ) AS "children"
) r
;
