-- $1 text: caller's jurisdiction
-- $2 date: today
-- $3 bigint: caller's regions, first number
-- $4 bigint: size: 50
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1c)
    FROM (
      SELECT (
        SELECT coalesce(json_agg(row_to_json(t1n)), '[]'::json)
        FROM (
          SELECT t1p."id" AS "~p",
            t1p."name" AS "name",
            CASE
              WHEN char_length(t1p."id_number") < 8 THEN repeat('*', char_length(t1p."id_number"))
              ELSE repeat('*', char_length(t1p."id_number") - 4) || right(t1p."id_number", 4)
            END AS "idNumber"
          FROM (
            SELECT t1.*
            FROM "core"."person" t1
            WHERE t1."jurisdiction" = $1::text
              AND (t1.birth_date > ($2::date - interval '18 years')::date)
              AND (t1."region_ord" = $3::bigint)
            ORDER BY t1."name_sort", t1."id"
            LIMIT $4::bigint
          ) t1p
        ) t1n
      ) AS "nodes"
    ) t1c
  ) AS "children"
) r
;
