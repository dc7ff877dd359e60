-- $1 text: jurisdiction of $id
-- $2 uuid: uuid of $id
-- $3 date: today
-- $4 bigint: caller's regions, first number
-- $5 bigint: caller's regions, last number
-- $6 date: today, 18 years before
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."id" AS "~p",
        (
          SELECT count(*)::int
          FROM education.absence da
          WHERE da.jurisdiction = t1.jurisdiction
            AND da.child_id = t1.id
            AND da.absent_on BETWEEN CASE
              WHEN extract(month FROM $3::date) >= 9 THEN make_date(extract(year FROM $3::date)::int, 9, 1)
              WHEN extract(month FROM $3::date) >= 2 THEN make_date(extract(year FROM $3::date)::int, 2, 1)
              ELSE make_date(extract(year FROM $3::date)::int - 1, 9, 1)
            END AND $3::date
        ) AS "daysAbsentThisTerm",
        NULL::text AS "lunarBirthday"
      FROM "core"."person" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
        AND (t1.birth_date > ($3::date - interval '18 years')::date)
        AND ((t1."region_ord" BETWEEN $4::bigint AND $5::bigint) AND (t1."birth_date" > $6::date))
    ) t1o
  ) AS "child"
) r
;
