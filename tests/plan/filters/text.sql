-- $1 text: caller's jurisdiction
-- $2 date: today
-- $3 bigint: caller's regions, first number
-- $4 bigint: caller's regions, last number
-- $5 text: "王浩宇"
-- $6 bigint: size: 50
-- $7 text[]: ["王浩宇","赵子轩"]
-- $8 text: "王"
-- $9 text: "思"
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
              AND (((t1."name" = $5::text)))
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
                AND (((t2."name" <> $5::text)))
              ORDER BY t2."name_sort", t2."id"
              LIMIT $6::bigint
            ) q
          ) t2p
        ) t2n
      ) t2c
    ) AS "ne",
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
                AND (((t3."name" = ANY ($7::text[]))))
              ORDER BY t3."name_sort", t3."id"
              LIMIT $6::bigint
            ) q
          ) t3p
        ) t3n
      ) t3c
    ) AS "in",
    (
      SELECT row_to_json(t4c)
      FROM (
        SELECT coalesce(json_agg(t4n.node0_0), '[]'::json) AS "nodes"
        FROM (
          SELECT t4p.rn__ AS rn,
            (
              SELECT row_to_json(o)
              FROM (
                SELECT t4p."id" AS "~p",
                  t4p."name" AS "name"
              ) o
            ) AS node0_0
          FROM (
            SELECT q.*,
              row_number() OVER () AS rn__
            FROM (
              SELECT t4.*
              FROM "core"."person" t4
              WHERE t4."jurisdiction" = $1::text
                AND (t4.birth_date > ($2::date - interval '18 years')::date)
                AND (t4."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
                AND (((t4."name" IS NOT NULL AND t4."name" <> ALL ($7::text[]))))
              ORDER BY t4."name_sort", t4."id"
              LIMIT $6::bigint
            ) q
          ) t4p
        ) t4n
      ) t4c
    ) AS "notIn",
    (
      SELECT row_to_json(t5c)
      FROM (
        SELECT coalesce(json_agg(t5n.node0_0), '[]'::json) AS "nodes"
        FROM (
          SELECT t5p.rn__ AS rn,
            (
              SELECT row_to_json(o)
              FROM (
                SELECT t5p."id" AS "~p",
                  t5p."name" AS "name"
              ) o
            ) AS node0_0
          FROM (
            SELECT q.*,
              row_number() OVER () AS rn__
            FROM (
              SELECT t5.*
              FROM "core"."person" t5
              WHERE t5."jurisdiction" = $1::text
                AND (t5.birth_date > ($2::date - interval '18 years')::date)
                AND (t5."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
                AND (((starts_with(t5."name", $8::text) = true)))
              ORDER BY t5."name_sort", t5."id"
              LIMIT $6::bigint
            ) q
          ) t5p
        ) t5n
      ) t5c
    ) AS "startsWith",
    (
      SELECT row_to_json(t6c)
      FROM (
        SELECT coalesce(json_agg(t6n.node0_0), '[]'::json) AS "nodes"
        FROM (
          SELECT t6p.rn__ AS rn,
            (
              SELECT row_to_json(o)
              FROM (
                SELECT t6p."id" AS "~p",
                  t6p."name" AS "name"
              ) o
            ) AS node0_0
          FROM (
            SELECT q.*,
              row_number() OVER () AS rn__
            FROM (
              SELECT t6.*
              FROM "core"."person" t6
              WHERE t6."jurisdiction" = $1::text
                AND (t6.birth_date > ($2::date - interval '18 years')::date)
                AND (t6."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
                AND (((strpos(t6."name", $9::text) > 0)))
              ORDER BY t6."name_sort", t6."id"
              LIMIT $6::bigint
            ) q
          ) t6p
        ) t6n
      ) t6c
    ) AS "contains",
    (
      SELECT row_to_json(t7c)
      FROM (
        SELECT coalesce(json_agg(t7n.node0_0), '[]'::json) AS "nodes"
        FROM (
          SELECT t7p.rn__ AS rn,
            (
              SELECT row_to_json(o)
              FROM (
                SELECT t7p."id" AS "~p",
                  t7p."name" AS "name"
              ) o
            ) AS node0_0
          FROM (
            SELECT q.*,
              row_number() OVER () AS rn__
            FROM (
              SELECT t7.*
              FROM "core"."person" t7
              WHERE t7."jurisdiction" = $1::text
                AND (t7.birth_date > ($2::date - interval '18 years')::date)
                AND (t7."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
                AND (((t7."name" IS NULL)))
              ORDER BY t7."name_sort", t7."id"
              LIMIT $6::bigint
            ) q
          ) t7p
        ) t7n
      ) t7c
    ) AS "isNull"
) r
;
