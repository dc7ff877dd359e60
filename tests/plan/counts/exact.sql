-- $1 text: caller's jurisdiction
-- $2 date: today
-- $3 bigint: caller's regions, first number
-- $4 bigint: caller's regions, last number
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1c)
    FROM (
      SELECT (
        SELECT count(*)
        FROM "core"."person" t1
        WHERE t1."jurisdiction" = $1::text
          AND (t1.birth_date > ($2::date - interval '18 years')::date)
          AND (t1."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
      ) AS "totalCount"
    ) t1c
  ) AS "children"
) r
;
