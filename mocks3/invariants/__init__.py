"""Properties of an in-memory AWS that hold whatever is called.

    from mocks3.invariants import no_public_access, tls_only

    def test_nothing_is_public(aws):
        aws.always(no_public_access(), tls_only())

    properties  what must hold          callers  who calls, and from where
    proof       from the policies       calls    the calls that are tried
    search      with Hypothesis         report   the counterexample as a test
    checking    both, in order

Rule 1: a call is made through the whole pipeline, on a snapshot that is restored afterwards.
Rule 2: a result says either "proved" or "no counterexample in N calls". A proof takes requests that stand for all
requests (``mocks3.policy.sampling``), and the engine decides each of them.
Rule 3: what a proof does not cover is not proved: see ``proof``.
"""

from __future__ import annotations

from mocks3.invariants.checking import InvariantResult, InvariantViolated, check
from mocks3.invariants.properties import (
    Invariant,
    everything_encrypted_with,
    no_public_access,
    nobody_outside,
    only,
    tls_only,
)

__all__ = [
    "Invariant",
    "InvariantResult",
    "InvariantViolated",
    "check",
    "everything_encrypted_with",
    "no_public_access",
    "nobody_outside",
    "only",
    "tls_only",
]
