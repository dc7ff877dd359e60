SELECT row_to_json(r)
FROM (SELECT (SELECT row_to_json(t1c)
FROM (SELECT (SELECT CASE WHEN c.n < 10000 THEN c.n ELSE greatest(10000, round((SELECT count(*) * 100.0 / least(100, 100.0 * 40000 / (SELECT greatest(k.reltuples, 1)
FROM pg_class k
WHERE k.oid = '"core"."person"'::regclass))
FROM "core"."person" t1 TABLESAMPLE SYSTEM (least(100, 100.0 * 40000 / (SELECT greatest(k.reltuples, 1)
FROM pg_class k
WHERE k.oid = '"core"."person"'::regclass))) REPEATABLE (1)
WHERE t1."jurisdiction" = $1::text AND (t1.birth_date > ($2::date - interval '18 years')::date) AND (t1."region_ord" BETWEEN $3::bigint AND $4::bigint) AND ((((EXISTS (SELECT 1
FROM core.registry_entry lb
WHERE lb.jurisdiction = t1.jurisdiction AND lb.child_id = t1.id AND lb.category IN ('LBC_STRICT', 'LBC_BROAD') AND lb.state IN ('ACTIVE', 'VERIFIED', 'EXIT_PROPOSED') AND lb.valid_from <= $2::date AND (lb.valid_to IS NULL OR lb.valid_to > $2::date))) = true)) AND ((EXISTS (SELECT 1
FROM "core"."guardianship" t2
WHERE t2."jurisdiction" = t1."jurisdiction" AND t2."child_id" = t1."id" AND (t2.valid_from <= $2::date AND (t2.valid_to IS NULL OR t2.valid_to > $2::date)) AND (t2."region_ord" BETWEEN $3::bigint AND $4::bigint) AND (EXISTS (SELECT 1
FROM "core"."person" t3
WHERE t3."jurisdiction" = t2."jurisdiction" AND t3."id" = t2."guardian_id" AND (t3."region_ord" BETWEEN $3::bigint AND $4::bigint) AND (((t3."sex" = $5::text))))))))))::numeric, -2)) END
FROM (SELECT count(*)
FROM (SELECT 1
FROM "core"."person" t1
WHERE t1."jurisdiction" = $1::text AND (t1.birth_date > ($2::date - interval '18 years')::date) AND (t1."region_ord" BETWEEN $3::bigint AND $4::bigint) AND ((((EXISTS (SELECT 1
FROM core.registry_entry lb
WHERE lb.jurisdiction = t1.jurisdiction AND lb.child_id = t1.id AND lb.category IN ('LBC_STRICT', 'LBC_BROAD') AND lb.state IN ('ACTIVE', 'VERIFIED', 'EXIT_PROPOSED') AND lb.valid_from <= $2::date AND (lb.valid_to IS NULL OR lb.valid_to > $2::date))) = true)) AND ((EXISTS (SELECT 1
FROM "core"."guardianship" t2
WHERE t2."jurisdiction" = t1."jurisdiction" AND t2."child_id" = t1."id" AND (t2.valid_from <= $2::date AND (t2.valid_to IS NULL OR t2.valid_to > $2::date)) AND (t2."region_ord" BETWEEN $3::bigint AND $4::bigint) AND (EXISTS (SELECT 1
FROM "core"."person" t3
WHERE t3."jurisdiction" = t2."jurisdiction" AND t3."id" = t2."guardian_id" AND (t3."region_ord" BETWEEN $3::bigint AND $4::bigint) AND (((t3."sex" = $5::text)))))))))
LIMIT 10000) z) c(n)) AS "totalCount", json_build_object('endCursor', (array_agg(t1n.cursor
ORDER BY t1n.rn))[cardinality(array_agg(t1n.cursor
ORDER BY t1n.rn))]) AS "pageInfo", coalesce(json_agg(t1n.node2_0
ORDER BY t1n.rn), '[]'::json) AS "nodes"
FROM (SELECT t1p.rn__ AS rn, (SELECT translate(encode(convert_to(c.v, 'UTF8'), 'base64'), E'\n', '') || '.' || left(encode(sha256(convert_to($7::text || c.v || $7::text, 'UTF8')), 'hex'), 32)
FROM (SELECT json_build_array((SELECT (SELECT t7."code"
FROM "core"."region" t7
WHERE t7."code" = t6."region_code")
FROM "core"."household" t6
WHERE t6."jurisdiction" = t1p."jurisdiction" AND t6."id" = t1p."household_id" AND (t6."region_ord" BETWEEN $3::bigint AND $4::bigint)), t1p."id")::text AS v) c) AS cursor, (SELECT row_to_json(o)
FROM (SELECT CASE WHEN EXISTS (SELECT 1
FROM "core"."guardianship" AS t1p_r1
WHERE t1p."jurisdiction" = $1::text AND (t1p.birth_date > ($2::date - interval '18 years')::date) AND t1p_r1."child_id" = t1p."id" AND (t1p_r1.valid_from <= $2::date AND (t1p_r1.valid_to IS NULL OR t1p_r1.valid_to > $2::date)) AND t1p_r1."jurisdiction" = $1::text AND t1p_r1."guardian_id" = $8::uuid) THEN to_json(t1p."name") ELSE $9::json END AS "name", CASE WHEN ((CASE WHEN isfinite(t1p.birth_date) THEN extract(year from age($2::date, t1p.birth_date))::int END) < $10::bigint) THEN to_json(t1p."phone") ELSE $9::json END AS "phone", (CASE WHEN isfinite(t1p.birth_date) THEN extract(year from age($2::date, t1p.birth_date))::int END) AS "age", (SELECT coalesce(json_agg(row_to_json(t8o)), '[]'::json)
FROM (SELECT CASE WHEN t8."guardian_id" IS NOT NULL THEN (SELECT row_to_json(t9o)
FROM (SELECT CASE WHEN EXISTS (SELECT 1
FROM "core"."guardianship" AS t9_r1
WHERE t9."jurisdiction" = $1::text AND (t9.birth_date > ($2::date - interval '18 years')::date) AND t9_r1."child_id" = t9."id" AND (t9_r1.valid_from <= $2::date AND (t9_r1.valid_to IS NULL OR t9_r1.valid_to > $2::date)) AND t9_r1."jurisdiction" = $1::text AND t9_r1."guardian_id" = $8::uuid) THEN to_json(t9."name") ELSE $9::json END AS "name"
FROM "core"."person" t9
WHERE t9."jurisdiction" = t8."jurisdiction" AND t9."id" = t8."guardian_id" AND (t9."region_ord" BETWEEN $3::bigint AND $4::bigint)) t9o) WHEN t8."guardian_organisation_id" IS NOT NULL THEN (SELECT row_to_json(t10o)
FROM (SELECT 
FROM "core"."organisation" t10
WHERE t10."jurisdiction" = t8."jurisdiction" AND t10."id" = t8."guardian_organisation_id" AND (t10."region_ord" BETWEEN $3::bigint AND $4::bigint)) t10o) END AS "party"
FROM "core"."guardianship" t8
WHERE t8."jurisdiction" = t1p."jurisdiction" AND t8."child_id" = t1p."id" AND (t8.valid_from <= $2::date AND (t8.valid_to IS NULL OR t8.valid_to > $2::date)) AND (t8."region_ord" BETWEEN $3::bigint AND $4::bigint)
ORDER BY t8."valid_from", t8."id"
LIMIT $11::bigint) t8o) AS "guardianships", (SELECT row_to_json(t11o)
FROM (SELECT (SELECT coalesce(json_agg(row_to_json(t12o)), '[]'::json)
FROM (SELECT (SELECT row_to_json(t13o)
FROM (SELECT CASE WHEN EXISTS (SELECT 1
FROM "core"."guardianship" AS t13_r1
WHERE t13."jurisdiction" = $1::text AND (t13.birth_date > ($2::date - interval '18 years')::date) AND t13_r1."child_id" = t13."id" AND (t13_r1.valid_from <= $2::date AND (t13_r1.valid_to IS NULL OR t13_r1.valid_to > $2::date)) AND t13_r1."jurisdiction" = $1::text AND t13_r1."guardian_id" = $8::uuid) THEN to_json(t13."name") ELSE $9::json END AS "name"
FROM "core"."person" t13
WHERE t13."jurisdiction" = t12."jurisdiction" AND t13."id" = t12."person_id" AND (t13."region_ord" BETWEEN $3::bigint AND $4::bigint)) t13o) AS "person"
FROM "core"."household_member" t12
WHERE t12."jurisdiction" = t11."jurisdiction" AND t12."household_id" = t11."id" AND (t12.valid_from <= $2::date AND (t12.valid_to IS NULL OR t12.valid_to > $2::date)) AND (t12."region_ord" BETWEEN $3::bigint AND $4::bigint)
ORDER BY t12."relation_to_head", t12."id"
LIMIT $11::bigint) t12o) AS "members"
FROM "core"."household" t11
WHERE t11."jurisdiction" = t1p."jurisdiction" AND t11."id" = t1p."household_id" AND (t11."region_ord" BETWEEN $3::bigint AND $4::bigint)) t11o) AS "household") o) AS node2_0
FROM (SELECT q.*, row_number() OVER () AS rn__
FROM (SELECT t1.*
FROM "core"."person" t1
WHERE t1."jurisdiction" = $1::text AND (t1.birth_date > ($2::date - interval '18 years')::date) AND (t1."region_ord" BETWEEN $3::bigint AND $4::bigint) AND ((((EXISTS (SELECT 1
FROM core.registry_entry lb
WHERE lb.jurisdiction = t1.jurisdiction AND lb.child_id = t1.id AND lb.category IN ('LBC_STRICT', 'LBC_BROAD') AND lb.state IN ('ACTIVE', 'VERIFIED', 'EXIT_PROPOSED') AND lb.valid_from <= $2::date AND (lb.valid_to IS NULL OR lb.valid_to > $2::date))) = true)) AND ((EXISTS (SELECT 1
FROM "core"."guardianship" t2
WHERE t2."jurisdiction" = t1."jurisdiction" AND t2."child_id" = t1."id" AND (t2.valid_from <= $2::date AND (t2.valid_to IS NULL OR t2.valid_to > $2::date)) AND (t2."region_ord" BETWEEN $3::bigint AND $4::bigint) AND (EXISTS (SELECT 1
FROM "core"."person" t3
WHERE t3."jurisdiction" = t2."jurisdiction" AND t3."id" = t2."guardian_id" AND (t3."region_ord" BETWEEN $3::bigint AND $4::bigint) AND (((t3."sex" = $5::text)))))))))
ORDER BY (SELECT (SELECT t5."code"
FROM "core"."region" t5
WHERE t5."code" = t4."region_code")
FROM "core"."household" t4
WHERE t4."jurisdiction" = t1."jurisdiction" AND t4."id" = t1."household_id" AND (t4."region_ord" BETWEEN $3::bigint AND $4::bigint)), t1."id"
LIMIT $6::bigint) q) t1p) t1n) t1c) AS "children", (SELECT row_to_json(t14o)
FROM (SELECT CASE WHEN EXISTS (SELECT 1
FROM "core"."guardianship" AS t14_r1
WHERE t14."jurisdiction" = $1::text AND (t14.birth_date > ($2::date - interval '18 years')::date) AND t14_r1."child_id" = t14."id" AND (t14_r1.valid_from <= $2::date AND (t14_r1.valid_to IS NULL OR t14_r1.valid_to > $2::date)) AND t14_r1."jurisdiction" = $1::text AND t14_r1."guardian_id" = $8::uuid) THEN to_json(t14."name") ELSE $9::json END AS "name", (SELECT coalesce(json_agg(row_to_json(t15o)), '[]'::json)
FROM (SELECT t15."grade" AS "grade"
FROM "education"."enrolment" t15
WHERE t15."jurisdiction" = t14."jurisdiction" AND t15."child_id" = t14."id" AND (t15.valid_from <= $2::date AND (t15.valid_to IS NULL OR t15.valid_to > $2::date)) AND (t15."region_ord" BETWEEN $3::bigint AND $4::bigint)
ORDER BY t15."grade", t15."class_name", t15."id"
LIMIT $11::bigint) t15o) AS "enrolments"
FROM "core"."person" t14
WHERE t14."jurisdiction" = $12::text AND t14."id" = $13::uuid AND (t14.birth_date > ($2::date - interval '18 years')::date) AND (t14."region_ord" BETWEEN $3::bigint AND $4::bigint)) t14o) AS "child") r
