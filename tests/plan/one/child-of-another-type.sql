SELECT row_to_json(r)
FROM (
  SELECT NULL::json AS "child"
) r
;
