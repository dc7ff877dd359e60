-- $1 text: jurisdiction of $id
-- $2 uuid: uuid of $id
-- $3 date: today
-- $4 bigint: caller's regions, first number
-- $5 bigint: caller's regions, last number
-- $6 bigint: size: 1
-- $7 text: "UNEXPLAINED"
-- $8 bigint: size: 200
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."id" AS "~p",
        (
          SELECT coalesce(json_agg(row_to_json(t2o)), '[]'::json)
          FROM (
            SELECT t2."absent_on" AS "absentOn",
              t2."reason" AS "reason"
            FROM "education"."absence" t2
            WHERE t2."jurisdiction" = t1."jurisdiction"
              AND t2."child_id" = t1."id"
              AND (t2."region_ord" BETWEEN $4::bigint AND $5::bigint)
            ORDER BY t2."absent_on" DESC, t2."id" DESC
            LIMIT $6::bigint
          ) t2o
        ) AS "latest",
        (
          SELECT coalesce(json_agg(row_to_json(t3o)), '[]'::json)
          FROM (
            SELECT t3."absent_on" AS "absentOn"
            FROM "education"."absence" t3
            WHERE t3."jurisdiction" = t1."jurisdiction"
              AND t3."child_id" = t1."id"
              AND (t3."region_ord" BETWEEN $4::bigint AND $5::bigint)
              AND (((t3."reason" = $7::text)))
            ORDER BY t3."absent_on", t3."id"
            LIMIT $8::bigint
          ) t3o
        ) AS "unexplained"
      FROM "core"."person" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
        AND (t1.birth_date > ($3::date - interval '18 years')::date)
        AND (t1."region_ord" BETWEEN $4::bigint AND $5::bigint)
    ) t1o
  ) AS "child"
) r
;
