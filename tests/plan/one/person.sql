-- $1 text: jurisdiction of $id
-- $2 uuid: uuid of $id
-- $3 bigint: caller's regions, first number
-- $4 bigint: caller's regions, last number
-- $5 date: today
-- $6 bigint: size: 200
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."id" AS "~p",
        t1."name" AS "name",
        t1."phone" AS "phone",
        (
          SELECT coalesce(json_agg(row_to_json(t2o)), '[]'::json)
          FROM (
            SELECT t2."child_id" AS "~p",
              t2."kind" AS "kind",
              (
                SELECT row_to_json(t3o)
                FROM (
                  SELECT t3."id" AS "~p",
                    t3."name" AS "name"
                  FROM "core"."person" t3
                  WHERE t3."jurisdiction" = t2."jurisdiction"
                    AND t3."id" = t2."child_id"
                    AND (t3.birth_date > ($5::date - interval '18 years')::date)
                    AND (t3."region_ord" BETWEEN $3::bigint AND $4::bigint)
                ) t3o
              ) AS "child"
            FROM "core"."guardianship" t2
            WHERE t2."jurisdiction" = t1."jurisdiction"
              AND t2."guardian_id" = t1."id"
              AND (t2.valid_from <= $5::date AND (t2.valid_to IS NULL OR t2.valid_to > $5::date))
              AND (t2."region_ord" BETWEEN $3::bigint AND $4::bigint)
            ORDER BY t2."valid_from", t2."id"
            LIMIT $6::bigint
          ) t2o
        ) AS "guardianshipsHeld",
        (
          SELECT coalesce(json_agg(row_to_json(t4o)), '[]'::json)
          FROM (
            SELECT t4."kind" AS "kind",
              t4."cause" AS "cause"
            FROM "core"."capacity_fact" t4
            WHERE t4."jurisdiction" = t1."jurisdiction"
              AND t4."person_id" = t1."id"
              AND (t4.valid_from <= $5::date AND (t4.valid_to IS NULL OR t4.valid_to > $5::date))
              AND (t4."region_ord" BETWEEN $3::bigint AND $4::bigint)
            ORDER BY t4."valid_from", t4."id"
            LIMIT $6::bigint
          ) t4o
        ) AS "capacityFacts"
      FROM "core"."person" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
        AND (t1."region_ord" BETWEEN $3::bigint AND $4::bigint)
    ) t1o
  ) AS "person"
) r
;
