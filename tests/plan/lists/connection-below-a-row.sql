-- $1 text: caller's jurisdiction
-- $2 bigint: size: 50
-- $3 date: today
-- $4 bigint: caller's regions, first number
-- $5 bigint: caller's regions, last number
-- $6 bigint: size: 2
SELECT row_to_json(r)
FROM (
  SELECT (
    SELECT row_to_json(t1c)
    FROM (
      SELECT (
        SELECT coalesce(json_agg(row_to_json(t1n)), '[]'::json)
        FROM (
          SELECT t1p."name" AS "name",
            (
              SELECT row_to_json(t2c)
              FROM (
                SELECT coalesce(json_agg(t2n.node0_0) FILTER (WHERE t2n.rn <= $6::bigint), '[]'::json) AS "nodes",
                  json_build_object('hasNextPage', (count(*) > $6::bigint)) AS "pageInfo"
                FROM (
                  SELECT t2p.rn__ AS rn,
                    CASE
                      WHEN t2p.rn__ <= $6::bigint THEN (
                        SELECT row_to_json(o)
                        FROM (
                          SELECT t2p."child_id" AS "~p",
                            t2p."grade" AS "grade",
                            t2p."valid_from" AS "validFrom"
                        ) o
                      )
                    END AS node0_0
                  FROM (
                    SELECT q.*,
                      row_number() OVER () AS rn__
                    FROM (
                      SELECT t2.*
                      FROM "education"."enrolment" t2
                      WHERE t2."jurisdiction" = t1p."jurisdiction"
                        AND t2."school_id" = t1p."id"
                        AND (t2.valid_from <= $3::date AND (t2.valid_to IS NULL OR t2.valid_to > $3::date))
                        AND (t2."region_ord" BETWEEN $4::bigint AND $5::bigint)
                      ORDER BY t2."valid_from", t2."id"
                      LIMIT $6::bigint + 1
                    ) q
                  ) t2p
                ) t2n
              ) t2c
            ) AS "pupils"
          FROM (
            SELECT t1.*
            FROM "education"."school" t1
            WHERE t1."jurisdiction" = $1::text
            ORDER BY t1."name_sort", t1."id"
            LIMIT $2::bigint
          ) t1p
        ) t1n
      ) AS "nodes"
    ) t1c
  ) AS "schools"
) r
;
