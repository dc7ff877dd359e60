-- payload of first
-- $1 text: jurisdiction of result notice of the command
-- $2 uuid: uuid of result notice of the command
-- $3 date: today
-- $4 text: caller's jurisdiction
-- $5 uuid: caller's person
-- $6 json: result userErrors.problems of the command
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT 'DepartureNotice:' || t1."jurisdiction" || ':' || t1."id"::text AS "id"
      FROM "core"."departure_notice" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
        AND EXISTS (
          SELECT 1
          FROM "core"."person" AS t1_r1
          JOIN "core"."guardianship" AS t1_r2 ON t1_r1."id" = t1_r2."child_id"
            AND (t1_r2.valid_from <= $3::date AND (t1_r2.valid_to IS NULL OR t1_r2.valid_to > $3::date))
            AND t1_r2."jurisdiction" = $4::text
          WHERE t1."jurisdiction" = $4::text
            AND t1_r1."id" = t1."child_id"
            AND (t1_r1.birth_date > ($3::date - interval '18 years')::date)
            AND t1_r1."jurisdiction" = $4::text
            AND t1_r2."guardian_id" = $5::uuid
        )
    ) t1o
  ) AS "notice",
    $6::json AS "problems"
) r
;

-- payload of second
-- $1 text: jurisdiction of result child of the command
-- $2 uuid: uuid of result child of the command
-- $3 date: today
-- $4 text: caller's jurisdiction
-- $5 uuid: caller's person
SELECT row_to_json(r)
FROM (
  SELECT 'NoticeDeparturePayload'::text AS "__typename",
    (
      SELECT row_to_json(t1o)
      FROM (
        SELECT 'Child:' || t1."jurisdiction" || ':' || t1."id"::text AS "id"
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
    ) AS "child"
) r
;
