-- $1 text: jurisdiction of $id
-- $2 uuid: uuid of $id
-- $3 date: today
-- $4 bigint: caller's regions, first number
-- $5 bigint: caller's regions, last number
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."id" AS "~p",
        CASE
          WHEN char_length(t1."id_number") < 8 THEN repeat('*', char_length(t1."id_number"))
          ELSE repeat('*', char_length(t1."id_number") - 4) || right(t1."id_number", 4)
        END AS "idNumber",
        (
          SELECT row_to_json(t1v)
          FROM (
            SELECT true AS "name",
              false AS "number",
              CASE WHEN false THEN NULL WHEN true THEN 'last4' END::text AS "mask",
              false AS "update",
              false AS "delete"
          ) t1v
        ) AS "viewerCan"
      FROM "core"."person" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
        AND (t1.birth_date > ($3::date - interval '18 years')::date)
        AND (t1."region_ord" BETWEEN $4::bigint AND $5::bigint)
    ) t1o
  ) AS "child"
) r
;
