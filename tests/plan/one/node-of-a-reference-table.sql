-- $1 text: key of "Region:370983109"
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT 'Region:' || t1."code" AS "id",
        t1."name" AS "name",
        t1."level" AS "level"
      FROM "core"."region" t1
      WHERE t1."code" = $1::text
    ) t1o
  ) AS "node"
) r
;
