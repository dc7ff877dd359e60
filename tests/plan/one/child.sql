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
      SELECT 'Child:' || t1."jurisdiction" || ':' || t1."id"::text AS "id",
        t1."name" AS "name",
        t1."sex" AS "sex",
        t1."birth_date" AS "birthDate",
        (CASE WHEN isfinite(t1.birth_date) THEN extract(year from age($3::date, t1.birth_date))::int END) AS "age",
        (
          EXISTS (
            SELECT 1
            FROM core.registry_entry lb
            WHERE lb.jurisdiction = t1.jurisdiction
              AND lb.child_id = t1.id
              AND lb.category IN ('LBC_STRICT', 'LBC_BROAD')
              AND lb.state IN ('ACTIVE', 'VERIFIED', 'EXIT_PROPOSED')
              AND lb.valid_from <= $3::date
              AND (lb.valid_to IS NULL OR lb.valid_to > $3::date)
          )
        ) AS "isLeftBehind",
        t1."id_number" AS "idNumber",
        t1."health" AS "health",
        t1."hukou_kind" AS "hukouKind",
        t1."region_code" AS "regionCode"
      FROM "core"."person" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
        AND (t1.birth_date > ($3::date - interval '18 years')::date)
        AND (t1."region_ord" BETWEEN $4::bigint AND $5::bigint)
    ) t1o
  ) AS "child"
) r
;
