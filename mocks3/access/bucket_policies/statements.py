"""Check one statement of a bucket's or an access point's policy: principals, actions, resources, condition keys."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mocks3.access.bucket_policies import stored_principals
from mocks3.access.bucket_policies.sentences import SYNTAX, malformed, unknown_principal
from mocks3.access.vocabulary import BUCKET, OBJECT, Action, Vocabulary, resource_kinds, vocabulary

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
        self._arns = {BUCKET: repr(arn), **({OBJECT: repr(f"{arn}{inside}*")} if inside else {})}
        self._named = " and ".join(self._arns.values())
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
        meant = [tuple(action for action in each if action.on in kinds) for each in self._meant]
        if not all(meant):
            raise malformed("Action does not apply to any resource(s) in statement").with_note(
                self._without_resource(statement, meant.index(()))
            )
        self._meant = meant

    def _without_resource(self, statement: Statement, at: int) -> str:
        """Return the note about an action that acts on none of the statement's resources."""
        named = "the actions" if "Action" in statement.negations else f"the action {statement.actions[at]!r}"
        on = sorted({self._arns.get(action.on, action.on) for action in self._meant[at]})
        return f"{named} can act on {' and '.join(on)}, and the statement does not name that"

    def _near(self, key: str) -> str:
        close = difflib.get_close_matches(key.lower(), [*self._words.common_keys, *self._words.keys], 1)
        return f"; did you mean {close[0]!r}?" if close else ""

    def keys(self, statement: Mapping[str, object]) -> None:
        """Raise MalformedPolicy for an unknown condition key (V-43) or one that an action does not support (V-44)."""
        keys = list(_condition_keys(statement.get("Condition", {})))
        words = self._words
        for key in keys:
            if not words.has_key(key):
                raise malformed("Policy has an invalid condition key").with_note(
                    f"S3 has no condition key {key!r}{self._near(key)}"
                )
        for key in keys:
            if not all(any(words.supports(action.name, key) for action in each) for each in self._meant):
                raise malformed(
                    "Conditions do not apply to combination of actions and resources in statement"
                ).with_note(f"no request for one of the statement's actions can carry {key!r}")


def _condition_keys(block: object) -> Iterable[str]:
    if not isinstance(block, dict) or not all(isinstance(keys, dict) for keys in block.values()):
        raise malformed(SYNTAX)
    return [key for keys in block.values() for key in keys]
