"""The values of the condition keys for one authorization."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mocks3.access.context.request_info import AuthorizationInfo, RequestInfo, Values
from mocks3.access.context.table import OBJECT_LAMBDA, OBJECT_LAMBDA_KEYS, ROWS, TAG_ROWS, UNDERIVED
from mocks3.access.vocabulary import vocabulary

if TYPE_CHECKING:
    from mocks3.model.target import ObjectSnapshot, Target

_SERVICES = frozenset({"s3", "s3express"})
"""Services whose condition keys exist only for their own actions."""


class ConditionKeyValues(AuthorizationInfo, Mapping[str, Sequence[str]]):
    """Condition key, in lower case, to its values. Each is computed at first use and then cached.

    A value that a test gives (``RequestContext.keys``) replaces the computed value.
    """

    __slots__ = ("_known",)

    def __init__(
        self,
        request_info: RequestInfo,
        action: str,
        target: Target | None,
        owner: str | None = None,
        present: ObjectSnapshot | None = None,
    ) -> None:
        # Created for every authorization, so super().__init__() is not called.
        self.request_info = request_info
        self.action = action
        self.target = target
        self.owner = owner
        self.present = present
        given = request_info.context.keys
        self._known: dict[str, Values | None] = dict(given) if given else {}

    def get(self, key: str, default: object = None) -> Any:
        """Return the values of a key, or ``default`` if the request does not carry it."""
        if key not in self._known:
            self._known[key] = self._derive(key)
        return self._known[key] or default

    def _derive(self, key: str) -> Values | None:
        action = self.action.lower()
        service, colon, _ = key.partition(":")
        if service in _SERVICES and not action.startswith(service + colon):
            return None
        if key.startswith(OBJECT_LAMBDA):
            if key not in OBJECT_LAMBDA_KEYS or not action.startswith(OBJECT_LAMBDA):
                return None
            return ROWS[key.replace(OBJECT_LAMBDA, "s3:")].derive(self)
        row = ROWS.get(key)
        if row is not None:
            return row.derive(self) if _carries(action, key, row.actions) else None
        prefix, slash, tag = key.partition("/")
        family = TAG_ROWS.get(prefix + slash)
        if family is None:
            return self.request_info.caller.keys.get(
                key
            )  # of an identity provider, such as ISSUER:sub (P-21)
        return family.find(self, tag) if _carries(action, key, family.actions) else None

    def why_missing(self, key: str) -> str:
        """Return why the request does not carry a key, as a part of a sentence about "it", the request.

        Args:
            key: The key as the policy spells it.

        Returns:
            For example "it did not come through a VPC endpoint". Empty if nothing is known.
        """
        name, action = key.lower(), self.action.lower()
        if name in self.request_info.context.keys:
            return (
                "an AWS service forwarded it"
                if self.request_info.context.forwarded
                else "the request context omits it"
            )
        service, colon, parameter = key.partition(":")
        if service.lower() in _SERVICES and not action.startswith(service.lower() + colon):
            return f"{self.action} is not an action of {service.lower()}"
        if service.lower() == "sts":
            return f"it was sent without {parameter}"
        prefix, slash, tag = name.partition("/")
        row = ROWS.get(name.replace(OBJECT_LAMBDA, "s3:")) or TAG_ROWS.get(prefix + slash)
        if row is None:
            reason = _UNDERIVED.get(prefix + slash)
            return f"mocks3 does not compute it ({reason})" if reason else ""
        if name.startswith(OBJECT_LAMBDA) != action.startswith(OBJECT_LAMBDA) or not _carries(
            action, row.key.lower().removesuffix("<key>"), row.actions
        ):
            return f"requests for {self.action} never have this key"
        why = row.missing if isinstance(row.missing, str) else row.missing(self)
        return why.replace("<key>", key.partition("/")[2] or tag)

    def __getitem__(self, key: str) -> Values:
        values: Values | None = self.get(key)
        if values is None:
            raise KeyError(key)
        return values

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.get(key) is not None

    def __iter__(self) -> Iterator[str]:
        tags = (name for family in TAG_ROWS.values() for name in family.names(self))
        others = (*self._known, *self.request_info.caller.keys)
        return (key for key in dict.fromkeys((*ROWS, *tags, *others)) if key in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


_UNDERIVED = {key.lower().removesuffix("<key>"): reason for key, reason in UNDERIVED.items()}


def _carries(action: str, key: str, actions: frozenset[str]) -> bool:
    """Return whether requests for an action carry a key: for ``s3:`` keys ``vocabulary`` knows the actions."""
    if key.startswith("s3:"):
        return vocabulary().supports(action, key)
    return not actions or action in actions
