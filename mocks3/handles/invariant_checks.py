"""``aws.always``: properties that hold for every call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mocks3.invariants import Invariant, InvariantResult


class InvariantChecks:
    """The part of ``MockAWS`` that checks properties of all calls."""

    def always(self, *invariants: Invariant, examples: int = 200) -> list[InvariantResult]:
        """Check that properties hold for this AWS as it is now, whatever is called.

        Calls are made on a snapshot: this AWS is afterwards as it was. For each property Hypothesis searches for a
        call that violates it; then it is proved from the policies, where that is possible::

            from mocks3.invariants import no_public_access, tls_only

            def test_nothing_is_public(aws):
                aws.always(no_public_access(), tls_only())

        Args:
            *invariants: Properties of :mod:`mocks3.invariants`.
            examples: How many calls to make for each property.

        Returns:
            A result for each property: ``proved``, or the number of ``calls`` without a counterexample. ``print`` it to
            read it.

        Raises:
            InvariantViolated: A call violates a property. The message is a test that reproduces it, and why S3 allows
                the call. It is an AssertionError.
            Mocks3Error: Hypothesis is not installed, or an argument is not valid.
        """
        from mocks3.invariants import check

        world: Any = self
        return check(world, invariants, examples)
