-- $1 text: jurisdiction of $id
-- $2 uuid: uuid of $id
-- $3 date: today
-- $4 bigint: caller's regions, first number
-- $5 bigint: caller's regions, last number
-- $6 bigint: size: 200
-- $7 text: caller's jurisdiction
-- $8 bigint: size: 50
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."id" AS "~p",
        t1."name" AS "name",
        t1."birth_date" AS "birthDate",
        t1."id_number" AS "idNumber",
        (
          SELECT row_to_json(t2o)
          FROM (
            SELECT t2."address" AS "address",
              (
                SELECT coalesce(json_agg(row_to_json(t3o)), '[]'::json)
                FROM (
                  SELECT t3."person_id" AS "~p",
                    (
                      SELECT row_to_json(t4o)
                      FROM (
                        SELECT t4."id" AS "~p",
                          t4."name" AS "name"
                        FROM "core"."person" t4
                        WHERE t4."jurisdiction" = t3."jurisdiction"
                          AND t4."id" = t3."person_id"
                          AND (t4."region_ord" BETWEEN $4::bigint AND $5::bigint)
                      ) t4o
                    ) AS "person"
                  FROM "core"."household_member" t3
                  WHERE t3."jurisdiction" = t2."jurisdiction"
                    AND t3."household_id" = t2."id"
                    AND (t3.valid_from <= $3::date AND (t3.valid_to IS NULL OR t3.valid_to > $3::date))
                    AND (t3."region_ord" BETWEEN $4::bigint AND $5::bigint)
                  ORDER BY t3."relation_to_head", t3."id"
                  LIMIT $6::bigint
                ) t3o
              ) AS "members"
            FROM "core"."household" t2
            WHERE t2."jurisdiction" = t1."jurisdiction"
              AND t2."id" = t1."household_id"
              AND (t2."region_ord" BETWEEN $4::bigint AND $5::bigint)
          ) t2o
        ) AS "household",
        (
          SELECT coalesce(json_agg(row_to_json(t5o)), '[]'::json)
          FROM (
            SELECT t5."has_agreement" AS "hasAgreement",
              (
                SELECT row_to_json(t6o)
                FROM (
                  SELECT t6."id" AS "~p",
                    t6."name" AS "name",
                    t6."phone" AS "phone",
                    t6."birth_date" AS "birthDate"
                  FROM "core"."person" t6
                  WHERE t6."jurisdiction" = t5."jurisdiction"
                    AND t6."id" = t5."delegate_id"
                    AND (t6."region_ord" BETWEEN $4::bigint AND $5::bigint)
                ) t6o
              ) AS "delegate"
            FROM "core"."delegation" t5
            WHERE t5."jurisdiction" = t1."jurisdiction"
              AND t5."child_id" = t1."id"
              AND (t5.valid_from <= $3::date AND (t5.valid_to IS NULL OR t5.valid_to > $3::date))
              AND (t5."region_ord" BETWEEN $4::bigint AND $5::bigint)
            ORDER BY t5."valid_from", t5."id"
            LIMIT $6::bigint
          ) t5o
        ) AS "delegations",
        (
          SELECT coalesce(json_agg(row_to_json(t7o)), '[]'::json)
          FROM (
            SELECT t7."grade" AS "grade",
              NULL::text AS "studentNo",
              (
                SELECT row_to_json(t8o)
                FROM (
                  SELECT t8."name" AS "name"
                  FROM "education"."school" t8
                  WHERE t8."jurisdiction" = t7."jurisdiction"
                    AND t8."id" = t7."school_id"
                ) t8o
              ) AS "school"
            FROM "education"."enrolment" t7
            WHERE t7."jurisdiction" = t1."jurisdiction"
              AND t7."child_id" = t1."id"
              AND (t7.valid_from <= $3::date AND (t7.valid_to IS NULL OR t7.valid_to > $3::date))
              AND (t7."region_ord" BETWEEN $4::bigint AND $5::bigint)
            ORDER BY t7."grade", t7."class_name", t7."id"
            LIMIT $6::bigint
          ) t7o
        ) AS "enrolments"
      FROM "core"."person" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
        AND (t1.birth_date > ($3::date - interval '18 years')::date)
        AND (t1."region_ord" BETWEEN $4::bigint AND $5::bigint)
    ) t1o
  ) AS "child",
    (
      SELECT row_to_json(t9c)
      FROM (
        SELECT (
          SELECT count(*)
          FROM (
            SELECT 1
            FROM "core"."person" t9
            WHERE t9."jurisdiction" = $7::text
              AND (t9.birth_date > ($3::date - interval '18 years')::date)
              AND ((t9."region_ord" / 1000) = ($4::bigint / 1000))
            LIMIT 10000
          ) z
        ) AS "totalCount",
          (
            SELECT coalesce(json_agg(row_to_json(t9n)), '[]'::json)
            FROM (
              SELECT t9p."id" AS "~p",
                t9p."name" AS "name"
              FROM (
                SELECT t9.*
                FROM "core"."person" t9
                WHERE t9."jurisdiction" = $7::text
                  AND (t9.birth_date > ($3::date - interval '18 years')::date)
                  AND ((t9."region_ord" / 1000) = ($4::bigint / 1000))
                ORDER BY t9."name_sort", t9."id"
                LIMIT $8::bigint
              ) t9p
            ) t9n
          ) AS "nodes"
      ) t9c
    ) AS "children"
) r
;
