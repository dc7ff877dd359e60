-- $1 text: jurisdiction of $id
-- $2 uuid: uuid of $id
-- $3 date: today
-- $4 bigint: caller's regions, first number
-- $5 bigint: caller's regions, last number
-- $6 date: today, 18 years before
-- $7 json: mark of a hidden cell
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1o)
    FROM (
      SELECT t1."id" AS "~p",
        t1."name" AS "name",
        CASE
          WHEN ((t1."region_ord" BETWEEN $4::bigint AND $5::bigint) AND (t1."birth_date" > $6::date)) THEN to_json(
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
            )
          )
          ELSE $7::json
        END AS "daysAbsentThisTerm",
        CASE
          WHEN ((t1."region_ord" BETWEEN $4::bigint AND $5::bigint) AND (t1."birth_date" > $6::date)) THEN json_build_object('~b0', json_build_array(t1."birth_date", t1."birth_precision"))
          ELSE $7::json
        END AS "lunarBirthday",
        CASE
          WHEN ((t1."region_ord" BETWEEN $4::bigint AND $5::bigint) AND (t1."birth_date" > $6::date)) THEN json_build_object('~b1', json_build_array(t1."birth_date", t1."birth_precision"))
          ELSE $7::json
        END AS "nextLunarBirthday"
      FROM "core"."person" t1
      WHERE t1."jurisdiction" = $1::text
        AND t1."id" = $2::uuid
        AND (t1.birth_date > ($3::date - interval '18 years')::date)
        AND (t1."region_ord" BETWEEN $4::bigint AND $5::bigint)
    ) t1o
  ) AS "child"
) r
;
