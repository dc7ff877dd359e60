-- $1 text: jurisdiction of $id
-- $2 uuid: uuid of $id
-- $3 date: today
-- $4 text: caller's jurisdiction
-- $5 uuid: caller's person
-- $6 json: mark of a hidden cell
-- $7 bigint: size: 200
-- $8 bigint: size: 50
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."id" AS "~p",
        t1."name" AS "name",
        CASE
          WHEN (
            (t1."id" = $5::uuid)
            OR EXISTS (
              SELECT 1
              FROM "core"."guardianship" AS t1_r1
              WHERE t1."jurisdiction" = $4::text
                AND (t1.birth_date > ($3::date - interval '18 years')::date)
                AND t1_r1."child_id" = t1."id"
                AND (t1_r1.valid_from <= $3::date AND (t1_r1.valid_to IS NULL OR t1_r1.valid_to > $3::date))
                AND t1_r1."jurisdiction" = $4::text
                AND t1_r1."guardian_id" = $5::uuid
            )
          ) THEN to_json(t1."birth_date")
          ELSE $6::json
        END AS "birthDate",
        CASE
          WHEN (
            (t1."id" = $5::uuid)
            OR EXISTS (
              SELECT 1
              FROM "core"."guardianship" AS t1_r1
              WHERE t1."jurisdiction" = $4::text
                AND (t1.birth_date > ($3::date - interval '18 years')::date)
                AND t1_r1."child_id" = t1."id"
                AND (t1_r1.valid_from <= $3::date AND (t1_r1.valid_to IS NULL OR t1_r1.valid_to > $3::date))
                AND t1_r1."jurisdiction" = $4::text
                AND t1_r1."guardian_id" = $5::uuid
            )
          ) THEN to_json(t1."id_number")
          ELSE $6::json
        END AS "idNumber",
        CASE
          WHEN (
            (t1."id" = $5::uuid)
            OR EXISTS (
              SELECT 1
              FROM "core"."guardianship" AS t1_r1
              WHERE t1."jurisdiction" = $4::text
                AND (t1.birth_date > ($3::date - interval '18 years')::date)
                AND t1_r1."child_id" = t1."id"
                AND (t1_r1.valid_from <= $3::date AND (t1_r1.valid_to IS NULL OR t1_r1.valid_to > $3::date))
                AND t1_r1."jurisdiction" = $4::text
                AND t1_r1."guardian_id" = $5::uuid
            )
          ) THEN (
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
                            AND (
                              EXISTS (
                                SELECT 1
                                FROM "core"."guardianship" AS t4_r1
                                WHERE t4."jurisdiction" = $4::text
                                  AND (t4.birth_date > ($3::date - interval '18 years')::date)
                                  AND t4_r1."child_id" = t4."id"
                                  AND (
                                    t4_r1.valid_from <= $3::date
                                    AND (t4_r1.valid_to IS NULL OR t4_r1.valid_to > $3::date)
                                  )
                                  AND t4_r1."jurisdiction" = $4::text
                                  AND t4_r1."guardian_id" = $5::uuid
                              )
                              OR EXISTS (
                                SELECT 1
                                FROM "core"."guardianship" AS t4_r1
                                JOIN "core"."person" AS t4_r2 ON t4_r1."child_id" = t4_r2."id"
                                  AND (t4_r2.birth_date > ($3::date - interval '18 years')::date)
                                  AND t4_r2."jurisdiction" = $4::text
                                JOIN "core"."guardianship" AS t4_r3 ON t4_r2."id" = t4_r3."child_id"
                                  AND (
                                    t4_r3.valid_from <= $3::date
                                    AND (t4_r3.valid_to IS NULL OR t4_r3.valid_to > $3::date)
                                  )
                                  AND t4_r3."jurisdiction" = $4::text
                                WHERE t4."jurisdiction" = $4::text
                                  AND t4_r1."guardian_id" = t4."id"
                                  AND (
                                    t4_r1.valid_from <= $3::date
                                    AND (t4_r1.valid_to IS NULL OR t4_r1.valid_to > $3::date)
                                  )
                                  AND t4_r1."jurisdiction" = $4::text
                                  AND t4_r3."guardian_id" = $5::uuid
                              )
                              OR EXISTS (
                                SELECT 1
                                FROM "core"."delegation" AS t4_r1
                                JOIN "core"."person" AS t4_r2 ON t4_r1."child_id" = t4_r2."id"
                                  AND (t4_r2.birth_date > ($3::date - interval '18 years')::date)
                                  AND t4_r2."jurisdiction" = $4::text
                                JOIN "core"."guardianship" AS t4_r3 ON t4_r2."id" = t4_r3."child_id"
                                  AND (
                                    t4_r3.valid_from <= $3::date
                                    AND (t4_r3.valid_to IS NULL OR t4_r3.valid_to > $3::date)
                                  )
                                  AND t4_r3."jurisdiction" = $4::text
                                WHERE t4."jurisdiction" = $4::text
                                  AND t4_r1."delegate_id" = t4."id"
                                  AND (
                                    t4_r1.valid_from <= $3::date
                                    AND (t4_r1.valid_to IS NULL OR t4_r1.valid_to > $3::date)
                                  )
                                  AND t4_r1."jurisdiction" = $4::text
                                  AND t4_r3."guardian_id" = $5::uuid
                              )
                              OR (t4."id" = $5::uuid)
                              OR EXISTS (
                                SELECT 1
                                FROM "core"."household" AS t4_r1
                                JOIN "core"."household_member" AS t4_r2 ON t4_r1."id" = t4_r2."household_id"
                                  AND (
                                    t4_r2.valid_from <= $3::date
                                    AND (t4_r2.valid_to IS NULL OR t4_r2.valid_to > $3::date)
                                  )
                                  AND t4_r2."jurisdiction" = $4::text
                                JOIN "core"."person" AS t4_r3 ON t4_r2."person_id" = t4_r3."id"
                                  AND (t4_r3.birth_date > ($3::date - interval '18 years')::date)
                                  AND t4_r3."jurisdiction" = $4::text
                                JOIN "core"."guardianship" AS t4_r4 ON t4_r3."id" = t4_r4."child_id"
                                  AND (
                                    t4_r4.valid_from <= $3::date
                                    AND (t4_r4.valid_to IS NULL OR t4_r4.valid_to > $3::date)
                                  )
                                  AND t4_r4."jurisdiction" = $4::text
                                WHERE t4."jurisdiction" = $4::text
                                  AND t4_r1."id" = t4."household_id"
                                  AND t4_r1."jurisdiction" = $4::text
                                  AND t4_r4."guardian_id" = $5::uuid
                              )
                            )
                        ) t4o
                      ) AS "person"
                    FROM "core"."household_member" t3
                    WHERE t3."jurisdiction" = t2."jurisdiction"
                      AND t3."household_id" = t2."id"
                      AND (t3.valid_from <= $3::date AND (t3.valid_to IS NULL OR t3.valid_to > $3::date))
                      AND EXISTS (
                        SELECT 1
                        FROM "core"."household" AS t3_r1
                        JOIN "core"."household_member" AS t3_r2 ON t3_r1."id" = t3_r2."household_id"
                          AND (
                            t3_r2.valid_from <= $3::date
                            AND (t3_r2.valid_to IS NULL OR t3_r2.valid_to > $3::date)
                          )
                          AND t3_r2."jurisdiction" = $4::text
                        JOIN "core"."person" AS t3_r3 ON t3_r2."person_id" = t3_r3."id"
                          AND (t3_r3.birth_date > ($3::date - interval '18 years')::date)
                          AND t3_r3."jurisdiction" = $4::text
                        JOIN "core"."guardianship" AS t3_r4 ON t3_r3."id" = t3_r4."child_id"
                          AND (
                            t3_r4.valid_from <= $3::date
                            AND (t3_r4.valid_to IS NULL OR t3_r4.valid_to > $3::date)
                          )
                          AND t3_r4."jurisdiction" = $4::text
                        WHERE t3."jurisdiction" = $4::text
                          AND t3_r1."id" = t3."household_id"
                          AND t3_r1."jurisdiction" = $4::text
                          AND t3_r4."guardian_id" = $5::uuid
                      )
                    ORDER BY t3."relation_to_head", t3."id"
                    LIMIT $7::bigint
                  ) t3o
                ) AS "members"
              FROM "core"."household" t2
              WHERE t2."jurisdiction" = t1."jurisdiction"
                AND t2."id" = t1."household_id"
                AND EXISTS (
                  SELECT 1
                  FROM "core"."household_member" AS t2_r1
                  JOIN "core"."person" AS t2_r2 ON t2_r1."person_id" = t2_r2."id"
                    AND (t2_r2.birth_date > ($3::date - interval '18 years')::date)
                    AND t2_r2."jurisdiction" = $4::text
                  JOIN "core"."guardianship" AS t2_r3 ON t2_r2."id" = t2_r3."child_id"
                    AND (t2_r3.valid_from <= $3::date AND (t2_r3.valid_to IS NULL OR t2_r3.valid_to > $3::date))
                    AND t2_r3."jurisdiction" = $4::text
                  WHERE t2."jurisdiction" = $4::text
                    AND t2_r1."household_id" = t2."id"
                    AND (t2_r1.valid_from <= $3::date AND (t2_r1.valid_to IS NULL OR t2_r1.valid_to > $3::date))
                    AND t2_r1."jurisdiction" = $4::text
                    AND t2_r3."guardian_id" = $5::uuid
                )
            ) t2o
          )
          ELSE $6::json
        END AS "household",
        (
          SELECT coalesce(json_agg(row_to_json(t5o)), '[]'::json)
          FROM (
            SELECT t5."has_agreement" AS "hasAgreement",
              (
                SELECT row_to_json(t6o)
                FROM (
                  SELECT t6."id" AS "~p",
                    t6."name" AS "name",
                    CASE
                      WHEN (
                        EXISTS (
                          SELECT 1
                          FROM "core"."guardianship" AS t6_r1
                          JOIN "core"."person" AS t6_r2 ON t6_r1."child_id" = t6_r2."id"
                            AND (t6_r2.birth_date > ($3::date - interval '18 years')::date)
                            AND t6_r2."jurisdiction" = $4::text
                          JOIN "core"."guardianship" AS t6_r3 ON t6_r2."id" = t6_r3."child_id"
                            AND (
                              t6_r3.valid_from <= $3::date
                              AND (t6_r3.valid_to IS NULL OR t6_r3.valid_to > $3::date)
                            )
                            AND t6_r3."jurisdiction" = $4::text
                          WHERE t6."jurisdiction" = $4::text
                            AND t6_r1."guardian_id" = t6."id"
                            AND (
                              t6_r1.valid_from <= $3::date
                              AND (t6_r1.valid_to IS NULL OR t6_r1.valid_to > $3::date)
                            )
                            AND t6_r1."jurisdiction" = $4::text
                            AND t6_r3."guardian_id" = $5::uuid
                        )
                        OR EXISTS (
                          SELECT 1
                          FROM "core"."delegation" AS t6_r1
                          JOIN "core"."person" AS t6_r2 ON t6_r1."child_id" = t6_r2."id"
                            AND (t6_r2.birth_date > ($3::date - interval '18 years')::date)
                            AND t6_r2."jurisdiction" = $4::text
                          JOIN "core"."guardianship" AS t6_r3 ON t6_r2."id" = t6_r3."child_id"
                            AND (
                              t6_r3.valid_from <= $3::date
                              AND (t6_r3.valid_to IS NULL OR t6_r3.valid_to > $3::date)
                            )
                            AND t6_r3."jurisdiction" = $4::text
                          WHERE t6."jurisdiction" = $4::text
                            AND t6_r1."delegate_id" = t6."id"
                            AND (
                              t6_r1.valid_from <= $3::date
                              AND (t6_r1.valid_to IS NULL OR t6_r1.valid_to > $3::date)
                            )
                            AND t6_r1."jurisdiction" = $4::text
                            AND t6_r3."guardian_id" = $5::uuid
                        )
                        OR (t6."id" = $5::uuid)
                        OR EXISTS (
                          SELECT 1
                          FROM "core"."guardianship" AS t6_r1
                          WHERE t6."jurisdiction" = $4::text
                            AND (t6.birth_date > ($3::date - interval '18 years')::date)
                            AND t6_r1."child_id" = t6."id"
                            AND (
                              t6_r1.valid_from <= $3::date
                              AND (t6_r1.valid_to IS NULL OR t6_r1.valid_to > $3::date)
                            )
                            AND t6_r1."jurisdiction" = $4::text
                            AND t6_r1."guardian_id" = $5::uuid
                        )
                      ) THEN to_json(t6."phone")
                      ELSE $6::json
                    END AS "phone",
                    CASE
                      WHEN (
                        (t6."id" = $5::uuid)
                        OR EXISTS (
                          SELECT 1
                          FROM "core"."guardianship" AS t6_r1
                          WHERE t6."jurisdiction" = $4::text
                            AND (t6.birth_date > ($3::date - interval '18 years')::date)
                            AND t6_r1."child_id" = t6."id"
                            AND (
                              t6_r1.valid_from <= $3::date
                              AND (t6_r1.valid_to IS NULL OR t6_r1.valid_to > $3::date)
                            )
                            AND t6_r1."jurisdiction" = $4::text
                            AND t6_r1."guardian_id" = $5::uuid
                        )
                      ) THEN to_json(t6."birth_date")
                      ELSE $6::json
                    END AS "birthDate"
                  FROM "core"."person" t6
                  WHERE t6."jurisdiction" = t5."jurisdiction"
                    AND t6."id" = t5."delegate_id"
                    AND (
                      EXISTS (
                        SELECT 1
                        FROM "core"."guardianship" AS t6_r1
                        WHERE t6."jurisdiction" = $4::text
                          AND (t6.birth_date > ($3::date - interval '18 years')::date)
                          AND t6_r1."child_id" = t6."id"
                          AND (
                            t6_r1.valid_from <= $3::date
                            AND (t6_r1.valid_to IS NULL OR t6_r1.valid_to > $3::date)
                          )
                          AND t6_r1."jurisdiction" = $4::text
                          AND t6_r1."guardian_id" = $5::uuid
                      )
                      OR EXISTS (
                        SELECT 1
                        FROM "core"."guardianship" AS t6_r1
                        JOIN "core"."person" AS t6_r2 ON t6_r1."child_id" = t6_r2."id"
                          AND (t6_r2.birth_date > ($3::date - interval '18 years')::date)
                          AND t6_r2."jurisdiction" = $4::text
                        JOIN "core"."guardianship" AS t6_r3 ON t6_r2."id" = t6_r3."child_id"
                          AND (
                            t6_r3.valid_from <= $3::date
                            AND (t6_r3.valid_to IS NULL OR t6_r3.valid_to > $3::date)
                          )
                          AND t6_r3."jurisdiction" = $4::text
                        WHERE t6."jurisdiction" = $4::text
                          AND t6_r1."guardian_id" = t6."id"
                          AND (
                            t6_r1.valid_from <= $3::date
                            AND (t6_r1.valid_to IS NULL OR t6_r1.valid_to > $3::date)
                          )
                          AND t6_r1."jurisdiction" = $4::text
                          AND t6_r3."guardian_id" = $5::uuid
                      )
                      OR EXISTS (
                        SELECT 1
                        FROM "core"."delegation" AS t6_r1
                        JOIN "core"."person" AS t6_r2 ON t6_r1."child_id" = t6_r2."id"
                          AND (t6_r2.birth_date > ($3::date - interval '18 years')::date)
                          AND t6_r2."jurisdiction" = $4::text
                        JOIN "core"."guardianship" AS t6_r3 ON t6_r2."id" = t6_r3."child_id"
                          AND (
                            t6_r3.valid_from <= $3::date
                            AND (t6_r3.valid_to IS NULL OR t6_r3.valid_to > $3::date)
                          )
                          AND t6_r3."jurisdiction" = $4::text
                        WHERE t6."jurisdiction" = $4::text
                          AND t6_r1."delegate_id" = t6."id"
                          AND (
                            t6_r1.valid_from <= $3::date
                            AND (t6_r1.valid_to IS NULL OR t6_r1.valid_to > $3::date)
                          )
                          AND t6_r1."jurisdiction" = $4::text
                          AND t6_r3."guardian_id" = $5::uuid
                      )
                      OR (t6."id" = $5::uuid)
                      OR EXISTS (
                        SELECT 1
                        FROM "core"."household" AS t6_r1
                        JOIN "core"."household_member" AS t6_r2 ON t6_r1."id" = t6_r2."household_id"
                          AND (
                            t6_r2.valid_from <= $3::date
                            AND (t6_r2.valid_to IS NULL OR t6_r2.valid_to > $3::date)
                          )
                          AND t6_r2."jurisdiction" = $4::text
                        JOIN "core"."person" AS t6_r3 ON t6_r2."person_id" = t6_r3."id"
                          AND (t6_r3.birth_date > ($3::date - interval '18 years')::date)
                          AND t6_r3."jurisdiction" = $4::text
                        JOIN "core"."guardianship" AS t6_r4 ON t6_r3."id" = t6_r4."child_id"
                          AND (
                            t6_r4.valid_from <= $3::date
                            AND (t6_r4.valid_to IS NULL OR t6_r4.valid_to > $3::date)
                          )
                          AND t6_r4."jurisdiction" = $4::text
                        WHERE t6."jurisdiction" = $4::text
                          AND t6_r1."id" = t6."household_id"
                          AND t6_r1."jurisdiction" = $4::text
                          AND t6_r4."guardian_id" = $5::uuid
                      )
                    )
                ) t6o
              ) AS "delegate"
            FROM "core"."delegation" t5
            WHERE t5."jurisdiction" = t1."jurisdiction"
              AND t5."child_id" = t1."id"
              AND (t5.valid_from <= $3::date AND (t5.valid_to IS NULL OR t5.valid_to > $3::date))
              AND EXISTS (
                SELECT 1
                FROM "core"."person" AS t5_r1
                JOIN "core"."guardianship" AS t5_r2 ON t5_r1."id" = t5_r2."child_id"
                  AND (t5_r2.valid_from <= $3::date AND (t5_r2.valid_to IS NULL OR t5_r2.valid_to > $3::date))
                  AND t5_r2."jurisdiction" = $4::text
                WHERE t5."jurisdiction" = $4::text
                  AND t5_r1."id" = t5."child_id"
                  AND (t5_r1.birth_date > ($3::date - interval '18 years')::date)
                  AND t5_r1."jurisdiction" = $4::text
                  AND t5_r2."guardian_id" = $5::uuid
              )
            ORDER BY t5."valid_from", t5."id"
            LIMIT $7::bigint
          ) t5o
        ) AS "delegations",
        (
          SELECT coalesce(json_agg(row_to_json(t7o)), '[]'::json)
          FROM (
            SELECT t7."grade" AS "grade",
              t7."student_no" AS "studentNo",
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
              AND EXISTS (
                SELECT 1
                FROM "core"."person" AS t7_r1
                JOIN "core"."guardianship" AS t7_r2 ON t7_r1."id" = t7_r2."child_id"
                  AND (t7_r2.valid_from <= $3::date AND (t7_r2.valid_to IS NULL OR t7_r2.valid_to > $3::date))
                  AND t7_r2."jurisdiction" = $4::text
                WHERE t7."jurisdiction" = $4::text
                  AND t7_r1."id" = t7."child_id"
                  AND (t7_r1.birth_date > ($3::date - interval '18 years')::date)
                  AND t7_r1."jurisdiction" = $4::text
                  AND t7_r2."guardian_id" = $5::uuid
              )
            ORDER BY t7."grade", t7."class_name", t7."id"
            LIMIT $7::bigint
          ) t7o
        ) AS "enrolments"
      FROM "core"."person" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
        AND (t1.birth_date > ($3::date - interval '18 years')::date)
        AND (
          EXISTS (
            SELECT 1
            FROM "core"."guardianship" AS t1_r1
            WHERE t1."jurisdiction" = $4::text
              AND (t1.birth_date > ($3::date - interval '18 years')::date)
              AND t1_r1."child_id" = t1."id"
              AND (t1_r1.valid_from <= $3::date AND (t1_r1.valid_to IS NULL OR t1_r1.valid_to > $3::date))
              AND t1_r1."jurisdiction" = $4::text
              AND t1_r1."guardian_id" = $5::uuid
          )
          OR EXISTS (
            SELECT 1
            FROM "core"."guardianship" AS t1_r1
            JOIN "core"."person" AS t1_r2 ON t1_r1."child_id" = t1_r2."id"
              AND (t1_r2.birth_date > ($3::date - interval '18 years')::date)
              AND t1_r2."jurisdiction" = $4::text
            JOIN "core"."guardianship" AS t1_r3 ON t1_r2."id" = t1_r3."child_id"
              AND (t1_r3.valid_from <= $3::date AND (t1_r3.valid_to IS NULL OR t1_r3.valid_to > $3::date))
              AND t1_r3."jurisdiction" = $4::text
            WHERE t1."jurisdiction" = $4::text
              AND t1_r1."guardian_id" = t1."id"
              AND (t1_r1.valid_from <= $3::date AND (t1_r1.valid_to IS NULL OR t1_r1.valid_to > $3::date))
              AND t1_r1."jurisdiction" = $4::text
              AND t1_r3."guardian_id" = $5::uuid
          )
          OR EXISTS (
            SELECT 1
            FROM "core"."delegation" AS t1_r1
            JOIN "core"."person" AS t1_r2 ON t1_r1."child_id" = t1_r2."id"
              AND (t1_r2.birth_date > ($3::date - interval '18 years')::date)
              AND t1_r2."jurisdiction" = $4::text
            JOIN "core"."guardianship" AS t1_r3 ON t1_r2."id" = t1_r3."child_id"
              AND (t1_r3.valid_from <= $3::date AND (t1_r3.valid_to IS NULL OR t1_r3.valid_to > $3::date))
              AND t1_r3."jurisdiction" = $4::text
            WHERE t1."jurisdiction" = $4::text
              AND t1_r1."delegate_id" = t1."id"
              AND (t1_r1.valid_from <= $3::date AND (t1_r1.valid_to IS NULL OR t1_r1.valid_to > $3::date))
              AND t1_r1."jurisdiction" = $4::text
              AND t1_r3."guardian_id" = $5::uuid
          )
          OR (t1."id" = $5::uuid)
          OR EXISTS (
            SELECT 1
            FROM "core"."household" AS t1_r1
            JOIN "core"."household_member" AS t1_r2 ON t1_r1."id" = t1_r2."household_id"
              AND (t1_r2.valid_from <= $3::date AND (t1_r2.valid_to IS NULL OR t1_r2.valid_to > $3::date))
              AND t1_r2."jurisdiction" = $4::text
            JOIN "core"."person" AS t1_r3 ON t1_r2."person_id" = t1_r3."id"
              AND (t1_r3.birth_date > ($3::date - interval '18 years')::date)
              AND t1_r3."jurisdiction" = $4::text
            JOIN "core"."guardianship" AS t1_r4 ON t1_r3."id" = t1_r4."child_id"
              AND (t1_r4.valid_from <= $3::date AND (t1_r4.valid_to IS NULL OR t1_r4.valid_to > $3::date))
              AND t1_r4."jurisdiction" = $4::text
            WHERE t1."jurisdiction" = $4::text
              AND t1_r1."id" = t1."household_id"
              AND t1_r1."jurisdiction" = $4::text
              AND t1_r4."guardian_id" = $5::uuid
          )
        )
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
            WHERE t9."jurisdiction" = $4::text
              AND (t9.birth_date > ($3::date - interval '18 years')::date)
              AND (
                (
                  t9."jurisdiction" = $4::text
                  AND (t9.birth_date > ($3::date - interval '18 years')::date)
                  AND t9."id" = ANY (
                    ARRAY(
                      SELECT t9_r1."child_id"
                      FROM "core"."guardianship" AS t9_r1
                      WHERE (t9_r1.valid_from <= $3::date AND (t9_r1.valid_to IS NULL OR t9_r1.valid_to > $3::date))
                        AND t9_r1."jurisdiction" = $4::text
                        AND t9_r1."guardian_id" = $5::uuid
                    )
                  )
                )
                OR (
                  t9."jurisdiction" = $4::text
                  AND t9."id" = ANY (
                    ARRAY(
                      SELECT t9_r1."guardian_id"
                      FROM "core"."guardianship" AS t9_r1
                      JOIN "core"."person" AS t9_r2 ON t9_r1."child_id" = t9_r2."id"
                        AND (t9_r2.birth_date > ($3::date - interval '18 years')::date)
                        AND t9_r2."jurisdiction" = $4::text
                      JOIN "core"."guardianship" AS t9_r3 ON t9_r2."id" = t9_r3."child_id"
                        AND (t9_r3.valid_from <= $3::date AND (t9_r3.valid_to IS NULL OR t9_r3.valid_to > $3::date))
                        AND t9_r3."jurisdiction" = $4::text
                      WHERE (t9_r1.valid_from <= $3::date AND (t9_r1.valid_to IS NULL OR t9_r1.valid_to > $3::date))
                        AND t9_r1."jurisdiction" = $4::text
                        AND t9_r3."guardian_id" = $5::uuid
                    )
                  )
                )
                OR (
                  t9."jurisdiction" = $4::text
                  AND t9."id" = ANY (
                    ARRAY(
                      SELECT t9_r1."delegate_id"
                      FROM "core"."delegation" AS t9_r1
                      JOIN "core"."person" AS t9_r2 ON t9_r1."child_id" = t9_r2."id"
                        AND (t9_r2.birth_date > ($3::date - interval '18 years')::date)
                        AND t9_r2."jurisdiction" = $4::text
                      JOIN "core"."guardianship" AS t9_r3 ON t9_r2."id" = t9_r3."child_id"
                        AND (t9_r3.valid_from <= $3::date AND (t9_r3.valid_to IS NULL OR t9_r3.valid_to > $3::date))
                        AND t9_r3."jurisdiction" = $4::text
                      WHERE (t9_r1.valid_from <= $3::date AND (t9_r1.valid_to IS NULL OR t9_r1.valid_to > $3::date))
                        AND t9_r1."jurisdiction" = $4::text
                        AND t9_r3."guardian_id" = $5::uuid
                    )
                  )
                )
                OR (t9."id" = $5::uuid)
                OR (
                  t9."jurisdiction" = $4::text
                  AND t9."household_id" = ANY (
                    ARRAY(
                      SELECT t9_r1."id"
                      FROM "core"."household" AS t9_r1
                      JOIN "core"."household_member" AS t9_r2 ON t9_r1."id" = t9_r2."household_id"
                        AND (t9_r2.valid_from <= $3::date AND (t9_r2.valid_to IS NULL OR t9_r2.valid_to > $3::date))
                        AND t9_r2."jurisdiction" = $4::text
                      JOIN "core"."person" AS t9_r3 ON t9_r2."person_id" = t9_r3."id"
                        AND (t9_r3.birth_date > ($3::date - interval '18 years')::date)
                        AND t9_r3."jurisdiction" = $4::text
                      JOIN "core"."guardianship" AS t9_r4 ON t9_r3."id" = t9_r4."child_id"
                        AND (t9_r4.valid_from <= $3::date AND (t9_r4.valid_to IS NULL OR t9_r4.valid_to > $3::date))
                        AND t9_r4."jurisdiction" = $4::text
                      WHERE t9_r1."jurisdiction" = $4::text
                        AND t9_r4."guardian_id" = $5::uuid
                    )
                  )
                )
              )
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
                WHERE t9."jurisdiction" = $4::text
                  AND (t9.birth_date > ($3::date - interval '18 years')::date)
                  AND (
                    (
                      t9."jurisdiction" = $4::text
                      AND (t9.birth_date > ($3::date - interval '18 years')::date)
                      AND t9."id" = ANY (
                        ARRAY(
                          SELECT t9_r1."child_id"
                          FROM "core"."guardianship" AS t9_r1
                          WHERE (
                            t9_r1.valid_from <= $3::date
                            AND (t9_r1.valid_to IS NULL OR t9_r1.valid_to > $3::date)
                          )
                            AND t9_r1."jurisdiction" = $4::text
                            AND t9_r1."guardian_id" = $5::uuid
                        )
                      )
                    )
                    OR (
                      t9."jurisdiction" = $4::text
                      AND t9."id" = ANY (
                        ARRAY(
                          SELECT t9_r1."guardian_id"
                          FROM "core"."guardianship" AS t9_r1
                          JOIN "core"."person" AS t9_r2 ON t9_r1."child_id" = t9_r2."id"
                            AND (t9_r2.birth_date > ($3::date - interval '18 years')::date)
                            AND t9_r2."jurisdiction" = $4::text
                          JOIN "core"."guardianship" AS t9_r3 ON t9_r2."id" = t9_r3."child_id"
                            AND (
                              t9_r3.valid_from <= $3::date
                              AND (t9_r3.valid_to IS NULL OR t9_r3.valid_to > $3::date)
                            )
                            AND t9_r3."jurisdiction" = $4::text
                          WHERE (
                            t9_r1.valid_from <= $3::date
                            AND (t9_r1.valid_to IS NULL OR t9_r1.valid_to > $3::date)
                          )
                            AND t9_r1."jurisdiction" = $4::text
                            AND t9_r3."guardian_id" = $5::uuid
                        )
                      )
                    )
                    OR (
                      t9."jurisdiction" = $4::text
                      AND t9."id" = ANY (
                        ARRAY(
                          SELECT t9_r1."delegate_id"
                          FROM "core"."delegation" AS t9_r1
                          JOIN "core"."person" AS t9_r2 ON t9_r1."child_id" = t9_r2."id"
                            AND (t9_r2.birth_date > ($3::date - interval '18 years')::date)
                            AND t9_r2."jurisdiction" = $4::text
                          JOIN "core"."guardianship" AS t9_r3 ON t9_r2."id" = t9_r3."child_id"
                            AND (
                              t9_r3.valid_from <= $3::date
                              AND (t9_r3.valid_to IS NULL OR t9_r3.valid_to > $3::date)
                            )
                            AND t9_r3."jurisdiction" = $4::text
                          WHERE (
                            t9_r1.valid_from <= $3::date
                            AND (t9_r1.valid_to IS NULL OR t9_r1.valid_to > $3::date)
                          )
                            AND t9_r1."jurisdiction" = $4::text
                            AND t9_r3."guardian_id" = $5::uuid
                        )
                      )
                    )
                    OR (t9."id" = $5::uuid)
                    OR (
                      t9."jurisdiction" = $4::text
                      AND t9."household_id" = ANY (
                        ARRAY(
                          SELECT t9_r1."id"
                          FROM "core"."household" AS t9_r1
                          JOIN "core"."household_member" AS t9_r2 ON t9_r1."id" = t9_r2."household_id"
                            AND (
                              t9_r2.valid_from <= $3::date
                              AND (t9_r2.valid_to IS NULL OR t9_r2.valid_to > $3::date)
                            )
                            AND t9_r2."jurisdiction" = $4::text
                          JOIN "core"."person" AS t9_r3 ON t9_r2."person_id" = t9_r3."id"
                            AND (t9_r3.birth_date > ($3::date - interval '18 years')::date)
                            AND t9_r3."jurisdiction" = $4::text
                          JOIN "core"."guardianship" AS t9_r4 ON t9_r3."id" = t9_r4."child_id"
                            AND (
                              t9_r4.valid_from <= $3::date
                              AND (t9_r4.valid_to IS NULL OR t9_r4.valid_to > $3::date)
                            )
                            AND t9_r4."jurisdiction" = $4::text
                          WHERE t9_r1."jurisdiction" = $4::text
                            AND t9_r4."guardian_id" = $5::uuid
                        )
                      )
                    )
                  )
                ORDER BY t9."name_sort", t9."id"
                LIMIT $8::bigint
              ) t9p
            ) t9n
          ) AS "nodes"
      ) t9c
    ) AS "children"
) r
;
