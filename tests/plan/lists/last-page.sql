-- $1 text: caller's jurisdiction
-- $2 date: today
-- $3 bigint: caller's regions, first number
-- $4 bigint: caller's regions, last number
-- $5 bigint: size: 2
-- $6 text: key of cursors of Query.Child
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1c)
    FROM (
      SELECT coalesce(json_agg(t1n.node0_0 ORDER BY t1n.rn DESC) FILTER (WHERE t1n.rn <= $5::bigint), '[]'::json) AS "nodes",
        json_build_object(
          'hasNextPage',
          false,
          'hasPreviousPage',
          (count(*) > $5::bigint),
          'startCursor',
          (array_agg(t1n.cursor ORDER BY t1n.rn DESC) FILTER (WHERE t1n.rn <= $5::bigint))[1],
          'endCursor',
          (array_agg(t1n.cursor ORDER BY t1n.rn DESC) FILTER (WHERE t1n.rn <= $5::bigint))[cardinality(array_agg(t1n.cursor ORDER BY t1n.rn DESC) FILTER (WHERE t1n.rn <= $5::bigint))]
        ) AS "pageInfo"
      FROM (
        SELECT t1p.rn__ AS rn,
          (
            SELECT translate(encode(convert_to(c.v, 'UTF8'), 'base64'), E'\n', '') || '.' || left(encode(sha256(convert_to($6::text || c.v || $6::text, 'UTF8')), 'hex'), 32)
            FROM (
              SELECT json_build_array(t1p."name_sort", t1p."id")::text AS v
            ) c
          ) AS cursor,
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
            ORDER BY t1."name_sort" DESC, t1."id" DESC
            LIMIT $5::bigint + 1
          ) q
        ) t1p
      ) t1n
    ) t1c
  ) AS "children"
) r
;
