"""Privacy — what keeps a person from being found by those who need not find him.

In:  identity numbers and keys. Out: keyed hashes.   Read next: kinfold/privacy/blind_index.py
"""
