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
        SELECT CASE
          WHEN c.n < 10000 THEN c.n
          ELSE greatest(
            10000,
            round(
              (
                SELECT count(*) * 100.0 / least(
                  100,
                  100.0 * 40000 / (
                    SELECT greatest(k.reltuples, 1)
                    FROM pg_class k
                    WHERE k.oid = '"core"."person"'::regclass
                  )
                )
                FROM "core"."person" t1 TABLESAMPLE SYSTEM(
                  least(
                    100,
                    100.0 * 40000 / (
                      SELECT greatest(k.reltuples, 1)
                      FROM pg_class k
                      WHERE k.oid = '"core"."person"'::regclass
                    )
                  )
                ) REPEATABLE(1)
                WHERE t1."jurisdiction" = $1::text
                  AND (t1.birth_date > ($2::date - interval '18 years')::date)
                  AND (t1."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
              )::numeric,
              - 2
            )
          )
        END
        FROM (
          SELECT count(*)
          FROM (
            SELECT 1
            FROM "core"."person" t1
            WHERE t1."jurisdiction" = $1::text
              AND (t1.birth_date > ($2::date - interval '18 years')::date)
              AND (t1."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
            LIMIT 10000
          ) z
        ) c(n)
      ) AS "totalCount"
    ) t1c
  ) AS "children"
) r
;
