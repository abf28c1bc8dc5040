"""The facts about services that the linter uses. The caller passes them, because this package names no service."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from mocks3.policy.glob import glob

_WILDCARD: Final = re.compile(r"[*?]")
_SIMILAR: Final = 0.75
_LONGEST_PREFIX: Final = 40
"""Longer prefixes are the names of identity providers."""


@dataclass(frozen=True)
class Tables:
    """Facts about services, in the form in which AWS publishes them.

    Args:
        actions: "service:Name" to the names of its resource types; none means a call on no resource ("*").
        resources: The name of a resource type to its ARN: `arn:${Partition}:svc:::${Name}/${Rest}`. A placeholder is
            any text without `/` and `:`. The last one, after a slash, is any text.
        keys: Condition keys; `prefix/<name>` or `prefix/${Name}` is any key with that prefix.
        always: The keys that every request has.
        operations: "service:Operation", as it is often written in place of an action, to the actions that it needs.
        key_actions: A key, in lower case and without the name after a slash, to the actions, in lower case, whose
            requests can have it. A key that is not listed can be in the request of every action.
    """

    actions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    resources: Mapping[str, str] = field(default_factory=dict)
    keys: Collection[str] = ()
    always: Collection[str] = ()
    key_actions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    operations: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def _operation_names(self) -> dict[str, str]:
        return {name.lower(): name for name in self.operations}

    @cached_property
    def _action_names(self) -> dict[str, str]:
        return {action.lower(): action for action in self.actions}

    @cached_property
    def _all_names(self) -> str:
        return "\n".join(self._action_names)

    @cached_property
    def _action_services(self) -> frozenset[str]:
        return frozenset(name.partition(":")[0] for name in self._action_names)

    @cached_property
    def _key_names(self) -> frozenset[str]:
        return frozenset(key.lower() for key in self.keys if not _has_placeholder(key))

    @cached_property
    def _key_prefixes(self) -> tuple[str, ...]:
        return tuple(key.lower().partition("/")[0] + "/" for key in self.keys if _has_placeholder(key))

    @cached_property
    def _key_services(self) -> frozenset[str]:
        return frozenset(key.partition(":")[0].lower() for key in self.keys)

    @cached_property
    def _always(self) -> frozenset[str]:
        return frozenset(key.lower() for key in self.always)

    def expansions(self, pattern: str) -> list[str]:
        """Return the actions that match a pattern, as written in the table."""
        wanted = pattern.lower()
        if not has_wildcards(wanted):
            return [self._action_names[wanted]] if wanted in self._action_names else []
        for part in _WILDCARD.split(wanted):
            if part not in self._all_names:
                return []
        test = glob(wanted)
        return [action for name, action in self._action_names.items() if test(name)]

    def lists_service_of(self, pattern: str) -> bool:
        """Return whether the table lists the actions of the pattern's service."""
        wanted = pattern.partition(":")[0].lower()
        if wanted in self._action_services or not has_wildcards(wanted):
            return wanted in self._action_services
        return any(map(glob(wanted), self._action_services))

    def knows_key(self, key: str) -> bool:
        """Return whether a key exists, or belongs to a service whose keys are not listed.

        A prefix that is almost the name of a listed service is a misspelling: no other service has such a name.
        """
        wanted = key.lower()
        service, colon, _ = wanted.partition(":")
        if not self._key_services:
            return True
        if service not in self._key_services:
            return bool(colon) and not self._is_misspelt(service)
        return wanted in self._key_names or wanted.startswith(self._key_prefixes)

    def supporting(self, key: str) -> frozenset[str] | None:
        """Return the actions, in lower case, whose requests can have the key. None if that is not known."""
        head, slash, _ = key.lower().partition("/")
        return self.key_actions.get(head + slash)

    def _is_misspelt(self, service: str) -> bool:
        from difflib import get_close_matches  # rarely needed, and slow to import

        return len(service) <= _LONGEST_PREFIX and bool(
            get_close_matches(service, self._key_services, n=1, cutoff=_SIMILAR)
        )

    def always_present(self, key: str) -> bool:
        """Return whether every request has the key."""
        return key.lower() in self._always

    def hint_operation(self, pattern: str) -> str:
        """Return a hint with the actions that an operation needs; empty if the pattern is not an operation's name."""
        name = self._operation_names.get(pattern.lower())
        if name is None:
            return ""
        needed = " and ".join(map(repr, self.operations[name]))
        return f"; {name.partition(':')[2]} is an operation, and it needs {needed}"

    @staticmethod
    def hint_similar(name: str, known: Collection[str]) -> str:
        """Return a hint with the most similar name, or an empty text."""
        from difflib import get_close_matches  # rarely needed, and slow to import

        spellings = {spelling.lower(): spelling for spelling in known}
        close = get_close_matches(name.lower(), spellings, n=1)
        return f"; perhaps {spellings[close[0]]!r} is meant" if close else ""


def has_wildcards(pattern: str) -> bool:
    """Return whether a pattern has wildcards."""
    return "*" in pattern or "?" in pattern


def _has_placeholder(key: str) -> bool:
    return key.partition("/")[2].startswith(("<", "$"))
