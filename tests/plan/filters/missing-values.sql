-- $1 text: caller's jurisdiction
-- $2 date: today
-- $3 bigint: caller's regions, first number
-- $4 bigint: caller's regions, last number
-- $5 text: "HEALTHY"
-- $6 bigint: size: 50
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1c)
    FROM (
      SELECT (
        SELECT coalesce(json_agg(row_to_json(t1n)), '[]'::json)
        FROM (
          SELECT t1p."id" AS "~p",
            t1p."name" AS "name"
          FROM (
            SELECT t1.*
            FROM "core"."person" t1
            WHERE t1."jurisdiction" = $1::text
              AND (t1.birth_date > ($2::date - interval '18 years')::date)
              AND (t1."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
              AND (((t1."health" = $5::text)))
            ORDER BY t1."name_sort", t1."id"
            LIMIT $6::bigint
          ) t1p
        ) t1n
      ) AS "nodes"
    ) t1c
  ) AS "healthy",
    (
      SELECT row_to_json(t2c)
      FROM (
        SELECT (
          SELECT coalesce(json_agg(row_to_json(t2n)), '[]'::json)
          FROM (
            SELECT t2p."id" AS "~p",
              t2p."name" AS "name"
            FROM (
              SELECT t2.*
              FROM "core"."person" t2
              WHERE t2."jurisdiction" = $1::text
                AND (t2.birth_date > ($2::date - interval '18 years')::date)
                AND (t2."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
                AND ((((t2."health" <> $5::text))))
              ORDER BY t2."name_sort", t2."id"
              LIMIT $6::bigint
            ) t2p
          ) t2n
        ) AS "nodes"
      ) t2c
    ) AS "notHealthy",
    (
      SELECT row_to_json(t3c)
      FROM (
        SELECT (
          SELECT coalesce(json_agg(row_to_json(t3n)), '[]'::json)
          FROM (
            SELECT t3p."id" AS "~p",
              t3p."name" AS "name"
            FROM (
              SELECT t3.*
              FROM "core"."person" t3
              WHERE t3."jurisdiction" = $1::text
                AND (t3.birth_date > ($2::date - interval '18 years')::date)
                AND (t3."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
                AND (((t3."health" IS NULL)))
              ORDER BY t3."name_sort", t3."id"
              LIMIT $6::bigint
            ) t3p
          ) t3n
        ) AS "nodes"
      ) t3c
    ) AS "unknown"
) r
;
