-- $1 text: caller's jurisdiction
-- $2 date: today
-- $3 bigint: caller's regions, first number
-- $4 bigint: caller's regions, last number
-- $5 text: "没有这个人"
-- $6 bigint: size: 50
-- $7 text: key of cursors of Query.Child
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1c)
    FROM (
      SELECT coalesce(json_agg(t1n.node0_0 ORDER BY t1n.rn) FILTER (WHERE t1n.rn <= $6::bigint), '[]'::json) AS "nodes",
        (
          SELECT count(*)
          FROM (
            SELECT 1
            FROM "core"."person" t1
            WHERE t1."jurisdiction" = $1::text
              AND (t1.birth_date > ($2::date - interval '18 years')::date)
              AND (t1."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
              AND (((t1."name" = $5::text)))
            LIMIT 10000
          ) z
        ) AS "totalCount",
        json_build_object(
          'hasNextPage',
          (count(*) > $6::bigint),
          'endCursor',
          (array_agg(t1n.cursor ORDER BY t1n.rn) FILTER (WHERE t1n.rn <= $6::bigint))[cardinality(array_agg(t1n.cursor ORDER BY t1n.rn) FILTER (WHERE t1n.rn <= $6::bigint))]
        ) AS "pageInfo"
      FROM (
        SELECT t1p.rn__ AS rn,
          (
            SELECT translate(encode(convert_to(c.v, 'UTF8'), 'base64'), E'\n', '') || '.' || left(encode(sha256(convert_to($7::text || c.v || $7::text, 'UTF8')), 'hex'), 32)
            FROM (
              SELECT json_build_array(t1p."name_sort", t1p."id")::text AS v
            ) c
          ) AS cursor,
          CASE
            WHEN t1p.rn__ <= $6::bigint THEN (
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
              AND (((t1."name" = $5::text)))
            ORDER BY t1."name_sort", t1."id"
            LIMIT $6::bigint + 1
          ) q
        ) t1p
      ) t1n
    ) t1c
  ) AS "children"
) r
;
