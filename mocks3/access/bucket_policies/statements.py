"""Check one statement of a bucket's or an access point's policy: principals, actions, resources, condition keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mocks3.access.bucket_policies import stored_principals
from mocks3.access.bucket_policies.sentences import SYNTAX, malformed, unknown_principal
from mocks3.access.vocabulary import BUCKET, Action, Vocabulary, resource_kinds, vocabulary

if TYPE_CHECKING:
    from mocks3.policy import Statement
    from mocks3.storage.iam import IamStore

EMPTY = "Missing required field {element} cannot be empty!"


class StatementChecks:
    """The checks of the statements of one policy, in the order of V-50.

    ``arn`` is the ARN of the bucket or access point. ``inside`` is the text between that ARN and a key, empty if the
    policy cannot name keys. ``words`` has the actions and condition keys that exist. ``found`` collects the unique ids
    of the policy's principals.
    """

    def __init__(self, iam: IamStore, arn: str, inside: str, words: Vocabulary | None = None) -> None:
        self.found: list[stored_principals.PrincipalIds] = []
        self._iam = iam
        self._words = words or vocabulary()
        self._partition = arn.split(":")[1]
        self._inside = inside
        self._named = f"{arn!r} and {f'{arn}{inside}*'!r}" if inside else repr(arn)
        keys = f"(?:{inside}.*)?" if inside else ""
        self._resource = re.compile(f"{re.escape(arn)}{keys}", re.DOTALL)
        self._meant: list[tuple[Action, ...]] = []

    def principal(self, statement: Statement) -> None:
        """Raise MalformedPolicy if a principal does not exist (V-38)."""
        element = statement.principal
        assert element is not None
        try:
            self.found.append(stored_principals.of_element(self._iam, element, self._partition))
        except stored_principals.UnknownPrincipal as unknown:
            raise unknown_principal(unknown.value) from None

    def actions(self, statement: Statement) -> None:
        """Raise MalformedPolicy if an action matches no action that bucket policies can name (V-40)."""
        if not statement.actions:
            raise malformed(EMPTY.format(element=statement.spelling("Action")))
        meant = [self._words.matching(pattern) for pattern in statement.actions]
        for pattern, matches in zip(statement.actions, meant, strict=True):
            if not matches:
                raise malformed("Policy has invalid action").with_note(
                    f"no action that a bucket policy can name matches {pattern!r}"
                )
        if "Action" in statement.negations:
            excluded = {action for each in meant for action in each}
            meant = [tuple(action for action in self._words.actions if action not in excluded)]
        self._meant = meant

    def resources(self, statement: Statement) -> None:
        """Raise MalformedPolicy for a resource outside the bucket (V-41, V-51), or an action on none of them (V-42)."""
        resources = statement.resources or ()
        if not resources:
            raise malformed(EMPTY.format(element=statement.spelling("Resource")))
        for arn in resources:
            if not self._resource.fullmatch(arn):
                raise malformed("Policy has invalid resource").with_note(
                    f"the policy can name {self._named}, not {arn!r}"
                )
        if "Resource" in statement.negations:
            return
        kinds = resource_kinds(resources, self._inside) if self._inside else frozenset({BUCKET})
        self._meant = [tuple(action for action in each if action.on in kinds) for each in self._meant]
        if not all(self._meant):
            raise malformed("Action does not apply to any resource(s) in statement")

    def keys(self, statement: Mapping[str, object]) -> None:
        """Raise MalformedPolicy for an unknown condition key (V-43) or one that an action does not support (V-44)."""
        keys = list(_condition_keys(statement.get("Condition", {})))
        words = self._words
        if not all(words.has_key(key) for key in keys):
            raise malformed("Policy has an invalid condition key")
        for key in keys:
            if not all(any(words.supports(action.name, key) for action in each) for each in self._meant):
                raise malformed(
                    "Conditions do not apply to combination of actions and resources in statement"
                )


def _condition_keys(block: object) -> Iterable[str]:
    if not isinstance(block, dict) or not all(isinstance(keys, dict) for keys in block.values()):
        raise malformed(SYNTAX)
    return [key for keys in block.values() for key in keys]
