"""Change one thing in one policy, to see whether a test notices.

    mutants      the documents that differ from a document in one thing
    replacement  make all policies with a text behave as another document, while a block runs

Rule: a mutant has as many statements as its document, in the same order. A statement that is dropped becomes one that
matches nothing. So the numbers of the statements stay.
"""

from .mutants import Mutant, mutants_of
from .replacement import Replacement, ReplacementEffect, replaced

__all__ = ["Mutant", "Replacement", "ReplacementEffect", "mutants_of", "replaced"]
