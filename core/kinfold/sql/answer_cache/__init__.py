"""Answers kept in memory, and the proof at every use that they still are what the database would say.

Read in this order: snapshot.py (the algebra), chain.py (is it still so?), store.py (what is kept), answers.py (one read).
"""
