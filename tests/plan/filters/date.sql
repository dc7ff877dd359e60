-- $1 text: caller's jurisdiction
-- $2 date: today
-- $3 bigint: caller's regions, first number
-- $4 bigint: caller's regions, last number
-- $5 date: "2016-04-18"
-- $6 bigint: size: 50
-- $7 date[]: ["2016-04-18","2018-05-20"]
-- $8 date: "2014-01-15"
-- $9 date: "2018-05-20"
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
            t1p."birth_date" AS "birthDate"
          FROM (
            SELECT t1.*
            FROM "core"."person" t1
            WHERE t1."jurisdiction" = $1::text
              AND (t1.birth_date > ($2::date - interval '18 years')::date)
              AND (t1."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
              AND (((t1."birth_date" = $5::date)))
            ORDER BY t1."name_sort", t1."id"
            LIMIT $6::bigint
          ) t1p
        ) t1n
      ) AS "nodes"
    ) t1c
  ) AS "eq",
    (
      SELECT row_to_json(t2c)
      FROM (
        SELECT (
          SELECT coalesce(json_agg(row_to_json(t2n)), '[]'::json)
          FROM (
            SELECT t2p."id" AS "~p",
              t2p."name" AS "name",
              t2p."birth_date" AS "birthDate"
            FROM (
              SELECT t2.*
              FROM "core"."person" t2
              WHERE t2."jurisdiction" = $1::text
                AND (t2.birth_date > ($2::date - interval '18 years')::date)
                AND (t2."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
                AND (((t2."birth_date" <> $5::date)))
              ORDER BY t2."name_sort", t2."id"
              LIMIT $6::bigint
            ) t2p
          ) t2n
        ) AS "nodes"
      ) t2c
    ) AS "ne",
    (
      SELECT row_to_json(t3c)
      FROM (
        SELECT (
          SELECT coalesce(json_agg(row_to_json(t3n)), '[]'::json)
          FROM (
            SELECT t3p."id" AS "~p",
              t3p."name" AS "name",
              t3p."birth_date" AS "birthDate"
            FROM (
              SELECT t3.*
              FROM "core"."person" t3
              WHERE t3."jurisdiction" = $1::text
                AND (t3.birth_date > ($2::date - interval '18 years')::date)
                AND (t3."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
                AND (((t3."birth_date" = ANY ($7::date[]))))
              ORDER BY t3."name_sort", t3."id"
              LIMIT $6::bigint
            ) t3p
          ) t3n
        ) AS "nodes"
      ) t3c
    ) AS "in",
    (
      SELECT row_to_json(t4c)
      FROM (
        SELECT (
          SELECT coalesce(json_agg(row_to_json(t4n)), '[]'::json)
          FROM (
            SELECT t4p."id" AS "~p",
              t4p."name" AS "name",
              t4p."birth_date" AS "birthDate"
            FROM (
              SELECT t4.*
              FROM "core"."person" t4
              WHERE t4."jurisdiction" = $1::text
                AND (t4.birth_date > ($2::date - interval '18 years')::date)
                AND (t4."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
                AND (((t4."birth_date" IS NOT NULL AND t4."birth_date" <> ALL ($7::date[]))))
              ORDER BY t4."name_sort", t4."id"
              LIMIT $6::bigint
            ) t4p
          ) t4n
        ) AS "nodes"
      ) t4c
    ) AS "notIn",
    (
      SELECT row_to_json(t5c)
      FROM (
        SELECT (
          SELECT coalesce(json_agg(row_to_json(t5n)), '[]'::json)
          FROM (
            SELECT t5p."id" AS "~p",
              t5p."name" AS "name",
              t5p."birth_date" AS "birthDate"
            FROM (
              SELECT t5.*
              FROM "core"."person" t5
              WHERE t5."jurisdiction" = $1::text
                AND (t5.birth_date > ($2::date - interval '18 years')::date)
                AND (t5."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
                AND (((t5."birth_date" < $8::date)))
              ORDER BY t5."name_sort", t5."id"
              LIMIT $6::bigint
            ) t5p
          ) t5n
        ) AS "nodes"
      ) t5c
    ) AS "lt",
    (
      SELECT row_to_json(t6c)
      FROM (
        SELECT (
          SELECT coalesce(json_agg(row_to_json(t6n)), '[]'::json)
          FROM (
            SELECT t6p."id" AS "~p",
              t6p."name" AS "name",
              t6p."birth_date" AS "birthDate"
            FROM (
              SELECT t6.*
              FROM "core"."person" t6
              WHERE t6."jurisdiction" = $1::text
                AND (t6.birth_date > ($2::date - interval '18 years')::date)
                AND (t6."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
                AND (((t6."birth_date" <= $8::date)))
              ORDER BY t6."name_sort", t6."id"
              LIMIT $6::bigint
            ) t6p
          ) t6n
        ) AS "nodes"
      ) t6c
    ) AS "lte",
    (
      SELECT row_to_json(t7c)
      FROM (
        SELECT (
          SELECT coalesce(json_agg(row_to_json(t7n)), '[]'::json)
          FROM (
            SELECT t7p."id" AS "~p",
              t7p."name" AS "name",
              t7p."birth_date" AS "birthDate"
            FROM (
              SELECT t7.*
              FROM "core"."person" t7
              WHERE t7."jurisdiction" = $1::text
                AND (t7.birth_date > ($2::date - interval '18 years')::date)
                AND (t7."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
                AND (((t7."birth_date" > $9::date)))
              ORDER BY t7."name_sort", t7."id"
              LIMIT $6::bigint
            ) t7p
          ) t7n
        ) AS "nodes"
      ) t7c
    ) AS "gt",
    (
      SELECT row_to_json(t8c)
      FROM (
        SELECT (
          SELECT coalesce(json_agg(row_to_json(t8n)), '[]'::json)
          FROM (
            SELECT t8p."id" AS "~p",
              t8p."name" AS "name",
              t8p."birth_date" AS "birthDate"
            FROM (
              SELECT t8.*
              FROM "core"."person" t8
              WHERE t8."jurisdiction" = $1::text
                AND (t8.birth_date > ($2::date - interval '18 years')::date)
                AND (t8."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
                AND (((t8."birth_date" >= $9::date)))
              ORDER BY t8."name_sort", t8."id"
              LIMIT $6::bigint
            ) t8p
          ) t8n
        ) AS "nodes"
      ) t8c
    ) AS "gte",
    (
      SELECT row_to_json(t9c)
      FROM (
        SELECT (
          SELECT coalesce(json_agg(row_to_json(t9n)), '[]'::json)
          FROM (
            SELECT t9p."id" AS "~p",
              t9p."name" AS "name",
              t9p."birth_date" AS "birthDate"
            FROM (
              SELECT t9.*
              FROM "core"."person" t9
              WHERE t9."jurisdiction" = $1::text
                AND (t9.birth_date > ($2::date - interval '18 years')::date)
                AND (t9."region_ord" + 0 BETWEEN $3::bigint AND $4::bigint)
                AND (((t9."birth_date" IS NOT NULL)))
              ORDER BY t9."name_sort", t9."id"
              LIMIT $6::bigint
            ) t9p
          ) t9n
        ) AS "nodes"
      ) t9c
    ) AS "isNull"
) r
;
