-- $1 text: jurisdiction of $id
-- $2 uuid: uuid of $id
-- $3 bigint: caller's regions, first number
-- $4 bigint: caller's regions, last number
-- $5 date: $asOf.valid
-- $6 bigint: size: 200
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."address" AS "address",
        (
          SELECT coalesce(json_agg(row_to_json(t2o)), '[]'::json)
          FROM (
            SELECT t2."person_id" AS "~p",
              (
                SELECT row_to_json(t3o)
                FROM (
                  SELECT t3."id" AS "~p",
                    t3."name" AS "name"
                  FROM "core"."person" t3
                  WHERE t3."jurisdiction" = t2."jurisdiction"
                    AND t3."id" = t2."person_id"
                    AND ((t3."birth_date" > $5::date) IS NOT TRUE)
                    AND (t3."region_ord" BETWEEN $3::bigint AND $4::bigint)
                ) t3o
              ) AS "person",
              t2."valid_from" AS "validFrom",
              t2."valid_to" AS "validTo"
            FROM "core"."household_member" t2
            WHERE t2."jurisdiction" = t1."jurisdiction"
              AND t2."household_id" = t1."id"
              AND (t2.valid_from <= $5::date AND (t2.valid_to IS NULL OR t2.valid_to > $5::date))
              AND (t2."region_ord" BETWEEN $3::bigint AND $4::bigint)
            ORDER BY t2."relation_to_head", t2."id"
            LIMIT $6::bigint
          ) t2o
        ) AS "members"
      FROM "core"."household" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
        AND (t1."region_ord" BETWEEN $3::bigint AND $4::bigint)
    ) t1o
  ) AS "household"
) r
;
