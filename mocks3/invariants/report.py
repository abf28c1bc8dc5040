"""Print a counterexample as a test that reproduces it, with the explanation of the decision."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from mocks3.access.decision import Decision

if TYPE_CHECKING:
    from mocks3.invariants.calls import PlannedCall
    from mocks3.invariants.properties import Invariant
    from mocks3.storage import Version


def report(invariant: Invariant, call: PlannedCall, violation: Decision | Version) -> str:
    """Return the report of a counterexample.

    Args:
        invariant: The property.
        call: The call that violates it.
        violation: The decision that violates it, or the object version that the call wrote.

    Returns:
        The property, the call, a test that reproduces it, and the explanation.
    """
    by = f"{call.operation} by {call.caller.name}"
    if isinstance(violation, Decision):
        head = f"{invariant} is violated: S3 allows {by}"
        tail = str(violation)
    else:
        used = (
            violation.encryption.kms_key or violation.encryption.algorithm or "a key of the customer (SSE-C)"
        )
        head = f"{invariant} is violated: {by} writes an object that is encrypted with {used}"
        tail = ""
    parts = [
        head,
        f"This test reproduces it:\n\n{textwrap.indent(reproduction(invariant, call, violation), '    ')}",
        tail,
    ]
    return "\n\n".join(part for part in parts if part)


def reproduction(invariant: Invariant, call: PlannedCall, violation: Decision | Version) -> str:
    """Return a test that fails as long as the call violates the property.

    ``aws`` is the in-memory AWS as it was when ``aws.always`` was called.
    """
    arguments = ", ".join(f"{name}={value!r}" for name, value in call.parameters.items())
    lines = [*(f"{line}\n" for line in call.caller.setup), "def test_counterexample(aws):"]
    lines.append(f'    client = {call.caller.code}.client("s3")')
    blocks = []
    if call.context:
        given = ", ".join(f"{name}={value!r}" for name, value in call.context.items())
        blocks.append(f"aws.request_context({given})")
    if isinstance(violation, Decision):
        blocks.append(f'aws.denied("{violation.action}")')
    made = f"client.{call.method}({arguments})"
    if blocks:
        lines += [f"    with {', '.join(blocks)}:", f"        {made}"]
    else:
        lines.append(f"    {made}")
    if not isinstance(violation, Decision):
        bucket, key = call.parameters["Bucket"], call.parameters["Key"]
        lines += [
            f"    found = aws.account('{violation.owner}').client().head_object(Bucket={bucket!r}, Key={key!r})",
            f'    assert found.get("SSEKMSKeyId") == {invariant.key!r}',
        ]
    return "\n".join(lines)
