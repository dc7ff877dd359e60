"""Stage 3 of 5 — policy.

In:  a Plan (what the caller wants) and a Principal (who, for what purpose).
Out: an AuthorizedPlan — the same tree with a row filter and a mask on every node — or a refusal.
Never: talks to the database.   Read next: ir.py (what a rule is), bundle.py (what rules decide),
closure.py and casbin_backend.py (two evaluators; the third, SQL, is kinfold/sql/predicate.py)
"""
