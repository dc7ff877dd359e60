-- $1 text: caller's jurisdiction
-- $2 date: today
-- $3 bigint: caller's regions, first number
-- $4 bigint: caller's regions, last number
-- $5 bigint: size: 50
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
            (
              SELECT row_to_json(t3o)
              FROM (
                SELECT t3."address" AS "address"
                FROM "core"."household" t3
                WHERE t3."jurisdiction" = t1p."jurisdiction"
                  AND t3."id" = t1p."household_id"
                  AND (t3."region_ord" BETWEEN $3::bigint AND $4::bigint)
              ) t3o
            ) AS "household"
          FROM (
            SELECT t1.*
            FROM "core"."person" t1
            WHERE t1."jurisdiction" = $1::text
              AND (t1.birth_date > ($2::date - interval '18 years')::date)
              AND (t1."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
            ORDER BY (
              SELECT t2."id"
              FROM "core"."household" t2
              WHERE t2."jurisdiction" = t1."jurisdiction"
                AND t2."id" = t1."household_id"
                AND (t2."region_ord" BETWEEN $3::bigint AND $4::bigint)
            ), t1."id"
            LIMIT $5::bigint
          ) t1p
        ) t1n
      ) AS "nodes"
    ) t1c
  ) AS "up",
    (
      SELECT row_to_json(t4c)
      FROM (
        SELECT (
          SELECT coalesce(json_agg(row_to_json(t4n)), '[]'::json)
          FROM (
            SELECT t4p."id" AS "~p",
              t4p."name" AS "name"
            FROM (
              SELECT t4.*
              FROM "core"."person" t4
              WHERE t4."jurisdiction" = $1::text
                AND (t4.birth_date > ($2::date - interval '18 years')::date)
                AND (t4."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
              ORDER BY (
                SELECT t5."id"
                FROM "core"."household" t5
                WHERE t5."jurisdiction" = t4."jurisdiction"
                  AND t5."id" = t4."household_id"
                  AND (t5."region_ord" BETWEEN $3::bigint AND $4::bigint)
              ) DESC NULLS LAST, t4."id" DESC
              LIMIT $5::bigint
            ) t4p
          ) t4n
        ) AS "nodes"
      ) t4c
    ) AS "down"
) r
;
