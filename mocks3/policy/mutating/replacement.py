"""Make all policies with a text behave as another document, while a block runs.

Parsed policies are kept in many places: in records of principals, in snapshots, in caches. All policies of one text
share its parsed form, so this parsed form is what changes. Nothing is parsed, stored or restored again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from enum import Enum
from typing import TYPE_CHECKING, Any

from mocks3.policy.policy import Policy, parsed_text

if TYPE_CHECKING:
    from mocks3.policy.compiling import CompiledStatement
    from mocks3.policy.request import Request


class ReplacementEffect(Enum):
    """What a replacement changes for a request.

    NONE: the same statements apply. MORE: only other statements apply as well. OTHER: a statement that applied does not
    apply any more, or has another effect.
    """

    NONE = "none"
    MORE = "more"
    OTHER = "other"


class Replacement:
    """A document in place of the document of a policy.

    Args:
        policy: The policy. All policies of its text are replaced.
        document: The other document, with as many statements.

    Raises:
        PolicySyntaxError: The document is not valid.
    """

    def __init__(self, policy: Policy, document: Mapping[str, Any]) -> None:
        self.policy = policy
        self.other = Policy.parse(document, name=policy.name)
        self._pairs: list[tuple[CompiledStatement, CompiledStatement]] | None = None

    def effect_on(self, request: Request, *, bounded: bool) -> ReplacementEffect:
        """Return how a statement that differs changes what the policy contributes to the decision of a request.

        Args:
            request: The request.
            bounded: Whether the caller has a permissions boundary.
        """
        if self._pairs is None:
            before, after = self.policy.compiled.statements, self.other.compiled.statements
            self._pairs = [
                (one, other) for one, other in zip(before, after, strict=True) if one.view != other.view
            ]
        found = ReplacementEffect.NONE
        for one, other in self._pairs:
            contributed = _contribution(one, request, bounded)
            if contributed != _contribution(other, request, bounded):
                if contributed is not None:
                    return ReplacementEffect.OTHER
                found = ReplacementEffect.MORE
        return found


def _contribution(statement: CompiledStatement, request: Request, bounded: bool) -> object:
    """Return the effect of a statement on a request and the forms in which it names the caller; None if none."""
    if not statement.action(request.action) or not statement.applies(request):
        return None
    named = None if statement.principal is None else statement.named(request, bounded)
    return None if named is not None and not named else (statement.denies, named)


@contextmanager
def replaced(replacements: Iterable[Replacement]) -> Iterator[None]:
    """Let documents be in place of others in the block, in every policy of their texts."""
    with ExitStack() as stack:
        for each in replacements:
            stack.enter_context(_replaced(each))
        yield


@contextmanager
def _replaced(replacement: Replacement) -> Iterator[None]:
    own, current = replacement.policy.parsed, parsed_text(replacement.policy.text)
    changed = {id(each): each for each in (own, current)}
    with ExitStack() as stack:
        for each in changed.values():
            stack.callback(each.exchange(replacement.other.parsed))
        yield
