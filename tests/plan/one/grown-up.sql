-- $1 text: jurisdiction of $child
-- $2 uuid: uuid of $child
-- $3 date: today
-- $4 bigint: caller's regions, first number
-- $5 bigint: caller's regions, last number
-- $6 text: jurisdiction of $person
-- $7 uuid: uuid of $person
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."id" AS "~p",
        t1."name" AS "name"
      FROM "core"."person" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
        AND (t1.birth_date > ($3::date - interval '18 years')::date)
        AND (t1."region_ord" BETWEEN $4::bigint AND $5::bigint)
    ) t1o
  ) AS "child",
    (
      SELECT row_to_json(t2o)
      FROM (
        SELECT t2."id" AS "~p",
          t2."name" AS "name",
          (CASE WHEN isfinite(t2.birth_date) THEN extract(year from age($3::date, t2.birth_date))::int END) AS "age"
        FROM "core"."person" t2
        WHERE t2."jurisdiction" = $6::text
          AND t2."id" = $7::uuid
          AND (t2."region_ord" BETWEEN $4::bigint AND $5::bigint)
      ) t2o
    ) AS "person"
) r
;
