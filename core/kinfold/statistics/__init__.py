"""Disclosure control: which cells of a table of counts may be shown so that no child can be made out.

In:  one table of counts with all its margins (cube.py). Out: which cells stay hidden, each with a proof that its
value cannot be computed (protect.py); villages inside one town on top of that (village.py); views of what is
published (publish.py).
Never: SQL, GraphQL, a person. Pure and deterministic: the same table gives the same answer.
Read next: kinfold/statistics/protect.py
"""
