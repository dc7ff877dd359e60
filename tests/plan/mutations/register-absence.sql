-- payload of registerAbsence
-- $1 uuid[]: uuids of result absences of the command
-- $2 text: result jurisdiction of the command
-- $3 uuid[]: caller's organisations
-- $4 date: today
-- $5 text: caller's jurisdiction
-- $6 json: result userErrors.userErrors of the command
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT coalesce(json_agg(row_to_json(t1o)), '[]'::json)
    FROM (
      SELECT t1."absent_on" AS "absentOn",
        t1."reason" AS "reason",
        (
          SELECT row_to_json(t2o)
          FROM (
            SELECT t2."name" AS "name"
            FROM "core"."person" t2
            WHERE t2."jurisdiction" = t1."jurisdiction"
              AND t2."id" = t1."child_id"
              AND (t2.birth_date > ($4::date - interval '18 years')::date)
              AND (
                EXISTS (
                  SELECT 1
                  FROM "core"."guardianship" AS t2_r1
                  JOIN "core"."person" AS t2_r2 ON t2_r1."child_id" = t2_r2."id"
                    AND (t2_r2.birth_date > ($4::date - interval '18 years')::date)
                    AND t2_r2."jurisdiction" = $5::text
                  JOIN "education"."enrolment" AS t2_r3 ON t2_r2."id" = t2_r3."child_id"
                    AND (t2_r3.valid_from <= $4::date AND (t2_r3.valid_to IS NULL OR t2_r3.valid_to > $4::date))
                    AND t2_r3."jurisdiction" = $5::text
                  WHERE t2."jurisdiction" = $5::text
                    AND t2_r1."guardian_id" = t2."id"
                    AND (t2_r1.valid_from <= $4::date AND (t2_r1.valid_to IS NULL OR t2_r1.valid_to > $4::date))
                    AND t2_r1."jurisdiction" = $5::text
                    AND t2_r3."school_id" = ANY ($3::uuid[])
                )
                OR EXISTS (
                  SELECT 1
                  FROM "core"."delegation" AS t2_r1
                  JOIN "core"."person" AS t2_r2 ON t2_r1."child_id" = t2_r2."id"
                    AND (t2_r2.birth_date > ($4::date - interval '18 years')::date)
                    AND t2_r2."jurisdiction" = $5::text
                  JOIN "education"."enrolment" AS t2_r3 ON t2_r2."id" = t2_r3."child_id"
                    AND (t2_r3.valid_from <= $4::date AND (t2_r3.valid_to IS NULL OR t2_r3.valid_to > $4::date))
                    AND t2_r3."jurisdiction" = $5::text
                  WHERE t2."jurisdiction" = $5::text
                    AND t2_r1."delegate_id" = t2."id"
                    AND (t2_r1.valid_from <= $4::date AND (t2_r1.valid_to IS NULL OR t2_r1.valid_to > $4::date))
                    AND t2_r1."jurisdiction" = $5::text
                    AND t2_r3."school_id" = ANY ($3::uuid[])
                )
                OR EXISTS (
                  SELECT 1
                  FROM "education"."enrolment" AS t2_r1
                  WHERE t2."jurisdiction" = $5::text
                    AND (t2.birth_date > ($4::date - interval '18 years')::date)
                    AND t2_r1."child_id" = t2."id"
                    AND (t2_r1.valid_from <= $4::date AND (t2_r1.valid_to IS NULL OR t2_r1.valid_to > $4::date))
                    AND t2_r1."jurisdiction" = $5::text
                    AND t2_r1."school_id" = ANY ($3::uuid[])
                )
              )
          ) t2o
        ) AS "child"
      FROM unnest($1::uuid[]) WITH ORDINALITY AS t1g(id, place)
      JOIN "education"."absence" t1 ON true
      WHERE t1."jurisdiction" = $2::text
        AND t1."id" = t1g.id
        AND (t1."school_id" = ANY ($3::uuid[]))
      ORDER BY t1g.place
    ) t1o
  ) AS "absences",
    $6::json AS "userErrors"
) r
;
