-- $1 text: jurisdiction of $id
-- $2 uuid: uuid of $id
-- $3 date: today
-- $4 bigint: size: 200
-- $5 text: caller's jurisdiction
-- $6 bigint: size: 50
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."id" AS "~p",
        NULL::text AS "name",
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
            LIMIT $4::bigint
          ) t2o
        ) AS "delegations",
        (
          SELECT coalesce(json_agg(row_to_json(t3o)), '[]'::json)
          FROM (
            SELECT NULL::text AS "grade",
              NULL::text AS "studentNo",
              NULL::json AS "school"
            FROM "education"."enrolment" t3
            WHERE t3."jurisdiction" = t1."jurisdiction"
              AND t3."child_id" = t1."id"
              AND (t3.valid_from <= $3::date AND (t3.valid_to IS NULL OR t3.valid_to > $3::date))
              AND false
              AND false
            ORDER BY t3."id"
            LIMIT $4::bigint
          ) t3o
        ) AS "enrolments"
      FROM "core"."person" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
        AND (t1.birth_date > ($3::date - interval '18 years')::date)
        AND false
    ) t1o
  ) AS "child",
    (
      SELECT row_to_json(t4c)
      FROM (
        SELECT (
          SELECT count(*)
          FROM (
            SELECT 1
            FROM "core"."person" t4
            WHERE t4."jurisdiction" = $5::text
              AND (t4.birth_date > ($3::date - interval '18 years')::date)
              AND false
            LIMIT 10000
          ) z
        ) AS "totalCount",
          (
            SELECT coalesce(json_agg(row_to_json(t4n)), '[]'::json)
            FROM (
              SELECT t4p."id" AS "~p",
                NULL::text AS "name"
              FROM (
                SELECT t4.*
                FROM "core"."person" t4
                WHERE t4."jurisdiction" = $5::text
                  AND (t4.birth_date > ($3::date - interval '18 years')::date)
                  AND false
                ORDER BY t4."id"
                LIMIT $6::bigint
              ) t4p
            ) t4n
          ) AS "nodes"
      ) t4c
    ) AS "children"
) r
;
