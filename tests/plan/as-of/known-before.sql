-- $1 text: jurisdiction of $id
-- $2 uuid: uuid of $id
-- $3 bigint: caller's regions, first number
-- $4 bigint: caller's regions, last number
-- $5 date: today
-- $6 bigint: size: 200
-- $7 timestamptz: instant: $asOf.known
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."address" AS "address",
        (
          SELECT coalesce(json_agg(row_to_json(t2o)), '[]'::json)
          FROM (
            SELECT t2."person_id" AS "~p",
              (
                SELECT row_to_json(t3o)
                FROM (
                  SELECT t3."id" AS "~p",
                    t3."name" AS "name"
                  FROM (
                    SELECT "jurisdiction",
                      "id",
                      "name",
                      "name_sort",
                      "name_search",
                      "sex",
                      "birth_date",
                      "birth_precision",
                      "id_number",
                      "id_number_index",
                      "ethnicity",
                      "phone",
                      "health",
                      "life_status",
                      "hukou_kind",
                      "hukou_region_code",
                      "household_id",
                      "is_demo",
                      "region_code",
                      "region_ord",
                      "version",
                      "recorded_at"
                    FROM (
                      SELECT "jurisdiction",
                        "id",
                        "name",
                        "name_sort",
                        "name_search",
                        "sex",
                        "birth_date",
                        "birth_precision",
                        "id_number",
                        "id_number_index",
                        "ethnicity",
                        "phone",
                        "health",
                        "life_status",
                        "hukou_kind",
                        "hukou_region_code",
                        "household_id",
                        "is_demo",
                        "region_code",
                        "region_ord",
                        "version",
                        "recorded_at",
                        'infinity'::timestamptz AS "superseded_at"
                      FROM "core"."person"
                      UNION ALL SELECT "jurisdiction", "id", "name", "name_sort", "name_search", "sex", "birth_date", "birth_precision", "id_number", "id_number_index", "ethnicity", "phone", "health", "life_status", "hukou_kind", "hukou_region_code", "household_id", "is_demo", "region_code", "region_ord", "version", "recorded_at", "superseded_at"
                      FROM "core"."person_history"
                    ) v
                    WHERE "recorded_at" <= $7::timestamptz
                      AND "superseded_at" > $7::timestamptz
                  ) t3
                  WHERE t3."jurisdiction" = t2."jurisdiction"
                    AND t3."id" = t2."person_id"
                    AND EXISTS (
                      SELECT 1
                      FROM "core"."person" t3_l
                      WHERE t3_l."jurisdiction" = t3."jurisdiction"
                        AND t3_l."id" = t3."id"
                        AND (t3_l."region_ord" BETWEEN $3::bigint AND $4::bigint)
                    )
                ) t3o
              ) AS "person",
              t2."valid_from" AS "validFrom",
              t2."valid_to" AS "validTo"
            FROM (
              SELECT "jurisdiction",
                "id",
                "household_id",
                "person_id",
                "kind",
                "relation_to_head",
                "valid_from",
                "valid_to",
                "region_code",
                "region_ord",
                "version",
                "recorded_at"
              FROM (
                SELECT "jurisdiction",
                  "id",
                  "household_id",
                  "person_id",
                  "kind",
                  "relation_to_head",
                  "valid_from",
                  "valid_to",
                  "region_code",
                  "region_ord",
                  "version",
                  "recorded_at",
                  'infinity'::timestamptz AS "superseded_at"
                FROM "core"."household_member"
                UNION ALL SELECT "jurisdiction", "id", "household_id", "person_id", "kind", "relation_to_head", "valid_from", "valid_to", "region_code", "region_ord", "version", "recorded_at", "superseded_at"
                FROM "core"."household_member_history"
              ) v
              WHERE "recorded_at" <= $7::timestamptz
                AND "superseded_at" > $7::timestamptz
            ) t2
            WHERE t2."jurisdiction" = t1."jurisdiction"
              AND t2."household_id" = t1."id"
              AND (t2.valid_from <= $5::date AND (t2.valid_to IS NULL OR t2.valid_to > $5::date))
              AND EXISTS (
                SELECT 1
                FROM "core"."household_member" t2_l
                WHERE t2_l."jurisdiction" = t2."jurisdiction"
                  AND t2_l."id" = t2."id"
                  AND (t2_l."region_ord" BETWEEN $3::bigint AND $4::bigint)
                  AND (
                    t2_l."person_id" IS NOT DISTINCT FROM t2."person_id"
                    OR (t2."region_ord" BETWEEN $3::bigint AND $4::bigint)
                  )
              )
            ORDER BY t2."relation_to_head", t2."id"
            LIMIT $6::bigint
          ) t2o
        ) AS "members"
      FROM (
        SELECT "jurisdiction",
          "id",
          "kind",
          "register_no",
          "address",
          "region_code",
          "region_ord",
          "version",
          "recorded_at"
        FROM (
          SELECT "jurisdiction",
            "id",
            "kind",
            "register_no",
            "address",
            "region_code",
            "region_ord",
            "version",
            "recorded_at",
            'infinity'::timestamptz AS "superseded_at"
          FROM "core"."household"
          UNION ALL SELECT "jurisdiction", "id", "kind", "register_no", "address", "region_code", "region_ord", "version", "recorded_at", "superseded_at"
          FROM "core"."household_history"
        ) v
        WHERE "recorded_at" <= $7::timestamptz
          AND "superseded_at" > $7::timestamptz
      ) t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
        AND EXISTS (
          SELECT 1
          FROM "core"."household" t1_l
          WHERE t1_l."jurisdiction" = t1."jurisdiction"
            AND t1_l."id" = t1."id"
            AND (t1_l."region_ord" BETWEEN $3::bigint AND $4::bigint)
        )
    ) t1o
  ) AS "household"
) r
;
