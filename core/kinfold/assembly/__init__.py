"""Find, check, load and freeze plugins: hooks in, a frozen Catalog and a GraphQL schema out.

Read next: kinfold/assembly/assemble.py
"""

from kinfold.assembly.assemble import Assembly, assemble
from kinfold.assembly.errors import AssemblyError

__all__ = ["Assembly", "AssemblyError", "assemble"]
