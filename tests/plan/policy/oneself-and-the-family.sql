-- $1 text: jurisdiction of $id
-- $2 uuid: uuid of $id
-- $3 date: today
-- $4 text: caller's jurisdiction
-- $5 uuid: caller's person
-- $6 json: mark of a hidden cell
-- $7 text: jurisdiction of "Child:370983:0190a000-0000-7000-8000-000000000002"
-- $8 uuid: uuid of "Child:370983:0190a000-0000-7000-8000-000000000002"
-- $9 bigint: size: 200
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."id" AS "~p",
        t1."name" AS "name",
        CASE
          WHEN (
            EXISTS (
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
              FROM "core"."guardianship" AS t1_r1
              WHERE t1."jurisdiction" = $4::text
                AND (t1.birth_date > ($3::date - interval '18 years')::date)
                AND t1_r1."child_id" = t1."id"
                AND (t1_r1.valid_from <= $3::date AND (t1_r1.valid_to IS NULL OR t1_r1.valid_to > $3::date))
                AND t1_r1."jurisdiction" = $4::text
                AND t1_r1."guardian_id" = $5::uuid
            )
          ) THEN to_json(t1."phone")
          ELSE $6::json
        END AS "phone",
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
        END AS "birthDate"
      FROM "core"."person" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
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
  ) AS "me",
    (
      SELECT row_to_json(t2o)
      FROM (
        SELECT t2."id" AS "~p",
          CASE
            WHEN (
              (t2."id" = $5::uuid)
              OR EXISTS (
                SELECT 1
                FROM "core"."guardianship" AS t2_r1
                WHERE t2."jurisdiction" = $4::text
                  AND (t2.birth_date > ($3::date - interval '18 years')::date)
                  AND t2_r1."child_id" = t2."id"
                  AND (t2_r1.valid_from <= $3::date AND (t2_r1.valid_to IS NULL OR t2_r1.valid_to > $3::date))
                  AND t2_r1."jurisdiction" = $4::text
                  AND t2_r1."guardian_id" = $5::uuid
              )
            ) THEN (
              SELECT row_to_json(t3o)
              FROM (
                SELECT t3."address" AS "address",
                  (
                    SELECT coalesce(json_agg(row_to_json(t4o)), '[]'::json)
                    FROM (
                      SELECT t4."person_id" AS "~p",
                        (
                          SELECT row_to_json(t5o)
                          FROM (
                            SELECT t5."id" AS "~p",
                              t5."name" AS "name",
                              CASE
                                WHEN (
                                  EXISTS (
                                    SELECT 1
                                    FROM "core"."guardianship" AS t5_r1
                                    JOIN "core"."person" AS t5_r2 ON t5_r1."child_id" = t5_r2."id"
                                      AND (t5_r2.birth_date > ($3::date - interval '18 years')::date)
                                      AND t5_r2."jurisdiction" = $4::text
                                    JOIN "core"."guardianship" AS t5_r3 ON t5_r2."id" = t5_r3."child_id"
                                      AND (
                                        t5_r3.valid_from <= $3::date
                                        AND (t5_r3.valid_to IS NULL OR t5_r3.valid_to > $3::date)
                                      )
                                      AND t5_r3."jurisdiction" = $4::text
                                    WHERE t5."jurisdiction" = $4::text
                                      AND t5_r1."guardian_id" = t5."id"
                                      AND (
                                        t5_r1.valid_from <= $3::date
                                        AND (t5_r1.valid_to IS NULL OR t5_r1.valid_to > $3::date)
                                      )
                                      AND t5_r1."jurisdiction" = $4::text
                                      AND t5_r3."guardian_id" = $5::uuid
                                  )
                                  OR EXISTS (
                                    SELECT 1
                                    FROM "core"."delegation" AS t5_r1
                                    JOIN "core"."person" AS t5_r2 ON t5_r1."child_id" = t5_r2."id"
                                      AND (t5_r2.birth_date > ($3::date - interval '18 years')::date)
                                      AND t5_r2."jurisdiction" = $4::text
                                    JOIN "core"."guardianship" AS t5_r3 ON t5_r2."id" = t5_r3."child_id"
                                      AND (
                                        t5_r3.valid_from <= $3::date
                                        AND (t5_r3.valid_to IS NULL OR t5_r3.valid_to > $3::date)
                                      )
                                      AND t5_r3."jurisdiction" = $4::text
                                    WHERE t5."jurisdiction" = $4::text
                                      AND t5_r1."delegate_id" = t5."id"
                                      AND (
                                        t5_r1.valid_from <= $3::date
                                        AND (t5_r1.valid_to IS NULL OR t5_r1.valid_to > $3::date)
                                      )
                                      AND t5_r1."jurisdiction" = $4::text
                                      AND t5_r3."guardian_id" = $5::uuid
                                  )
                                  OR (t5."id" = $5::uuid)
                                  OR EXISTS (
                                    SELECT 1
                                    FROM "core"."guardianship" AS t5_r1
                                    WHERE t5."jurisdiction" = $4::text
                                      AND (t5.birth_date > ($3::date - interval '18 years')::date)
                                      AND t5_r1."child_id" = t5."id"
                                      AND (
                                        t5_r1.valid_from <= $3::date
                                        AND (t5_r1.valid_to IS NULL OR t5_r1.valid_to > $3::date)
                                      )
                                      AND t5_r1."jurisdiction" = $4::text
                                      AND t5_r1."guardian_id" = $5::uuid
                                  )
                                ) THEN to_json(t5."phone")
                                ELSE $6::json
                              END AS "phone",
                              CASE
                                WHEN (
                                  (t5."id" = $5::uuid)
                                  OR EXISTS (
                                    SELECT 1
                                    FROM "core"."guardianship" AS t5_r1
                                    WHERE t5."jurisdiction" = $4::text
                                      AND (t5.birth_date > ($3::date - interval '18 years')::date)
                                      AND t5_r1."child_id" = t5."id"
                                      AND (
                                        t5_r1.valid_from <= $3::date
                                        AND (t5_r1.valid_to IS NULL OR t5_r1.valid_to > $3::date)
                                      )
                                      AND t5_r1."jurisdiction" = $4::text
                                      AND t5_r1."guardian_id" = $5::uuid
                                  )
                                  OR EXISTS (
                                    SELECT 1
                                    FROM "core"."household" AS t5_r1
                                    JOIN "core"."household_member" AS t5_r2 ON t5_r1."id" = t5_r2."household_id"
                                      AND (
                                        t5_r2.valid_from <= $3::date
                                        AND (t5_r2.valid_to IS NULL OR t5_r2.valid_to > $3::date)
                                      )
                                      AND t5_r2."jurisdiction" = $4::text
                                    JOIN "core"."person" AS t5_r3 ON t5_r2."person_id" = t5_r3."id"
                                      AND (t5_r3.birth_date > ($3::date - interval '18 years')::date)
                                      AND t5_r3."jurisdiction" = $4::text
                                    JOIN "core"."guardianship" AS t5_r4 ON t5_r3."id" = t5_r4."child_id"
                                      AND (
                                        t5_r4.valid_from <= $3::date
                                        AND (t5_r4.valid_to IS NULL OR t5_r4.valid_to > $3::date)
                                      )
                                      AND t5_r4."jurisdiction" = $4::text
                                    WHERE t5."jurisdiction" = $4::text
                                      AND t5_r1."id" = t5."household_id"
                                      AND t5_r1."jurisdiction" = $4::text
                                      AND t5_r4."guardian_id" = $5::uuid
                                  )
                                ) THEN to_json(
                                  (
                                    CASE
                                      WHEN isfinite(t5.birth_date) THEN extract(year from age($3::date, t5.birth_date))::int
                                    END
                                  )
                                )
                                ELSE $6::json
                              END AS "age"
                            FROM "core"."person" t5
                            WHERE t5."jurisdiction" = t4."jurisdiction"
                              AND t5."id" = t4."person_id"
                              AND (
                                EXISTS (
                                  SELECT 1
                                  FROM "core"."guardianship" AS t5_r1
                                  WHERE t5."jurisdiction" = $4::text
                                    AND (t5.birth_date > ($3::date - interval '18 years')::date)
                                    AND t5_r1."child_id" = t5."id"
                                    AND (
                                      t5_r1.valid_from <= $3::date
                                      AND (t5_r1.valid_to IS NULL OR t5_r1.valid_to > $3::date)
                                    )
                                    AND t5_r1."jurisdiction" = $4::text
                                    AND t5_r1."guardian_id" = $5::uuid
                                )
                                OR EXISTS (
                                  SELECT 1
                                  FROM "core"."guardianship" AS t5_r1
                                  JOIN "core"."person" AS t5_r2 ON t5_r1."child_id" = t5_r2."id"
                                    AND (t5_r2.birth_date > ($3::date - interval '18 years')::date)
                                    AND t5_r2."jurisdiction" = $4::text
                                  JOIN "core"."guardianship" AS t5_r3 ON t5_r2."id" = t5_r3."child_id"
                                    AND (
                                      t5_r3.valid_from <= $3::date
                                      AND (t5_r3.valid_to IS NULL OR t5_r3.valid_to > $3::date)
                                    )
                                    AND t5_r3."jurisdiction" = $4::text
                                  WHERE t5."jurisdiction" = $4::text
                                    AND t5_r1."guardian_id" = t5."id"
                                    AND (
                                      t5_r1.valid_from <= $3::date
                                      AND (t5_r1.valid_to IS NULL OR t5_r1.valid_to > $3::date)
                                    )
                                    AND t5_r1."jurisdiction" = $4::text
                                    AND t5_r3."guardian_id" = $5::uuid
                                )
                                OR EXISTS (
                                  SELECT 1
                                  FROM "core"."delegation" AS t5_r1
                                  JOIN "core"."person" AS t5_r2 ON t5_r1."child_id" = t5_r2."id"
                                    AND (t5_r2.birth_date > ($3::date - interval '18 years')::date)
                                    AND t5_r2."jurisdiction" = $4::text
                                  JOIN "core"."guardianship" AS t5_r3 ON t5_r2."id" = t5_r3."child_id"
                                    AND (
                                      t5_r3.valid_from <= $3::date
                                      AND (t5_r3.valid_to IS NULL OR t5_r3.valid_to > $3::date)
                                    )
                                    AND t5_r3."jurisdiction" = $4::text
                                  WHERE t5."jurisdiction" = $4::text
                                    AND t5_r1."delegate_id" = t5."id"
                                    AND (
                                      t5_r1.valid_from <= $3::date
                                      AND (t5_r1.valid_to IS NULL OR t5_r1.valid_to > $3::date)
                                    )
                                    AND t5_r1."jurisdiction" = $4::text
                                    AND t5_r3."guardian_id" = $5::uuid
                                )
                                OR (t5."id" = $5::uuid)
                                OR EXISTS (
                                  SELECT 1
                                  FROM "core"."household" AS t5_r1
                                  JOIN "core"."household_member" AS t5_r2 ON t5_r1."id" = t5_r2."household_id"
                                    AND (
                                      t5_r2.valid_from <= $3::date
                                      AND (t5_r2.valid_to IS NULL OR t5_r2.valid_to > $3::date)
                                    )
                                    AND t5_r2."jurisdiction" = $4::text
                                  JOIN "core"."person" AS t5_r3 ON t5_r2."person_id" = t5_r3."id"
                                    AND (t5_r3.birth_date > ($3::date - interval '18 years')::date)
                                    AND t5_r3."jurisdiction" = $4::text
                                  JOIN "core"."guardianship" AS t5_r4 ON t5_r3."id" = t5_r4."child_id"
                                    AND (
                                      t5_r4.valid_from <= $3::date
                                      AND (t5_r4.valid_to IS NULL OR t5_r4.valid_to > $3::date)
                                    )
                                    AND t5_r4."jurisdiction" = $4::text
                                  WHERE t5."jurisdiction" = $4::text
                                    AND t5_r1."id" = t5."household_id"
                                    AND t5_r1."jurisdiction" = $4::text
                                    AND t5_r4."guardian_id" = $5::uuid
                                )
                              )
                          ) t5o
                        ) AS "person"
                      FROM "core"."household_member" t4
                      WHERE t4."jurisdiction" = t3."jurisdiction"
                        AND t4."household_id" = t3."id"
                        AND (t4.valid_from <= $3::date AND (t4.valid_to IS NULL OR t4.valid_to > $3::date))
                        AND EXISTS (
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
                      ORDER BY t4."relation_to_head", t4."id"
                      LIMIT $9::bigint
                    ) t4o
                  ) AS "members"
                FROM "core"."household" t3
                WHERE t3."jurisdiction" = t2."jurisdiction"
                  AND t3."id" = t2."household_id"
                  AND EXISTS (
                    SELECT 1
                    FROM "core"."household_member" AS t3_r1
                    JOIN "core"."person" AS t3_r2 ON t3_r1."person_id" = t3_r2."id"
                      AND (t3_r2.birth_date > ($3::date - interval '18 years')::date)
                      AND t3_r2."jurisdiction" = $4::text
                    JOIN "core"."guardianship" AS t3_r3 ON t3_r2."id" = t3_r3."child_id"
                      AND (t3_r3.valid_from <= $3::date AND (t3_r3.valid_to IS NULL OR t3_r3.valid_to > $3::date))
                      AND t3_r3."jurisdiction" = $4::text
                    WHERE t3."jurisdiction" = $4::text
                      AND t3_r1."household_id" = t3."id"
                      AND (t3_r1.valid_from <= $3::date AND (t3_r1.valid_to IS NULL OR t3_r1.valid_to > $3::date))
                      AND t3_r1."jurisdiction" = $4::text
                      AND t3_r3."guardian_id" = $5::uuid
                  )
              ) t3o
            )
            ELSE $6::json
          END AS "household",
          (
            SELECT coalesce(json_agg(row_to_json(t6o)), '[]'::json)
            FROM (
              SELECT (
                SELECT row_to_json(t7o)
                FROM (
                  SELECT t7."id" AS "~p",
                    t7."name" AS "name",
                    CASE
                      WHEN (
                        EXISTS (
                          SELECT 1
                          FROM "core"."guardianship" AS t7_r1
                          JOIN "core"."person" AS t7_r2 ON t7_r1."child_id" = t7_r2."id"
                            AND (t7_r2.birth_date > ($3::date - interval '18 years')::date)
                            AND t7_r2."jurisdiction" = $4::text
                          JOIN "core"."guardianship" AS t7_r3 ON t7_r2."id" = t7_r3."child_id"
                            AND (
                              t7_r3.valid_from <= $3::date
                              AND (t7_r3.valid_to IS NULL OR t7_r3.valid_to > $3::date)
                            )
                            AND t7_r3."jurisdiction" = $4::text
                          WHERE t7."jurisdiction" = $4::text
                            AND t7_r1."guardian_id" = t7."id"
                            AND (
                              t7_r1.valid_from <= $3::date
                              AND (t7_r1.valid_to IS NULL OR t7_r1.valid_to > $3::date)
                            )
                            AND t7_r1."jurisdiction" = $4::text
                            AND t7_r3."guardian_id" = $5::uuid
                        )
                        OR EXISTS (
                          SELECT 1
                          FROM "core"."delegation" AS t7_r1
                          JOIN "core"."person" AS t7_r2 ON t7_r1."child_id" = t7_r2."id"
                            AND (t7_r2.birth_date > ($3::date - interval '18 years')::date)
                            AND t7_r2."jurisdiction" = $4::text
                          JOIN "core"."guardianship" AS t7_r3 ON t7_r2."id" = t7_r3."child_id"
                            AND (
                              t7_r3.valid_from <= $3::date
                              AND (t7_r3.valid_to IS NULL OR t7_r3.valid_to > $3::date)
                            )
                            AND t7_r3."jurisdiction" = $4::text
                          WHERE t7."jurisdiction" = $4::text
                            AND t7_r1."delegate_id" = t7."id"
                            AND (
                              t7_r1.valid_from <= $3::date
                              AND (t7_r1.valid_to IS NULL OR t7_r1.valid_to > $3::date)
                            )
                            AND t7_r1."jurisdiction" = $4::text
                            AND t7_r3."guardian_id" = $5::uuid
                        )
                        OR (t7."id" = $5::uuid)
                        OR EXISTS (
                          SELECT 1
                          FROM "core"."guardianship" AS t7_r1
                          WHERE t7."jurisdiction" = $4::text
                            AND (t7.birth_date > ($3::date - interval '18 years')::date)
                            AND t7_r1."child_id" = t7."id"
                            AND (
                              t7_r1.valid_from <= $3::date
                              AND (t7_r1.valid_to IS NULL OR t7_r1.valid_to > $3::date)
                            )
                            AND t7_r1."jurisdiction" = $4::text
                            AND t7_r1."guardian_id" = $5::uuid
                        )
                      ) THEN to_json(t7."phone")
                      ELSE $6::json
                    END AS "phone",
                    CASE
                      WHEN (
                        (t7."id" = $5::uuid)
                        OR EXISTS (
                          SELECT 1
                          FROM "core"."guardianship" AS t7_r1
                          WHERE t7."jurisdiction" = $4::text
                            AND (t7.birth_date > ($3::date - interval '18 years')::date)
                            AND t7_r1."child_id" = t7."id"
                            AND (
                              t7_r1.valid_from <= $3::date
                              AND (t7_r1.valid_to IS NULL OR t7_r1.valid_to > $3::date)
                            )
                            AND t7_r1."jurisdiction" = $4::text
                            AND t7_r1."guardian_id" = $5::uuid
                        )
                        OR EXISTS (
                          SELECT 1
                          FROM "core"."household" AS t7_r1
                          JOIN "core"."household_member" AS t7_r2 ON t7_r1."id" = t7_r2."household_id"
                            AND (
                              t7_r2.valid_from <= $3::date
                              AND (t7_r2.valid_to IS NULL OR t7_r2.valid_to > $3::date)
                            )
                            AND t7_r2."jurisdiction" = $4::text
                          JOIN "core"."person" AS t7_r3 ON t7_r2."person_id" = t7_r3."id"
                            AND (t7_r3.birth_date > ($3::date - interval '18 years')::date)
                            AND t7_r3."jurisdiction" = $4::text
                          JOIN "core"."guardianship" AS t7_r4 ON t7_r3."id" = t7_r4."child_id"
                            AND (
                              t7_r4.valid_from <= $3::date
                              AND (t7_r4.valid_to IS NULL OR t7_r4.valid_to > $3::date)
                            )
                            AND t7_r4."jurisdiction" = $4::text
                          WHERE t7."jurisdiction" = $4::text
                            AND t7_r1."id" = t7."household_id"
                            AND t7_r1."jurisdiction" = $4::text
                            AND t7_r4."guardian_id" = $5::uuid
                        )
                      ) THEN to_json(
                        (
                          CASE
                            WHEN isfinite(t7.birth_date) THEN extract(year from age($3::date, t7.birth_date))::int
                          END
                        )
                      )
                      ELSE $6::json
                    END AS "age"
                  FROM "core"."person" t7
                  WHERE t7."jurisdiction" = t6."jurisdiction"
                    AND t7."id" = t6."guardian_id"
                    AND (
                      EXISTS (
                        SELECT 1
                        FROM "core"."guardianship" AS t7_r1
                        WHERE t7."jurisdiction" = $4::text
                          AND (t7.birth_date > ($3::date - interval '18 years')::date)
                          AND t7_r1."child_id" = t7."id"
                          AND (
                            t7_r1.valid_from <= $3::date
                            AND (t7_r1.valid_to IS NULL OR t7_r1.valid_to > $3::date)
                          )
                          AND t7_r1."jurisdiction" = $4::text
                          AND t7_r1."guardian_id" = $5::uuid
                      )
                      OR EXISTS (
                        SELECT 1
                        FROM "core"."guardianship" AS t7_r1
                        JOIN "core"."person" AS t7_r2 ON t7_r1."child_id" = t7_r2."id"
                          AND (t7_r2.birth_date > ($3::date - interval '18 years')::date)
                          AND t7_r2."jurisdiction" = $4::text
                        JOIN "core"."guardianship" AS t7_r3 ON t7_r2."id" = t7_r3."child_id"
                          AND (
                            t7_r3.valid_from <= $3::date
                            AND (t7_r3.valid_to IS NULL OR t7_r3.valid_to > $3::date)
                          )
                          AND t7_r3."jurisdiction" = $4::text
                        WHERE t7."jurisdiction" = $4::text
                          AND t7_r1."guardian_id" = t7."id"
                          AND (
                            t7_r1.valid_from <= $3::date
                            AND (t7_r1.valid_to IS NULL OR t7_r1.valid_to > $3::date)
                          )
                          AND t7_r1."jurisdiction" = $4::text
                          AND t7_r3."guardian_id" = $5::uuid
                      )
                      OR EXISTS (
                        SELECT 1
                        FROM "core"."delegation" AS t7_r1
                        JOIN "core"."person" AS t7_r2 ON t7_r1."child_id" = t7_r2."id"
                          AND (t7_r2.birth_date > ($3::date - interval '18 years')::date)
                          AND t7_r2."jurisdiction" = $4::text
                        JOIN "core"."guardianship" AS t7_r3 ON t7_r2."id" = t7_r3."child_id"
                          AND (
                            t7_r3.valid_from <= $3::date
                            AND (t7_r3.valid_to IS NULL OR t7_r3.valid_to > $3::date)
                          )
                          AND t7_r3."jurisdiction" = $4::text
                        WHERE t7."jurisdiction" = $4::text
                          AND t7_r1."delegate_id" = t7."id"
                          AND (
                            t7_r1.valid_from <= $3::date
                            AND (t7_r1.valid_to IS NULL OR t7_r1.valid_to > $3::date)
                          )
                          AND t7_r1."jurisdiction" = $4::text
                          AND t7_r3."guardian_id" = $5::uuid
                      )
                      OR (t7."id" = $5::uuid)
                      OR EXISTS (
                        SELECT 1
                        FROM "core"."household" AS t7_r1
                        JOIN "core"."household_member" AS t7_r2 ON t7_r1."id" = t7_r2."household_id"
                          AND (
                            t7_r2.valid_from <= $3::date
                            AND (t7_r2.valid_to IS NULL OR t7_r2.valid_to > $3::date)
                          )
                          AND t7_r2."jurisdiction" = $4::text
                        JOIN "core"."person" AS t7_r3 ON t7_r2."person_id" = t7_r3."id"
                          AND (t7_r3.birth_date > ($3::date - interval '18 years')::date)
                          AND t7_r3."jurisdiction" = $4::text
                        JOIN "core"."guardianship" AS t7_r4 ON t7_r3."id" = t7_r4."child_id"
                          AND (
                            t7_r4.valid_from <= $3::date
                            AND (t7_r4.valid_to IS NULL OR t7_r4.valid_to > $3::date)
                          )
                          AND t7_r4."jurisdiction" = $4::text
                        WHERE t7."jurisdiction" = $4::text
                          AND t7_r1."id" = t7."household_id"
                          AND t7_r1."jurisdiction" = $4::text
                          AND t7_r4."guardian_id" = $5::uuid
                      )
                    )
                ) t7o
              ) AS "guardian"
              FROM "core"."guardianship" t6
              WHERE t6."jurisdiction" = t2."jurisdiction"
                AND t6."child_id" = t2."id"
                AND (t6.valid_from <= $3::date AND (t6.valid_to IS NULL OR t6.valid_to > $3::date))
                AND EXISTS (
                  SELECT 1
                  FROM "core"."person" AS t6_r1
                  JOIN "core"."guardianship" AS t6_r2 ON t6_r1."id" = t6_r2."child_id"
                    AND (t6_r2.valid_from <= $3::date AND (t6_r2.valid_to IS NULL OR t6_r2.valid_to > $3::date))
                    AND t6_r2."jurisdiction" = $4::text
                  WHERE t6."jurisdiction" = $4::text
                    AND t6_r1."id" = t6."child_id"
                    AND (t6_r1.birth_date > ($3::date - interval '18 years')::date)
                    AND t6_r1."jurisdiction" = $4::text
                    AND t6_r2."guardian_id" = $5::uuid
                )
              ORDER BY t6."valid_from", t6."id"
              LIMIT $9::bigint
            ) t6o
          ) AS "guardianships",
          (
            SELECT coalesce(json_agg(row_to_json(t8o)), '[]'::json)
            FROM (
              SELECT t8."has_agreement" AS "hasAgreement",
                t8."filed_no" AS "filedNo",
                (
                  SELECT row_to_json(t9o)
                  FROM (
                    SELECT t9."id" AS "~p",
                      t9."name" AS "name",
                      CASE
                        WHEN (
                          EXISTS (
                            SELECT 1
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
                            WHERE t9."jurisdiction" = $4::text
                              AND t9_r1."guardian_id" = t9."id"
                              AND (
                                t9_r1.valid_from <= $3::date
                                AND (t9_r1.valid_to IS NULL OR t9_r1.valid_to > $3::date)
                              )
                              AND t9_r1."jurisdiction" = $4::text
                              AND t9_r3."guardian_id" = $5::uuid
                          )
                          OR EXISTS (
                            SELECT 1
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
                            WHERE t9."jurisdiction" = $4::text
                              AND t9_r1."delegate_id" = t9."id"
                              AND (
                                t9_r1.valid_from <= $3::date
                                AND (t9_r1.valid_to IS NULL OR t9_r1.valid_to > $3::date)
                              )
                              AND t9_r1."jurisdiction" = $4::text
                              AND t9_r3."guardian_id" = $5::uuid
                          )
                          OR (t9."id" = $5::uuid)
                          OR EXISTS (
                            SELECT 1
                            FROM "core"."guardianship" AS t9_r1
                            WHERE t9."jurisdiction" = $4::text
                              AND (t9.birth_date > ($3::date - interval '18 years')::date)
                              AND t9_r1."child_id" = t9."id"
                              AND (
                                t9_r1.valid_from <= $3::date
                                AND (t9_r1.valid_to IS NULL OR t9_r1.valid_to > $3::date)
                              )
                              AND t9_r1."jurisdiction" = $4::text
                              AND t9_r1."guardian_id" = $5::uuid
                          )
                        ) THEN to_json(t9."phone")
                        ELSE $6::json
                      END AS "phone",
                      CASE
                        WHEN (
                          (t9."id" = $5::uuid)
                          OR EXISTS (
                            SELECT 1
                            FROM "core"."guardianship" AS t9_r1
                            WHERE t9."jurisdiction" = $4::text
                              AND (t9.birth_date > ($3::date - interval '18 years')::date)
                              AND t9_r1."child_id" = t9."id"
                              AND (
                                t9_r1.valid_from <= $3::date
                                AND (t9_r1.valid_to IS NULL OR t9_r1.valid_to > $3::date)
                              )
                              AND t9_r1."jurisdiction" = $4::text
                              AND t9_r1."guardian_id" = $5::uuid
                          )
                          OR EXISTS (
                            SELECT 1
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
                            WHERE t9."jurisdiction" = $4::text
                              AND t9_r1."id" = t9."household_id"
                              AND t9_r1."jurisdiction" = $4::text
                              AND t9_r4."guardian_id" = $5::uuid
                          )
                        ) THEN to_json(
                          (
                            CASE
                              WHEN isfinite(t9.birth_date) THEN extract(year from age($3::date, t9.birth_date))::int
                            END
                          )
                        )
                        ELSE $6::json
                      END AS "age"
                    FROM "core"."person" t9
                    WHERE t9."jurisdiction" = t8."jurisdiction"
                      AND t9."id" = t8."delegate_id"
                      AND (
                        EXISTS (
                          SELECT 1
                          FROM "core"."guardianship" AS t9_r1
                          WHERE t9."jurisdiction" = $4::text
                            AND (t9.birth_date > ($3::date - interval '18 years')::date)
                            AND t9_r1."child_id" = t9."id"
                            AND (
                              t9_r1.valid_from <= $3::date
                              AND (t9_r1.valid_to IS NULL OR t9_r1.valid_to > $3::date)
                            )
                            AND t9_r1."jurisdiction" = $4::text
                            AND t9_r1."guardian_id" = $5::uuid
                        )
                        OR EXISTS (
                          SELECT 1
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
                          WHERE t9."jurisdiction" = $4::text
                            AND t9_r1."guardian_id" = t9."id"
                            AND (
                              t9_r1.valid_from <= $3::date
                              AND (t9_r1.valid_to IS NULL OR t9_r1.valid_to > $3::date)
                            )
                            AND t9_r1."jurisdiction" = $4::text
                            AND t9_r3."guardian_id" = $5::uuid
                        )
                        OR EXISTS (
                          SELECT 1
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
                          WHERE t9."jurisdiction" = $4::text
                            AND t9_r1."delegate_id" = t9."id"
                            AND (
                              t9_r1.valid_from <= $3::date
                              AND (t9_r1.valid_to IS NULL OR t9_r1.valid_to > $3::date)
                            )
                            AND t9_r1."jurisdiction" = $4::text
                            AND t9_r3."guardian_id" = $5::uuid
                        )
                        OR (t9."id" = $5::uuid)
                        OR EXISTS (
                          SELECT 1
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
                          WHERE t9."jurisdiction" = $4::text
                            AND t9_r1."id" = t9."household_id"
                            AND t9_r1."jurisdiction" = $4::text
                            AND t9_r4."guardian_id" = $5::uuid
                        )
                      )
                  ) t9o
                ) AS "delegate"
              FROM "core"."delegation" t8
              WHERE t8."jurisdiction" = t2."jurisdiction"
                AND t8."child_id" = t2."id"
                AND (t8.valid_from <= $3::date AND (t8.valid_to IS NULL OR t8.valid_to > $3::date))
                AND EXISTS (
                  SELECT 1
                  FROM "core"."person" AS t8_r1
                  JOIN "core"."guardianship" AS t8_r2 ON t8_r1."id" = t8_r2."child_id"
                    AND (t8_r2.valid_from <= $3::date AND (t8_r2.valid_to IS NULL OR t8_r2.valid_to > $3::date))
                    AND t8_r2."jurisdiction" = $4::text
                  WHERE t8."jurisdiction" = $4::text
                    AND t8_r1."id" = t8."child_id"
                    AND (t8_r1.birth_date > ($3::date - interval '18 years')::date)
                    AND t8_r1."jurisdiction" = $4::text
                    AND t8_r2."guardian_id" = $5::uuid
                )
              ORDER BY t8."valid_from", t8."id"
              LIMIT $9::bigint
            ) t8o
          ) AS "delegations"
        FROM "core"."person" t2
        WHERE t2."jurisdiction" = $7::text
          AND t2."id" = $8::uuid
          AND (t2.birth_date > ($3::date - interval '18 years')::date)
          AND (
            EXISTS (
              SELECT 1
              FROM "core"."guardianship" AS t2_r1
              WHERE t2."jurisdiction" = $4::text
                AND (t2.birth_date > ($3::date - interval '18 years')::date)
                AND t2_r1."child_id" = t2."id"
                AND (t2_r1.valid_from <= $3::date AND (t2_r1.valid_to IS NULL OR t2_r1.valid_to > $3::date))
                AND t2_r1."jurisdiction" = $4::text
                AND t2_r1."guardian_id" = $5::uuid
            )
            OR EXISTS (
              SELECT 1
              FROM "core"."guardianship" AS t2_r1
              JOIN "core"."person" AS t2_r2 ON t2_r1."child_id" = t2_r2."id"
                AND (t2_r2.birth_date > ($3::date - interval '18 years')::date)
                AND t2_r2."jurisdiction" = $4::text
              JOIN "core"."guardianship" AS t2_r3 ON t2_r2."id" = t2_r3."child_id"
                AND (t2_r3.valid_from <= $3::date AND (t2_r3.valid_to IS NULL OR t2_r3.valid_to > $3::date))
                AND t2_r3."jurisdiction" = $4::text
              WHERE t2."jurisdiction" = $4::text
                AND t2_r1."guardian_id" = t2."id"
                AND (t2_r1.valid_from <= $3::date AND (t2_r1.valid_to IS NULL OR t2_r1.valid_to > $3::date))
                AND t2_r1."jurisdiction" = $4::text
                AND t2_r3."guardian_id" = $5::uuid
            )
            OR EXISTS (
              SELECT 1
              FROM "core"."delegation" AS t2_r1
              JOIN "core"."person" AS t2_r2 ON t2_r1."child_id" = t2_r2."id"
                AND (t2_r2.birth_date > ($3::date - interval '18 years')::date)
                AND t2_r2."jurisdiction" = $4::text
              JOIN "core"."guardianship" AS t2_r3 ON t2_r2."id" = t2_r3."child_id"
                AND (t2_r3.valid_from <= $3::date AND (t2_r3.valid_to IS NULL OR t2_r3.valid_to > $3::date))
                AND t2_r3."jurisdiction" = $4::text
              WHERE t2."jurisdiction" = $4::text
                AND t2_r1."delegate_id" = t2."id"
                AND (t2_r1.valid_from <= $3::date AND (t2_r1.valid_to IS NULL OR t2_r1.valid_to > $3::date))
                AND t2_r1."jurisdiction" = $4::text
                AND t2_r3."guardian_id" = $5::uuid
            )
            OR (t2."id" = $5::uuid)
            OR EXISTS (
              SELECT 1
              FROM "core"."household" AS t2_r1
              JOIN "core"."household_member" AS t2_r2 ON t2_r1."id" = t2_r2."household_id"
                AND (t2_r2.valid_from <= $3::date AND (t2_r2.valid_to IS NULL OR t2_r2.valid_to > $3::date))
                AND t2_r2."jurisdiction" = $4::text
              JOIN "core"."person" AS t2_r3 ON t2_r2."person_id" = t2_r3."id"
                AND (t2_r3.birth_date > ($3::date - interval '18 years')::date)
                AND t2_r3."jurisdiction" = $4::text
              JOIN "core"."guardianship" AS t2_r4 ON t2_r3."id" = t2_r4."child_id"
                AND (t2_r4.valid_from <= $3::date AND (t2_r4.valid_to IS NULL OR t2_r4.valid_to > $3::date))
                AND t2_r4."jurisdiction" = $4::text
              WHERE t2."jurisdiction" = $4::text
                AND t2_r1."id" = t2."household_id"
                AND t2_r1."jurisdiction" = $4::text
                AND t2_r4."guardian_id" = $5::uuid
            )
          )
      ) t2o
    ) AS "child"
) r
;
