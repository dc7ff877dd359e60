-- $1 text: "370983109299"
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."name" AS "name",
        t1."valid_to" AS "validTo",
        (
          SELECT row_to_json(t2o)
          FROM (
            SELECT t2."code" AS "code",
              t2."name" AS "name"
            FROM "core"."region" t2
            WHERE t2."code" = t1."successor_code"
          ) t2o
        ) AS "successor"
      FROM "core"."region" t1
      WHERE t1."code" = $1::text
    ) t1o
  ) AS "region"
) r
;
