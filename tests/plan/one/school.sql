-- $1 text: jurisdiction of $id
-- $2 uuid: uuid of $id
-- $3 date: today
-- $4 bigint: caller's regions, first number
-- $5 bigint: caller's regions, last number
-- $6 bigint: size: 10
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."name" AS "name",
        t1."kind" AS "kind",
        t1."has_counsellor" AS "hasCounsellor",
        (
          SELECT row_to_json(t2o)
          FROM (
            SELECT t2."name" AS "name",
              t2."kind" AS "kind"
            FROM "core"."organisation" t2
            WHERE t2."jurisdiction" = t1."jurisdiction"
              AND t2."id" = t1."id"
          ) t2o
        ) AS "organisation",
        (
          SELECT row_to_json(t3c)
          FROM (
            SELECT (
              SELECT count(*)
              FROM (
                SELECT 1
                FROM "education"."enrolment" t3
                WHERE t3."jurisdiction" = t1."jurisdiction"
                  AND t3."school_id" = t1."id"
                  AND (t3.valid_from <= $3::date AND (t3.valid_to IS NULL OR t3.valid_to > $3::date))
                  AND (t3."region_ord" BETWEEN $4::bigint AND $5::bigint)
                LIMIT 10000
              ) z
            ) AS "totalCount",
              (
                SELECT coalesce(json_agg(row_to_json(t3n)), '[]'::json)
                FROM (
                  SELECT t3p."child_id" AS "~p",
                    t3p."grade" AS "grade"
                  FROM (
                    SELECT t3.*
                    FROM "education"."enrolment" t3
                    WHERE t3."jurisdiction" = t1."jurisdiction"
                      AND t3."school_id" = t1."id"
                      AND (t3.valid_from <= $3::date AND (t3.valid_to IS NULL OR t3.valid_to > $3::date))
                      AND (t3."region_ord" BETWEEN $4::bigint AND $5::bigint)
                    ORDER BY t3."grade", t3."id"
                    LIMIT $6::bigint
                  ) t3p
                ) t3n
              ) AS "nodes"
          ) t3c
        ) AS "pupils"
      FROM "education"."school" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
    ) t1o
  ) AS "school"
) r
;
