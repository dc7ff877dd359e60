"""Search by name: the column `name_search`, filled for the rows that are there, with its index.

Expands only: programs that do not know the column go on as before; their rows are found again once their key is
written (graph/person/search_key.py makes the same key).
"""

from __future__ import annotations

from alembic import op

revision = "core_0002"
down_revision = "core_0001"
branch_labels = None
depends_on = None

# One DDL statement a call: a distributed PostgreSQL refuses several in one.
STATEMENTS = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    'ALTER TABLE core.person ADD COLUMN name_search TEXT COLLATE "C"',
    'ALTER TABLE core.person_history ADD COLUMN name_search TEXT COLLATE "C"',
    # Three kinds of parts of a name: characters, syllables, first letters; a word is what follows from each place.
    *(
        f"""UPDATE {table} SET name_search = (
            WITH parts AS (
                SELECT 1 AS kind, place, 'x' || encode(convert_to(c, 'UTF8'), 'hex') AS part
                FROM regexp_split_to_table(name, '') WITH ORDINALITY AS t(c, place)
                WHERE octet_length(c) > 1 AND strpos('·•・‧．', c) = 0
                UNION ALL
                SELECT k.kind, place, left(letters, k.kept)
                FROM (
                    SELECT regexp_replace(replace(syllable, 'ü', 'v'), '[^a-z]', '', 'g') AS letters, place
                    FROM regexp_split_to_table(split_part(name_sort, '  ', 1), ' ')
                        WITH ORDINALITY AS t(syllable, place)
                ) sounds
                CROSS JOIN (VALUES (2, 64), (3, 1)) AS k(kind, kept)
                WHERE letters <> ''
            ), words AS (
                SELECT a.kind, a.place, string_agg(b.part, '' ORDER BY b.place) AS word
                FROM parts a JOIN parts b ON b.kind = a.kind AND b.place >= a.place
                GROUP BY a.kind, a.place
            )
            SELECT '|' || coalesce(string_agg(word, '|' ORDER BY kind, place), '') || '|' FROM words
        )"""  # noqa: S608  (the names stand below)
        for table in ("core.person", "core.person_history")
    ),
    "CREATE INDEX person_name_search_idx ON core.person USING gin (name_search gin_trgm_ops)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for table in ("core.person", "core.person_history"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN name_search")
