-- $1 text: jurisdiction of $id
-- $2 uuid: uuid of $id
-- $3 date: today
-- $4 text: caller's jurisdiction
-- $5 uuid[]: caller's organisations
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."id" AS "~p",
        '[]'::json AS "kin"
      FROM "core"."person" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
        AND (t1.birth_date > ($3::date - interval '18 years')::date)
        AND (
          EXISTS (
            SELECT 1
            FROM "core"."guardianship" AS t1_r1
            JOIN "core"."person" AS t1_r2 ON t1_r1."child_id" = t1_r2."id"
              AND (t1_r2.birth_date > ($3::date - interval '18 years')::date)
              AND t1_r2."jurisdiction" = $4::text
            JOIN "education"."enrolment" AS t1_r3 ON t1_r2."id" = t1_r3."child_id"
              AND (t1_r3.valid_from <= $3::date AND (t1_r3.valid_to IS NULL OR t1_r3.valid_to > $3::date))
              AND t1_r3."jurisdiction" = $4::text
            WHERE t1."jurisdiction" = $4::text
              AND t1_r1."guardian_id" = t1."id"
              AND (t1_r1.valid_from <= $3::date AND (t1_r1.valid_to IS NULL OR t1_r1.valid_to > $3::date))
              AND t1_r1."jurisdiction" = $4::text
              AND t1_r3."school_id" = ANY ($5::uuid[])
          )
          OR EXISTS (
            SELECT 1
            FROM "core"."delegation" AS t1_r1
            JOIN "core"."person" AS t1_r2 ON t1_r1."child_id" = t1_r2."id"
              AND (t1_r2.birth_date > ($3::date - interval '18 years')::date)
              AND t1_r2."jurisdiction" = $4::text
            JOIN "education"."enrolment" AS t1_r3 ON t1_r2."id" = t1_r3."child_id"
              AND (t1_r3.valid_from <= $3::date AND (t1_r3.valid_to IS NULL OR t1_r3.valid_to > $3::date))
              AND t1_r3."jurisdiction" = $4::text
            WHERE t1."jurisdiction" = $4::text
              AND t1_r1."delegate_id" = t1."id"
              AND (t1_r1.valid_from <= $3::date AND (t1_r1.valid_to IS NULL OR t1_r1.valid_to > $3::date))
              AND t1_r1."jurisdiction" = $4::text
              AND t1_r3."school_id" = ANY ($5::uuid[])
          )
          OR EXISTS (
            SELECT 1
            FROM "education"."enrolment" AS t1_r1
            WHERE t1."jurisdiction" = $4::text
              AND (t1.birth_date > ($3::date - interval '18 years')::date)
              AND t1_r1."child_id" = t1."id"
              AND (t1_r1.valid_from <= $3::date AND (t1_r1.valid_to IS NULL OR t1_r1.valid_to > $3::date))
              AND t1_r1."jurisdiction" = $4::text
              AND t1_r1."school_id" = ANY ($5::uuid[])
          )
        )
    ) t1o
  ) AS "child"
) r
;
