"""Finitely many requests that stand for all requests that some statements can decide.

A statement tests the principal, the action, the resource and single condition keys. Two requests for which every test
has the same result are decided alike. So one request is enough for each combination of results that is possible:

    texts       one text for each combination of patterns that a text can match
    values      the values of one condition key
    principals  the callers that Principal elements tell apart
    requests    the requests
    comparison  whether two policies decide every request alike

Rule 1: the tests are those of the compiled statements. Nothing is decided here.
Rule 2: a sample says whether it is exhaustive. It is not if a statement has policy variables, or if there are too many
combinations. Keys are taken as independent of each other: some requests of a sample may never be sent.
"""

from .comparison import Comparison, compare
from .principals import sample_principals
from .requests import Sample, Universe, covers, sample_key, sample_requests, sample_resources

__all__ = [
    "Comparison",
    "Sample",
    "Universe",
    "compare",
    "covers",
    "sample_key",
    "sample_principals",
    "sample_requests",
    "sample_resources",
]
