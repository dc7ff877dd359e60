-- $1 text: caller's jurisdiction
-- $2 date: today
-- $3 bigint: caller's regions, first number
-- $4 bigint: caller's regions, last number
-- $5 uuid: uuid of "Child:370983:0190a000-0000-7000-8000-000000000002"
-- $6 bigint: size: 50
-- $7 uuid[]: uuids of ["Child:370983:0190a000-0000-7000-8000-000000000002","Child:370983:0190a000-0000-7000-8000-000000000030"]
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1c)
    FROM (
      SELECT coalesce(json_agg(t1n.node0_0), '[]'::json) AS "nodes"
      FROM (
        SELECT t1p.rn__ AS rn,
          (
            SELECT row_to_json(o)
            FROM (
              SELECT t1p."id" AS "~p",
                t1p."name" AS "name"
            ) o
          ) AS node0_0
        FROM (
          SELECT q.*,
            row_number() OVER () AS rn__
          FROM (
            SELECT t1.*
            FROM "core"."person" t1
            WHERE t1."jurisdiction" = $1::text
              AND (t1.birth_date > ($2::date - interval '18 years')::date)
              AND (t1."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
              AND (((t1."id" = $5::uuid)))
            ORDER BY t1."name_sort", t1."id"
            LIMIT $6::bigint
          ) q
        ) t1p
      ) t1n
    ) t1c
  ) AS "eq",
    (
      SELECT row_to_json(t2c)
      FROM (
        SELECT coalesce(json_agg(t2n.node0_0), '[]'::json) AS "nodes"
        FROM (
          SELECT t2p.rn__ AS rn,
            (
              SELECT row_to_json(o)
              FROM (
                SELECT t2p."id" AS "~p",
                  t2p."name" AS "name"
              ) o
            ) AS node0_0
          FROM (
            SELECT q.*,
              row_number() OVER () AS rn__
            FROM (
              SELECT t2.*
              FROM "core"."person" t2
              WHERE t2."jurisdiction" = $1::text
                AND (t2.birth_date > ($2::date - interval '18 years')::date)
                AND (t2."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
                AND (((t2."id" = ANY ($7::uuid[]))))
              ORDER BY t2."name_sort", t2."id"
              LIMIT $6::bigint
            ) q
          ) t2p
        ) t2n
      ) t2c
    ) AS "in",
    (
      SELECT row_to_json(t3c)
      FROM (
        SELECT coalesce(json_agg(t3n.node0_0), '[]'::json) AS "nodes"
        FROM (
          SELECT t3p.rn__ AS rn,
            (
              SELECT row_to_json(o)
              FROM (
                SELECT t3p."id" AS "~p",
                  t3p."name" AS "name"
              ) o
            ) AS node0_0
          FROM (
            SELECT q.*,
              row_number() OVER () AS rn__
            FROM (
              SELECT t3.*
              FROM "core"."person" t3
              WHERE t3."jurisdiction" = $1::text
                AND (t3.birth_date > ($2::date - interval '18 years')::date)
                AND (t3."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
                AND ((false))
              ORDER BY t3."name_sort", t3."id"
              LIMIT $6::bigint
            ) q
          ) t3p
        ) t3n
      ) t3c
    ) AS "isNull"
) r
;
