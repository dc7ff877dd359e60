-- $1 text: jurisdiction of $id
-- $2 uuid: uuid of $id
-- $3 date: today
-- $4 bigint: caller's regions, first number
-- $5 bigint: caller's regions, last number
-- $6 date: today, 18 years before
-- $7 bigint: size: 200
-- $8 text: caller's jurisdiction
-- $9 bigint: size: 50
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."id" AS "~p",
        left(t1."name", 1) || '**' AS "name",
        NULL::text AS "birthDate",
        NULL::text AS "idNumber",
        NULL::json AS "household",
        (
          SELECT coalesce(json_agg(row_to_json(t2o)), '[]'::json)
          FROM (
            SELECT NULL::text AS "hasAgreement",
              NULL::json AS "delegate"
            FROM "core"."delegation" t2
            WHERE t2."jurisdiction" = t1."jurisdiction"
              AND t2."child_id" = t1."id"
              AND (t2.valid_from <= $3::date AND (t2.valid_to IS NULL OR t2.valid_to > $3::date))
              AND false
              AND false
            ORDER BY t2."id"
            LIMIT $7::bigint
          ) t2o
        ) AS "delegations",
        (
          SELECT coalesce(json_agg(row_to_json(t3o)), '[]'::json)
          FROM (
            SELECT t3."grade" AS "grade",
              NULL::text AS "studentNo",
              (
                SELECT row_to_json(t4o)
                FROM (
                  SELECT t4."name" AS "name"
                  FROM "education"."school" t4
                  WHERE t4."jurisdiction" = t3."jurisdiction"
                    AND t4."id" = t3."school_id"
                ) t4o
              ) AS "school"
            FROM "education"."enrolment" t3
            WHERE t3."jurisdiction" = t1."jurisdiction"
              AND t3."child_id" = t1."id"
              AND (t3.valid_from <= $3::date AND (t3.valid_to IS NULL OR t3.valid_to > $3::date))
              AND (t3."region_ord" BETWEEN $4::bigint AND $5::bigint)
            ORDER BY t3."grade", t3."id"
            LIMIT $7::bigint
          ) t3o
        ) AS "enrolments"
      FROM "core"."person" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
        AND (t1.birth_date > ($3::date - interval '18 years')::date)
        AND ((t1."region_ord" BETWEEN $4::bigint AND $5::bigint) AND (t1."birth_date" > $6::date))
    ) t1o
  ) AS "child",
    (
      SELECT row_to_json(t5c)
      FROM (
        SELECT (
          SELECT count(*)
          FROM (
            SELECT 1
            FROM "core"."person" t5
            WHERE t5."jurisdiction" = $8::text
              AND (t5.birth_date > ($3::date - interval '18 years')::date)
              AND ((t5."region_ord" + 0 BETWEEN $4::bigint AND $5::bigint) AND (t5."birth_date" > $6::date))
            LIMIT 10000
          ) z
        ) AS "totalCount",
          (
            SELECT coalesce(json_agg(row_to_json(t5n)), '[]'::json)
            FROM (
              SELECT t5p."id" AS "~p",
                left(t5p."name", 1) || '**' AS "name"
              FROM (
                SELECT t5.*
                FROM "core"."person" t5
                WHERE t5."jurisdiction" = $8::text
                  AND (t5.birth_date > ($3::date - interval '18 years')::date)
                  AND ((t5."region_ord" + 0 BETWEEN $4::bigint AND $5::bigint) AND (t5."birth_date" > $6::date))
                ORDER BY t5."id"
                LIMIT $9::bigint
              ) t5p
            ) t5n
          ) AS "nodes"
      ) t5c
    ) AS "children"
) r
;
