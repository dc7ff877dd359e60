-- payload of noticeDeparture
-- $1 text: jurisdiction of result child of the command
-- $2 uuid: uuid of result child of the command
-- $3 date: today
-- $4 text: caller's jurisdiction
-- $5 uuid: caller's person
-- $6 json: mark of a hidden cell
-- $7 text: jurisdiction of result notice of the command
-- $8 uuid: uuid of result notice of the command
-- $9 uuid[]: uuids of result registryEntries of the command
-- $10 text: result jurisdiction of the command
-- $11 json: result userErrors.userErrors of the command
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."name" AS "name",
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
        END AS "phone"
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
      SELECT row_to_json(t2o)
      FROM (
        SELECT t2."destination" AS "destination",
          t2."leave_on" AS "leaveOn",
          (
            SELECT row_to_json(t3o)
            FROM (
              SELECT t3."name" AS "name"
              FROM "core"."person" t3
              WHERE t3."jurisdiction" = t2."jurisdiction"
                AND t3."id" = t2."delegate_id"
                AND (
                  EXISTS (
                    SELECT 1
                    FROM "core"."guardianship" AS t3_r1
                    WHERE t3."jurisdiction" = $4::text
                      AND (t3.birth_date > ($3::date - interval '18 years')::date)
                      AND t3_r1."child_id" = t3."id"
                      AND (t3_r1.valid_from <= $3::date AND (t3_r1.valid_to IS NULL OR t3_r1.valid_to > $3::date))
                      AND t3_r1."jurisdiction" = $4::text
                      AND t3_r1."guardian_id" = $5::uuid
                  )
                  OR EXISTS (
                    SELECT 1
                    FROM "core"."guardianship" AS t3_r1
                    JOIN "core"."person" AS t3_r2 ON t3_r1."child_id" = t3_r2."id"
                      AND (t3_r2.birth_date > ($3::date - interval '18 years')::date)
                      AND t3_r2."jurisdiction" = $4::text
                    JOIN "core"."guardianship" AS t3_r3 ON t3_r2."id" = t3_r3."child_id"
                      AND (t3_r3.valid_from <= $3::date AND (t3_r3.valid_to IS NULL OR t3_r3.valid_to > $3::date))
                      AND t3_r3."jurisdiction" = $4::text
                    WHERE t3."jurisdiction" = $4::text
                      AND t3_r1."guardian_id" = t3."id"
                      AND (t3_r1.valid_from <= $3::date AND (t3_r1.valid_to IS NULL OR t3_r1.valid_to > $3::date))
                      AND t3_r1."jurisdiction" = $4::text
                      AND t3_r3."guardian_id" = $5::uuid
                  )
                  OR EXISTS (
                    SELECT 1
                    FROM "core"."delegation" AS t3_r1
                    JOIN "core"."person" AS t3_r2 ON t3_r1."child_id" = t3_r2."id"
                      AND (t3_r2.birth_date > ($3::date - interval '18 years')::date)
                      AND t3_r2."jurisdiction" = $4::text
                    JOIN "core"."guardianship" AS t3_r3 ON t3_r2."id" = t3_r3."child_id"
                      AND (t3_r3.valid_from <= $3::date AND (t3_r3.valid_to IS NULL OR t3_r3.valid_to > $3::date))
                      AND t3_r3."jurisdiction" = $4::text
                    WHERE t3."jurisdiction" = $4::text
                      AND t3_r1."delegate_id" = t3."id"
                      AND (t3_r1.valid_from <= $3::date AND (t3_r1.valid_to IS NULL OR t3_r1.valid_to > $3::date))
                      AND t3_r1."jurisdiction" = $4::text
                      AND t3_r3."guardian_id" = $5::uuid
                  )
                  OR (t3."id" = $5::uuid)
                  OR EXISTS (
                    SELECT 1
                    FROM "core"."household" AS t3_r1
                    JOIN "core"."household_member" AS t3_r2 ON t3_r1."id" = t3_r2."household_id"
                      AND (t3_r2.valid_from <= $3::date AND (t3_r2.valid_to IS NULL OR t3_r2.valid_to > $3::date))
                      AND t3_r2."jurisdiction" = $4::text
                    JOIN "core"."person" AS t3_r3 ON t3_r2."person_id" = t3_r3."id"
                      AND (t3_r3.birth_date > ($3::date - interval '18 years')::date)
                      AND t3_r3."jurisdiction" = $4::text
                    JOIN "core"."guardianship" AS t3_r4 ON t3_r3."id" = t3_r4."child_id"
                      AND (t3_r4.valid_from <= $3::date AND (t3_r4.valid_to IS NULL OR t3_r4.valid_to > $3::date))
                      AND t3_r4."jurisdiction" = $4::text
                    WHERE t3."jurisdiction" = $4::text
                      AND t3_r1."id" = t3."household_id"
                      AND t3_r1."jurisdiction" = $4::text
                      AND t3_r4."guardian_id" = $5::uuid
                  )
                )
            ) t3o
          ) AS "delegate"
        FROM "core"."departure_notice" t2
        WHERE t2."jurisdiction" = $7::text
          AND t2."id" = $8::uuid
          AND EXISTS (
            SELECT 1
            FROM "core"."person" AS t2_r1
            JOIN "core"."guardianship" AS t2_r2 ON t2_r1."id" = t2_r2."child_id"
              AND (t2_r2.valid_from <= $3::date AND (t2_r2.valid_to IS NULL OR t2_r2.valid_to > $3::date))
              AND t2_r2."jurisdiction" = $4::text
            WHERE t2."jurisdiction" = $4::text
              AND t2_r1."id" = t2."child_id"
              AND (t2_r1.birth_date > ($3::date - interval '18 years')::date)
              AND t2_r1."jurisdiction" = $4::text
              AND t2_r2."guardian_id" = $5::uuid
          )
      ) t2o
    ) AS "notice",
    (
      SELECT coalesce(json_agg(row_to_json(t4o)), '[]'::json)
      FROM (
        SELECT t4."category" AS "category",
          t4."state" AS "state"
        FROM unnest($9::uuid[]) WITH ORDINALITY AS t4g(id, place)
        JOIN "core"."registry_entry" t4 ON true
        WHERE t4."jurisdiction" = $10::text
          AND t4."id" = t4g.id
          AND EXISTS (
            SELECT 1
            FROM "core"."person" AS t4_r1
            JOIN "core"."guardianship" AS t4_r2 ON t4_r1."id" = t4_r2."child_id"
              AND (t4_r2.valid_from <= $3::date AND (t4_r2.valid_to IS NULL OR t4_r2.valid_to > $3::date))
              AND t4_r2."jurisdiction" = $4::text
            WHERE t4."jurisdiction" = $4::text
              AND t4_r1."id" = t4."child_id"
              AND (t4_r1.birth_date > ($3::date - interval '18 years')::date)
              AND t4_r1."jurisdiction" = $4::text
              AND t4_r2."guardian_id" = $5::uuid
          )
        ORDER BY t4g.place
      ) t4o
    ) AS "registryEntries",
    $11::json AS "userErrors"
) r
;
