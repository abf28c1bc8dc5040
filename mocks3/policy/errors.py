"""The only error that reading a policy can raise.

`PolicySyntaxError.reason` is a name for programs. It is stable across releases, so that a service that uses this
package can send its own error messages (V-30 to V-49). `REASONS` lists all names.
"""

from __future__ import annotations

from typing import Final

REASONS: Final[dict[str, str]] = {
    "not-json": "the text is not JSON",
    "too-deep": "values are nested too deeply",
    "duplicate-member": "an object has two members with the same name",
    "not-an-object": "the document is not an object",
    "unknown-member": "an object has a member that the grammar does not know",
    "bad-version": "Version is neither 2008-10-17 nor 2012-10-17",
    "bad-id": "Id is not a string",
    "missing-statement": "the document has no Statement",
    "empty-statement": "Statement is an empty list",
    "bad-statement": "Statement is not an object or a list of objects",
    "bad-sid": "Sid is not a string",
    "duplicate-sid": "two statements have the same Sid",
    "missing-effect": "the statement has no Effect",
    "bad-effect": "Effect is not exactly Allow or Deny",
    "both-forms": "a statement has an element and its negation (Action and NotAction, ...)",
    "missing-principal": "a policy of this kind needs Principal or NotPrincipal",
    "empty-principal": "Principal is empty",
    "bad-principal": "a principal has an invalid form",
    "principal-not-allowed": "a policy of this kind cannot have Principal",
    "not-principal-with-allow": "NotPrincipal is allowed only with Deny",
    "missing-action": "the statement has neither Action nor NotAction",
    "bad-action": "an action is not a non-empty string",
    "missing-resource": "the statement has neither Resource nor NotResource",
    "bad-resource": "a resource is not a non-empty string",
    "bad-condition": "Condition is not an object of operators, each an object of keys",
    "unknown-operator": "a condition operator does not exist",
    "bad-condition-value": "a condition value is not a string, number or boolean, or a list of these",
    "bad-number": "a value under a Numeric operator is not a number",
    "bad-date": "a value under a Date operator is not a date",
    "bad-boolean": "a value under Bool or Null is not true or false",
    "bad-binary": "a value under BinaryEquals is not base64",
    "bad-ip-address": "a value under IpAddress is not an address or a CIDR block",
    "bad-arn": "a value under an Arn operator does not have six parts",
}


class PolicySyntaxError(ValueError):
    """A policy document violates the grammar of V-10 to V-20.

    Args:
        reason: One of `REASONS`.
        detail: The error for people.
        pointer: The JSON pointer (RFC 6901) of the wrong value, or of the object in which a member is missing.
        line: The line of the value, from 1; None if the document was passed as Python values and not as text.
        column: The column of the value, from 1, or None.
    """

    def __init__(
        self,
        reason: str,
        detail: str,
        pointer: str = "",
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(reason, detail, pointer, line, column)
        self.reason = reason
        self.detail = detail
        self.pointer = pointer
        self.line = line
        self.column = column

    def __str__(self) -> str:
        where = f"at {self.pointer or 'the top'}"
        if self.line is not None:
            where += f" (line {self.line}, column {self.column})"
        return f"{self.detail} {where} [{self.reason}]"
