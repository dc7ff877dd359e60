-- $1 text: jurisdiction of $id
-- $2 uuid: uuid of $id
-- $3 date: today
-- $4 bigint: caller's regions, first number
-- $5 bigint: caller's regions, last number
-- $6 bigint: size: 200
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."name" AS "name",
        (CASE WHEN isfinite(t1.birth_date) THEN extract(year from age($3::date, t1.birth_date))::int END) AS "age",
        (
          SELECT coalesce(json_agg(row_to_json(t2o)), '[]'::json)
          FROM (
            SELECT (
              SELECT row_to_json(t3o)
              FROM (
                SELECT t3."id" AS "~p",
                  t3."name" AS "name",
                  t3."phone" AS "phone"
                FROM "core"."person" t3
                WHERE t3."jurisdiction" = t2."jurisdiction"
                  AND t3."id" = t2."delegate_id"
                  AND (t3."region_ord" BETWEEN $4::bigint AND $5::bigint)
              ) t3o
            ) AS "delegate"
            FROM "core"."delegation" t2
            WHERE t2."jurisdiction" = t1."jurisdiction"
              AND t2."child_id" = t1."id"
              AND (t2.valid_from <= $3::date AND (t2.valid_to IS NULL OR t2.valid_to > $3::date))
              AND (t2."region_ord" BETWEEN $4::bigint AND $5::bigint)
            ORDER BY t2."valid_from", t2."id"
            LIMIT $6::bigint
          ) t2o
        ) AS "delegations",
        'Child:' || t1."jurisdiction" || ':' || t1."id"::text AS "id"
      FROM "core"."person" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
        AND (t1.birth_date > ($3::date - interval '18 years')::date)
        AND (t1."region_ord" BETWEEN $4::bigint AND $5::bigint)
    ) t1o
  ) AS "child"
) r
;
