-- $1 text: jurisdiction of $id
-- $2 uuid: uuid of $id
-- $3 date: today
-- $4 bigint: caller's regions, first number
-- $5 bigint: caller's regions, last number
-- $6 date: today, 18 years before
-- $7 bigint: size: 200
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."id" AS "~p",
        left(t1."name", 1) || '**' AS "name",
        NULL::json AS "household",
        (
          SELECT coalesce(json_agg(row_to_json(t2o)), '[]'::json)
          FROM (
            SELECT NULL::text AS "kind"
            FROM "core"."guardianship" t2
            WHERE t2."jurisdiction" = t1."jurisdiction"
              AND t2."child_id" = t1."id"
              AND (t2.valid_from <= $3::date AND (t2.valid_to IS NULL OR t2.valid_to > $3::date))
              AND false
              AND false
            ORDER BY t2."id"
            LIMIT $7::bigint
          ) t2o
        ) AS "guardianships"
      FROM "core"."person" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
        AND (t1.birth_date > ($3::date - interval '18 years')::date)
        AND ((t1."region_ord" BETWEEN $4::bigint AND $5::bigint) AND (t1."birth_date" > $6::date))
    ) t1o
  ) AS "child"
) r
;
