"""Stage 5 of 5 — result: bytes or errors become the response. Read next: kinfold/result/reply.py"""
