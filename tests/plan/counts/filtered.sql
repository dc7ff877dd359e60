-- $1 text: caller's jurisdiction
-- $2 date: today
-- $3 bigint: caller's regions, first number
-- $4 text: "FEMALE"
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1c)
    FROM (
      SELECT (
        SELECT count(*)
        FROM (
          SELECT 1
          FROM "core"."person" t1
          WHERE t1."jurisdiction" = $1::text
            AND (t1.birth_date > ($2::date - interval '18 years')::date)
            AND ((t1."region_ord" / 1000) = ($3::bigint / 1000))
            AND (((t1."sex" = $4::text)))
          LIMIT 10000
        ) z
      ) AS "totalCount"
    ) t1c
  ) AS "children"
) r
;
