-- $1 text: jurisdiction of $id
-- $2 uuid: uuid of $id
-- $3 date: today
-- $4 bigint: caller's regions, first number
-- $5 bigint: caller's regions, last number
-- $6 bigint: size: 200
-- $7 bigint: size: 1
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."id" AS "~p",
        (
          SELECT coalesce(json_agg(row_to_json(t2o)), '[]'::json)
          FROM (
            SELECT (
              SELECT row_to_json(t3o)
              FROM (
                SELECT t3."id" AS "~p",
                  t3."name" AS "name",
                  (
                    SELECT coalesce(json_agg(row_to_json(t4o)), '[]'::json)
                    FROM (
                      SELECT t4."junior_id" AS "~p",
                        (
                          SELECT row_to_json(t5o)
                          FROM (
                            SELECT t5."id" AS "~p",
                              t5."name" AS "name"
                            FROM "core"."person" t5
                            WHERE t5."jurisdiction" = t4."jurisdiction"
                              AND t5."id" = t4."junior_id"
                              AND (t5."region_ord" BETWEEN $4::bigint AND $5::bigint)
                          ) t5o
                        ) AS "junior"
                      FROM "core"."kinship" t4
                      WHERE t4."jurisdiction" = t3."jurisdiction"
                        AND t4."senior_id" = t3."id"
                        AND (
                          (t4.kind IN ('PARENT_BIOLOGICAL', 'PARENT_ADOPTIVE', 'PARENT_STEP'))
                          AND t4.valid_from <= $3::date
                          AND (t4.valid_to IS NULL OR t4.valid_to > $3::date)
                        )
                        AND (t4."region_ord" BETWEEN $4::bigint AND $5::bigint)
                      ORDER BY t4."valid_from", t4."id"
                      LIMIT $6::bigint
                    ) t4o
                  ) AS "childLinks",
                  (
                    SELECT coalesce(json_agg(row_to_json(t6o)), '[]'::json)
                    FROM (
                      SELECT t6."destination" AS "destination",
                        t6."left_on" AS "leftOn"
                      FROM "core"."migration" t6
                      WHERE t6."jurisdiction" = t3."jurisdiction"
                        AND t6."person_id" = t3."id"
                        AND (t6."region_ord" BETWEEN $4::bigint AND $5::bigint)
                      ORDER BY t6."left_on" DESC, t6."id" DESC
                      LIMIT $7::bigint
                    ) t6o
                  ) AS "migrations"
                FROM "core"."person" t3
                WHERE t3."jurisdiction" = t2."jurisdiction"
                  AND t3."id" = t2."senior_id"
                  AND (t3."region_ord" BETWEEN $4::bigint AND $5::bigint)
              ) t3o
            ) AS "senior"
            FROM "core"."kinship" t2
            WHERE t2."jurisdiction" = t1."jurisdiction"
              AND t2."junior_id" = t1."id"
              AND (
                (t2.kind IN ('PARENT_BIOLOGICAL', 'PARENT_ADOPTIVE', 'PARENT_STEP'))
                AND t2.valid_from <= $3::date
                AND (t2.valid_to IS NULL OR t2.valid_to > $3::date)
              )
              AND (t2."region_ord" BETWEEN $4::bigint AND $5::bigint)
            ORDER BY t2."valid_from", t2."id"
            LIMIT $6::bigint
          ) t2o
        ) AS "parentLinks",
        (
          SELECT coalesce(json_agg(row_to_json(t7o)), '[]'::json)
          FROM (
            SELECT t7."destination" AS "destination",
              t7."leave_on" AS "leaveOn",
              (
                SELECT row_to_json(t8o)
                FROM (
                  SELECT t8."id" AS "~p",
                    t8."name" AS "name"
                  FROM "core"."person" t8
                  WHERE t8."jurisdiction" = t7."jurisdiction"
                    AND t8."id" = t7."delegate_id"
                    AND (t8."region_ord" BETWEEN $4::bigint AND $5::bigint)
                ) t8o
              ) AS "delegate"
            FROM "core"."departure_notice" t7
            WHERE t7."jurisdiction" = t1."jurisdiction"
              AND t7."child_id" = t1."id"
              AND (t7."region_ord" BETWEEN $4::bigint AND $5::bigint)
            ORDER BY t7."leave_on" DESC, t7."id" DESC
            LIMIT $6::bigint
          ) t7o
        ) AS "departureNotices",
        (
          SELECT coalesce(json_agg(row_to_json(t9o)), '[]'::json)
          FROM (
            SELECT t9."category" AS "category",
              t9."state" AS "state",
              t9."explanation" AS "explanation"
            FROM "core"."registry_entry" t9
            WHERE t9."jurisdiction" = t1."jurisdiction"
              AND t9."child_id" = t1."id"
              AND (t9.valid_from <= $3::date AND (t9.valid_to IS NULL OR t9.valid_to > $3::date))
              AND (t9."region_ord" BETWEEN $4::bigint AND $5::bigint)
            ORDER BY t9."valid_from", t9."id"
            LIMIT $6::bigint
          ) t9o
        ) AS "registryEntries",
        (
          SELECT coalesce(json_agg(row_to_json(t10o)), '[]'::json)
          FROM (
            SELECT t10."kind" AS "kind",
              (
                SELECT row_to_json(t11o)
                FROM (
                  SELECT t11."name" AS "name"
                  FROM "core"."region" t11
                  WHERE t11."code" = t10."place_code"
                ) t11o
              ) AS "place"
            FROM "core"."residence" t10
            WHERE t10."jurisdiction" = t1."jurisdiction"
              AND t10."person_id" = t1."id"
              AND (t10.valid_from <= $3::date AND (t10.valid_to IS NULL OR t10.valid_to > $3::date))
              AND (t10."region_ord" BETWEEN $4::bigint AND $5::bigint)
            ORDER BY t10."valid_from", t10."id"
            LIMIT $6::bigint
          ) t10o
        ) AS "residences"
      FROM "core"."person" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
        AND (t1.birth_date > ($3::date - interval '18 years')::date)
        AND (t1."region_ord" BETWEEN $4::bigint AND $5::bigint)
    ) t1o
  ) AS "child"
) r
;
