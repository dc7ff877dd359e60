SELECT row_to_json(r)
FROM (SELECT (SELECT row_to_json(t1c)
FROM (SELECT (SELECT count(*)
FROM (SELECT 1
FROM (SELECT (columns)
FROM (SELECT (columns), 'infinity'::timestamptz AS "superseded_at"
FROM "core"."person"
UNION ALL SELECT (columns)
FROM "core"."person_history") v
WHERE "recorded_at" <= $5::timestamptz AND "superseded_at" > $5::timestamptz) t1
WHERE t1."jurisdiction" = $1::text AND (t1.birth_date > ($2::date - interval '18 years')::date) AND EXISTS (SELECT 1
FROM "core"."person" t1_l
WHERE t1_l."jurisdiction" = t1."jurisdiction" AND t1_l."id" = t1."id" AND (t1_l."region_ord" BETWEEN $3::bigint AND $4::bigint)) AND ((((EXISTS (SELECT 1
FROM (SELECT (columns)
FROM (SELECT (columns), 'infinity'::timestamptz AS "superseded_at"
FROM "core"."registry_entry"
UNION ALL SELECT (columns)
FROM "core"."registry_entry_history") v
WHERE "recorded_at" <= $5::timestamptz AND "superseded_at" > $5::timestamptz) lb
WHERE lb.jurisdiction = t1.jurisdiction AND lb.child_id = t1.id AND lb.category IN ('LBC_STRICT', 'LBC_BROAD') AND lb.state IN ('ACTIVE', 'VERIFIED', 'EXIT_PROPOSED') AND lb.valid_from <= $2::date AND (lb.valid_to IS NULL OR lb.valid_to > $2::date))) = true)) AND ((EXISTS (SELECT 1
FROM (SELECT (columns)
FROM (SELECT (columns), 'infinity'::timestamptz AS "superseded_at"
FROM "core"."guardianship"
UNION ALL SELECT (columns)
FROM "core"."guardianship_history") v
WHERE "recorded_at" <= $5::timestamptz AND "superseded_at" > $5::timestamptz) t2
WHERE t2."jurisdiction" = t1."jurisdiction" AND t2."child_id" = t1."id" AND (t2.valid_from <= $2::date AND (t2.valid_to IS NULL OR t2.valid_to > $2::date)) AND EXISTS (SELECT 1
FROM "core"."guardianship" t2_l
WHERE t2_l."jurisdiction" = t2."jurisdiction" AND t2_l."id" = t2."id" AND (t2_l."region_ord" BETWEEN $3::bigint AND $4::bigint) AND (t2_l."child_id" IS NOT DISTINCT
FROM t2."child_id" OR (t2."region_ord" BETWEEN $3::bigint AND $4::bigint))) AND (EXISTS (SELECT 1
FROM (SELECT (columns)
FROM (SELECT (columns), 'infinity'::timestamptz AS "superseded_at"
FROM "core"."person"
UNION ALL SELECT (columns)
FROM "core"."person_history") v
WHERE "recorded_at" <= $5::timestamptz AND "superseded_at" > $5::timestamptz) t3
WHERE t3."jurisdiction" = t2."jurisdiction" AND t3."id" = t2."guardian_id" AND EXISTS (SELECT 1
FROM "core"."person" t3_l
WHERE t3_l."jurisdiction" = t3."jurisdiction" AND t3_l."id" = t3."id" AND (t3_l."region_ord" BETWEEN $3::bigint AND $4::bigint)) AND (((t3."sex" = $6::text)))))))))
LIMIT 10000) z) AS "totalCount", json_build_object('endCursor', (array_agg(t1n.cursor
ORDER BY t1n.rn))[cardinality(array_agg(t1n.cursor
ORDER BY t1n.rn))]) AS "pageInfo", coalesce(json_agg(t1n.node2_0
ORDER BY t1n.rn), '[]'::json) AS "nodes"
FROM (SELECT t1p.rn__ AS rn, (SELECT translate(encode(convert_to(c.v, 'UTF8'), 'base64'), E'\n', '') || '.' || left(encode(sha256(convert_to($8::text || c.v || $8::text, 'UTF8')), 'hex'), 32)
FROM (SELECT json_build_array((SELECT (SELECT t7."code"
FROM "core"."region" t7
WHERE t7."code" = t6."region_code")
FROM (SELECT (columns)
FROM (SELECT (columns), 'infinity'::timestamptz AS "superseded_at"
FROM "core"."household"
UNION ALL SELECT (columns)
FROM "core"."household_history") v
WHERE "recorded_at" <= $5::timestamptz AND "superseded_at" > $5::timestamptz) t6
WHERE t6."jurisdiction" = t1p."jurisdiction" AND t6."id" = t1p."household_id" AND EXISTS (SELECT 1
FROM "core"."household" t6_l
WHERE t6_l."jurisdiction" = t6."jurisdiction" AND t6_l."id" = t6."id" AND (t6_l."region_ord" BETWEEN $3::bigint AND $4::bigint))), t1p."id")::text AS v) c) AS cursor, (SELECT row_to_json(o)
FROM (SELECT CASE WHEN EXISTS (SELECT 1
FROM "core"."person" t1p_l
WHERE t1p_l."jurisdiction" = t1p."jurisdiction" AND t1p_l."id" = t1p."id" AND EXISTS (SELECT 1
FROM "core"."guardianship" AS t1p_l_r1
WHERE t1p_l."jurisdiction" = $1::text AND (t1p_l.birth_date > ($2::date - interval '18 years')::date) AND t1p_l_r1."child_id" = t1p_l."id" AND (t1p_l_r1.valid_from <= $2::date AND (t1p_l_r1.valid_to IS NULL OR t1p_l_r1.valid_to > $2::date)) AND t1p_l_r1."jurisdiction" = $1::text AND t1p_l_r1."guardian_id" = $9::uuid)) THEN to_json(t1p."name") ELSE $10::json END AS "name", CASE WHEN EXISTS (SELECT 1
FROM "core"."person" t1p_l
WHERE t1p_l."jurisdiction" = t1p."jurisdiction" AND t1p_l."id" = t1p."id" AND ((CASE WHEN isfinite(t1p_l.birth_date) THEN extract(year from age($2::date, t1p_l.birth_date))::int END) < $11::bigint)) THEN to_json(t1p."phone") ELSE $10::json END AS "phone", (CASE WHEN isfinite(t1p.birth_date) THEN extract(year from age($2::date, t1p.birth_date))::int END) AS "age", (SELECT coalesce(json_agg(row_to_json(t8o)), '[]'::json)
FROM (SELECT CASE WHEN t8."guardian_id" IS NOT NULL THEN (SELECT row_to_json(t9o)
FROM (SELECT CASE WHEN EXISTS (SELECT 1
FROM "core"."person" t9_l
WHERE t9_l."jurisdiction" = t9."jurisdiction" AND t9_l."id" = t9."id" AND EXISTS (SELECT 1
FROM "core"."guardianship" AS t9_l_r1
WHERE t9_l."jurisdiction" = $1::text AND (t9_l.birth_date > ($2::date - interval '18 years')::date) AND t9_l_r1."child_id" = t9_l."id" AND (t9_l_r1.valid_from <= $2::date AND (t9_l_r1.valid_to IS NULL OR t9_l_r1.valid_to > $2::date)) AND t9_l_r1."jurisdiction" = $1::text AND t9_l_r1."guardian_id" = $9::uuid)) THEN to_json(t9."name") ELSE $10::json END AS "name"
FROM (SELECT (columns)
FROM (SELECT (columns), 'infinity'::timestamptz AS "superseded_at"
FROM "core"."person"
UNION ALL SELECT (columns)
FROM "core"."person_history") v
WHERE "recorded_at" <= $5::timestamptz AND "superseded_at" > $5::timestamptz) t9
WHERE t9."jurisdiction" = t8."jurisdiction" AND t9."id" = t8."guardian_id" AND EXISTS (SELECT 1
FROM "core"."person" t9_l
WHERE t9_l."jurisdiction" = t9."jurisdiction" AND t9_l."id" = t9."id" AND (t9_l."region_ord" BETWEEN $3::bigint AND $4::bigint))) t9o) WHEN t8."guardian_organisation_id" IS NOT NULL THEN (SELECT row_to_json(t10o)
FROM (SELECT 
FROM (SELECT (columns)
FROM (SELECT (columns), 'infinity'::timestamptz AS "superseded_at"
FROM "core"."organisation"
UNION ALL SELECT (columns)
FROM "core"."organisation_history") v
WHERE "recorded_at" <= $5::timestamptz AND "superseded_at" > $5::timestamptz) t10
WHERE t10."jurisdiction" = t8."jurisdiction" AND t10."id" = t8."guardian_organisation_id" AND EXISTS (SELECT 1
FROM "core"."organisation" t10_l
WHERE t10_l."jurisdiction" = t10."jurisdiction" AND t10_l."id" = t10."id" AND (t10_l."region_ord" BETWEEN $3::bigint AND $4::bigint))) t10o) END AS "party"
FROM (SELECT (columns)
FROM (SELECT (columns), 'infinity'::timestamptz AS "superseded_at"
FROM "core"."guardianship"
UNION ALL SELECT (columns)
FROM "core"."guardianship_history") v
WHERE "recorded_at" <= $5::timestamptz AND "superseded_at" > $5::timestamptz) t8
WHERE t8."jurisdiction" = t1p."jurisdiction" AND t8."child_id" = t1p."id" AND (t8.valid_from <= $2::date AND (t8.valid_to IS NULL OR t8.valid_to > $2::date)) AND EXISTS (SELECT 1
FROM "core"."guardianship" t8_l
WHERE t8_l."jurisdiction" = t8."jurisdiction" AND t8_l."id" = t8."id" AND (t8_l."region_ord" BETWEEN $3::bigint AND $4::bigint) AND (t8_l."child_id" IS NOT DISTINCT
FROM t8."child_id" OR (t8."region_ord" BETWEEN $3::bigint AND $4::bigint)))
ORDER BY t8."valid_from", t8."id"
LIMIT $12::bigint) t8o) AS "guardianships", (SELECT row_to_json(t11o)
FROM (SELECT (SELECT coalesce(json_agg(row_to_json(t12o)), '[]'::json)
FROM (SELECT (SELECT row_to_json(t13o)
FROM (SELECT CASE WHEN EXISTS (SELECT 1
FROM "core"."person" t13_l
WHERE t13_l."jurisdiction" = t13."jurisdiction" AND t13_l."id" = t13."id" AND EXISTS (SELECT 1
FROM "core"."guardianship" AS t13_l_r1
WHERE t13_l."jurisdiction" = $1::text AND (t13_l.birth_date > ($2::date - interval '18 years')::date) AND t13_l_r1."child_id" = t13_l."id" AND (t13_l_r1.valid_from <= $2::date AND (t13_l_r1.valid_to IS NULL OR t13_l_r1.valid_to > $2::date)) AND t13_l_r1."jurisdiction" = $1::text AND t13_l_r1."guardian_id" = $9::uuid)) THEN to_json(t13."name") ELSE $10::json END AS "name"
FROM (SELECT (columns)
FROM (SELECT (columns), 'infinity'::timestamptz AS "superseded_at"
FROM "core"."person"
UNION ALL SELECT (columns)
FROM "core"."person_history") v
WHERE "recorded_at" <= $5::timestamptz AND "superseded_at" > $5::timestamptz) t13
WHERE t13."jurisdiction" = t12."jurisdiction" AND t13."id" = t12."person_id" AND EXISTS (SELECT 1
FROM "core"."person" t13_l
WHERE t13_l."jurisdiction" = t13."jurisdiction" AND t13_l."id" = t13."id" AND (t13_l."region_ord" BETWEEN $3::bigint AND $4::bigint))) t13o) AS "person"
FROM (SELECT (columns)
FROM (SELECT (columns), 'infinity'::timestamptz AS "superseded_at"
FROM "core"."household_member"
UNION ALL SELECT (columns)
FROM "core"."household_member_history") v
WHERE "recorded_at" <= $5::timestamptz AND "superseded_at" > $5::timestamptz) t12
WHERE t12."jurisdiction" = t11."jurisdiction" AND t12."household_id" = t11."id" AND (t12.valid_from <= $2::date AND (t12.valid_to IS NULL OR t12.valid_to > $2::date)) AND EXISTS (SELECT 1
FROM "core"."household_member" t12_l
WHERE t12_l."jurisdiction" = t12."jurisdiction" AND t12_l."id" = t12."id" AND (t12_l."region_ord" BETWEEN $3::bigint AND $4::bigint) AND (t12_l."person_id" IS NOT DISTINCT
FROM t12."person_id" OR (t12."region_ord" BETWEEN $3::bigint AND $4::bigint)))
ORDER BY t12."relation_to_head", t12."id"
LIMIT $12::bigint) t12o) AS "members"
FROM (SELECT (columns)
FROM (SELECT (columns), 'infinity'::timestamptz AS "superseded_at"
FROM "core"."household"
UNION ALL SELECT (columns)
FROM "core"."household_history") v
WHERE "recorded_at" <= $5::timestamptz AND "superseded_at" > $5::timestamptz) t11
WHERE t11."jurisdiction" = t1p."jurisdiction" AND t11."id" = t1p."household_id" AND EXISTS (SELECT 1
FROM "core"."household" t11_l
WHERE t11_l."jurisdiction" = t11."jurisdiction" AND t11_l."id" = t11."id" AND (t11_l."region_ord" BETWEEN $3::bigint AND $4::bigint))) t11o) AS "household") o) AS node2_0
FROM (SELECT q.*, row_number() OVER () AS rn__
FROM (SELECT t1.*
FROM (SELECT (columns)
FROM (SELECT (columns), 'infinity'::timestamptz AS "superseded_at"
FROM "core"."person"
UNION ALL SELECT (columns)
FROM "core"."person_history") v
WHERE "recorded_at" <= $5::timestamptz AND "superseded_at" > $5::timestamptz) t1
WHERE t1."jurisdiction" = $1::text AND (t1.birth_date > ($2::date - interval '18 years')::date) AND EXISTS (SELECT 1
FROM "core"."person" t1_l
WHERE t1_l."jurisdiction" = t1."jurisdiction" AND t1_l."id" = t1."id" AND (t1_l."region_ord" BETWEEN $3::bigint AND $4::bigint)) AND ((((EXISTS (SELECT 1
FROM (SELECT (columns)
FROM (SELECT (columns), 'infinity'::timestamptz AS "superseded_at"
FROM "core"."registry_entry"
UNION ALL SELECT (columns)
FROM "core"."registry_entry_history") v
WHERE "recorded_at" <= $5::timestamptz AND "superseded_at" > $5::timestamptz) lb
WHERE lb.jurisdiction = t1.jurisdiction AND lb.child_id = t1.id AND lb.category IN ('LBC_STRICT', 'LBC_BROAD') AND lb.state IN ('ACTIVE', 'VERIFIED', 'EXIT_PROPOSED') AND lb.valid_from <= $2::date AND (lb.valid_to IS NULL OR lb.valid_to > $2::date))) = true)) AND ((EXISTS (SELECT 1
FROM (SELECT (columns)
FROM (SELECT (columns), 'infinity'::timestamptz AS "superseded_at"
FROM "core"."guardianship"
UNION ALL SELECT (columns)
FROM "core"."guardianship_history") v
WHERE "recorded_at" <= $5::timestamptz AND "superseded_at" > $5::timestamptz) t2
WHERE t2."jurisdiction" = t1."jurisdiction" AND t2."child_id" = t1."id" AND (t2.valid_from <= $2::date AND (t2.valid_to IS NULL OR t2.valid_to > $2::date)) AND EXISTS (SELECT 1
FROM "core"."guardianship" t2_l
WHERE t2_l."jurisdiction" = t2."jurisdiction" AND t2_l."id" = t2."id" AND (t2_l."region_ord" BETWEEN $3::bigint AND $4::bigint) AND (t2_l."child_id" IS NOT DISTINCT
FROM t2."child_id" OR (t2."region_ord" BETWEEN $3::bigint AND $4::bigint))) AND (EXISTS (SELECT 1
FROM (SELECT (columns)
FROM (SELECT (columns), 'infinity'::timestamptz AS "superseded_at"
FROM "core"."person"
UNION ALL SELECT (columns)
FROM "core"."person_history") v
WHERE "recorded_at" <= $5::timestamptz AND "superseded_at" > $5::timestamptz) t3
WHERE t3."jurisdiction" = t2."jurisdiction" AND t3."id" = t2."guardian_id" AND EXISTS (SELECT 1
FROM "core"."person" t3_l
WHERE t3_l."jurisdiction" = t3."jurisdiction" AND t3_l."id" = t3."id" AND (t3_l."region_ord" BETWEEN $3::bigint AND $4::bigint)) AND (((t3."sex" = $6::text)))))))))
ORDER BY (SELECT (SELECT t5."code"
FROM "core"."region" t5
WHERE t5."code" = t4."region_code")
FROM (SELECT (columns)
FROM (SELECT (columns), 'infinity'::timestamptz AS "superseded_at"
FROM "core"."household"
UNION ALL SELECT (columns)
FROM "core"."household_history") v
WHERE "recorded_at" <= $5::timestamptz AND "superseded_at" > $5::timestamptz) t4
WHERE t4."jurisdiction" = t1."jurisdiction" AND t4."id" = t1."household_id" AND EXISTS (SELECT 1
FROM "core"."household" t4_l
WHERE t4_l."jurisdiction" = t4."jurisdiction" AND t4_l."id" = t4."id" AND (t4_l."region_ord" BETWEEN $3::bigint AND $4::bigint))), t1."id"
LIMIT $7::bigint) q) t1p) t1n) t1c) AS "children", (SELECT row_to_json(t14o)
FROM (SELECT CASE WHEN EXISTS (SELECT 1
FROM "core"."person" t14_l
WHERE t14_l."jurisdiction" = t14."jurisdiction" AND t14_l."id" = t14."id" AND EXISTS (SELECT 1
FROM "core"."guardianship" AS t14_l_r1
WHERE t14_l."jurisdiction" = $1::text AND (t14_l.birth_date > ($2::date - interval '18 years')::date) AND t14_l_r1."child_id" = t14_l."id" AND (t14_l_r1.valid_from <= $2::date AND (t14_l_r1.valid_to IS NULL OR t14_l_r1.valid_to > $2::date)) AND t14_l_r1."jurisdiction" = $1::text AND t14_l_r1."guardian_id" = $9::uuid)) THEN to_json(t14."name") ELSE $10::json END AS "name", (SELECT coalesce(json_agg(row_to_json(t15o)), '[]'::json)
FROM (SELECT t15."grade" AS "grade"
FROM (SELECT (columns)
FROM (SELECT (columns), 'infinity'::timestamptz AS "superseded_at"
FROM "education"."enrolment"
UNION ALL SELECT (columns)
FROM "education"."enrolment_history") v
WHERE "recorded_at" <= $5::timestamptz AND "superseded_at" > $5::timestamptz) t15
WHERE t15."jurisdiction" = t14."jurisdiction" AND t15."child_id" = t14."id" AND (t15.valid_from <= $2::date AND (t15.valid_to IS NULL OR t15.valid_to > $2::date)) AND EXISTS (SELECT 1
FROM "education"."enrolment" t15_l
WHERE t15_l."jurisdiction" = t15."jurisdiction" AND t15_l."id" = t15."id" AND (t15_l."region_ord" BETWEEN $3::bigint AND $4::bigint) AND (t15_l."child_id" IS NOT DISTINCT
FROM t15."child_id" OR (t15."region_ord" BETWEEN $3::bigint AND $4::bigint)))
ORDER BY t15."grade", t15."class_name", t15."id"
LIMIT $12::bigint) t15o) AS "enrolments"
FROM (SELECT (columns)
FROM (SELECT (columns), 'infinity'::timestamptz AS "superseded_at"
FROM "core"."person"
UNION ALL SELECT (columns)
FROM "core"."person_history") v
WHERE "recorded_at" <= $5::timestamptz AND "superseded_at" > $5::timestamptz) t14
WHERE t14."jurisdiction" = $13::text AND t14."id" = $14::uuid AND (t14.birth_date > ($2::date - interval '18 years')::date) AND EXISTS (SELECT 1
FROM "core"."person" t14_l
WHERE t14_l."jurisdiction" = t14."jurisdiction" AND t14_l."id" = t14."id" AND (t14_l."region_ord" BETWEEN $3::bigint AND $4::bigint))) t14o) AS "child") r
