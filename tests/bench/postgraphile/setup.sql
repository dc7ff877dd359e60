-- What PostGraphile needs beside the tables: views of the rows that our queries show, and row-level security
-- that says what our policy says of a civil affairs office. Run at the start of every run; `:today` is replaced.
-- Views because a relation of ours shows today's rows only; a filter in every query would cost the peer more.

DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'bench_ruled') THEN CREATE ROLE bench_ruled; END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'bench_free') THEN CREATE ROLE bench_free; END IF;
END $$;
-- The server listens on a private socket only.
ALTER ROLE bench_ruled LOGIN NOBYPASSRLS PASSWORD 'bench';
ALTER ROLE bench_free LOGIN BYPASSRLS PASSWORD 'bench';

DROP SCHEMA IF EXISTS peer CASCADE;
CREATE SCHEMA peer;

CREATE VIEW peer.region WITH (security_invoker) AS
    SELECT code, name FROM core.region;
CREATE VIEW peer.school WITH (security_invoker) AS
    SELECT jurisdiction, id, name FROM education.school;
CREATE VIEW peer.household WITH (security_invoker) AS
    SELECT jurisdiction, id, address FROM core.household;
CREATE VIEW peer.person WITH (security_invoker) AS
    SELECT jurisdiction, id, name, birth_date, phone FROM core.person;
CREATE VIEW peer.child WITH (security_invoker) AS
    SELECT jurisdiction, id, name, name_sort, sex, birth_date, birth_precision, ethnicity, phone, health, life_status,
        hukou_kind, hukou_region_code, household_id, region_code, region_ord, region_ord / 1000 AS town
    FROM core.person WHERE birth_date > (DATE ':today' - interval '18 years')::date;
CREATE VIEW peer.household_member WITH (security_invoker) AS
    SELECT jurisdiction, id, household_id, person_id, relation_to_head FROM core.household_member
    WHERE valid_from <= DATE ':today' AND (valid_to IS NULL OR valid_to > DATE ':today');
CREATE VIEW peer.guardianship WITH (security_invoker) AS
    SELECT jurisdiction, id, child_id, guardian_id, kind, status, valid_from FROM core.guardianship
    WHERE valid_from <= DATE ':today' AND (valid_to IS NULL OR valid_to > DATE ':today');
CREATE VIEW peer.enrolment WITH (security_invoker) AS
    SELECT jurisdiction, id, child_id, school_id, grade, class_name FROM education.enrolment
    WHERE valid_from <= DATE ':today' AND (valid_to IS NULL OR valid_to > DATE ':today');
CREATE VIEW peer.absence WITH (security_invoker) AS
    SELECT jurisdiction, id, child_id, absent_on, reason FROM education.absence;

-- Aggregates are a plugin of its own in PostGraphile; a function is the shortest way.
CREATE TYPE peer.cell AS (code text, sex text, age_band int, count bigint);
CREATE FUNCTION peer.statistic() RETURNS SETOF peer.cell LANGUAGE sql STABLE AS $$
    SELECT town::text, sex, width_bucket(extract(year FROM age(DATE ':today', birth_date)), ARRAY[3, 6, 12, 16]::numeric[]),
        count(*)
    FROM peer.child WHERE jurisdiction = '370983' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
$$;

COMMENT ON VIEW peer.region IS E'@primaryKey code';
COMMENT ON VIEW peer.school IS E'@primaryKey jurisdiction,id';
COMMENT ON VIEW peer.household IS E'@primaryKey jurisdiction,id';
COMMENT ON VIEW peer.person IS E'@primaryKey jurisdiction,id';
COMMENT ON VIEW peer.child IS E'@primaryKey jurisdiction,id\n@foreignKey (jurisdiction,household_id) references household (jurisdiction,id)|@fieldName household\n@foreignKey (region_code) references region (code)|@fieldName region';
COMMENT ON VIEW peer.household_member IS E'@primaryKey jurisdiction,id\n@foreignKey (jurisdiction,household_id) references household (jurisdiction,id)|@foreignFieldName members\n@foreignKey (jurisdiction,person_id) references person (jurisdiction,id)|@fieldName person';
COMMENT ON VIEW peer.guardianship IS E'@primaryKey jurisdiction,id\n@foreignKey (jurisdiction,child_id) references child (jurisdiction,id)|@foreignFieldName guardianships\n@foreignKey (jurisdiction,guardian_id) references person (jurisdiction,id)|@fieldName guardian';
COMMENT ON VIEW peer.enrolment IS E'@primaryKey jurisdiction,id\n@foreignKey (jurisdiction,child_id) references child (jurisdiction,id)|@foreignFieldName enrolments\n@foreignKey (jurisdiction,school_id) references school (jurisdiction,id)|@fieldName school';
COMMENT ON VIEW peer.absence IS E'@primaryKey jurisdiction,id\n@foreignKey (jurisdiction,child_id) references child (jurisdiction,id)|@foreignFieldName absences';

GRANT USAGE ON SCHEMA core, education, peer TO bench_ruled, bench_free;
GRANT SELECT ON ALL TABLES IN SCHEMA core, education, peer TO bench_ruled, bench_free;

-- The caller's territory as an interval of preorder numbers. Each setting is read once a statement (an init plan);
-- `+ 0` keeps PostgreSQL from looking every row up by territory: measured at 100,000 persons, the same policy without
-- it costs 1.3 to 1.8 times as much. Only bench_ruled is bound: our own server owns the tables. Divisions and schools
-- are public to it, as with us.
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['core.person', 'core.household', 'core.household_member', 'core.guardianship',
        'education.enrolment', 'education.absence'] LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('DROP POLICY IF EXISTS bench_territory ON %s', t);
        EXECUTE format('CREATE POLICY bench_territory ON %s FOR SELECT TO bench_ruled USING (region_ord + 0 BETWEEN '
            '(SELECT current_setting(''bench.low'')::bigint) AND (SELECT current_setting(''bench.high'')::bigint))', t);
    END LOOP;
END $$;
