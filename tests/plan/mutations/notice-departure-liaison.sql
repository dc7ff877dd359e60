-- payload of noticeDeparture
-- $1 text: jurisdiction of result child of the command
-- $2 uuid: uuid of result child of the command
-- $3 date: today
-- $4 bigint: caller's regions, first number
-- $5 bigint: caller's regions, last number
-- $6 text: jurisdiction of result notice of the command
-- $7 uuid: uuid of result notice of the command
-- $8 uuid[]: uuids of result registryEntries of the command
-- $9 text: result jurisdiction of the command
-- $10 json: result userErrors.userErrors of the command
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."name" AS "name",
        t1."phone" AS "phone"
      FROM "core"."person" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
        AND (t1.birth_date > ($3::date - interval '18 years')::date)
        AND (t1."region_ord" BETWEEN $4::bigint AND $5::bigint)
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
                AND (t3."region_ord" BETWEEN $4::bigint AND $5::bigint)
            ) t3o
          ) AS "delegate"
        FROM "core"."departure_notice" t2
        WHERE t2."jurisdiction" = $6::text
          AND t2."id" = $7::uuid
          AND (t2."region_ord" BETWEEN $4::bigint AND $5::bigint)
      ) t2o
    ) AS "notice",
    (
      SELECT coalesce(json_agg(row_to_json(t4o)), '[]'::json)
      FROM (
        SELECT t4."category" AS "category",
          t4."state" AS "state"
        FROM unnest($8::uuid[]) WITH ORDINALITY AS t4g(id, place)
        JOIN "core"."registry_entry" t4 ON true
        WHERE t4."jurisdiction" = $9::text
          AND t4."id" = t4g.id
          AND (t4."region_ord" BETWEEN $4::bigint AND $5::bigint)
        ORDER BY t4g.place
      ) t4o
    ) AS "registryEntries",
    $10::json AS "userErrors"
) r
;
