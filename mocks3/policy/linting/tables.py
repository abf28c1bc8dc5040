"""What the linter is told about services: data from outside, so that this package names none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from mocks3.policy.glob import glob


@dataclass(frozen=True)
class Tables:
    """Facts in the form in which AWS publishes them.

    actions     "service:Name" to the names of the resource types it works on; none means calls on no resource ("*")
    resources   a type's name to its ARN: `arn:${Partition}:svc:::${Name}/${Rest}`. A placeholder stands for text
                without `/` and `:`; the last one, after a slash, for any text
    keys        condition keys; `prefix/<name>` or `prefix/${Name}` is any key with that prefix
    always      the keys that no request lacks
    """

    actions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    resources: Mapping[str, str] = field(default_factory=dict)
    keys: Collection[str] = ()
    always: Collection[str] = ()

    def expansions(self, pattern: str) -> list[str]:
        """The actions that a pattern takes in, as they are spelt here."""
        test = glob(pattern.lower())
        return [action for action in self.actions if test(action.lower())]

    def judges_action(self, pattern: str) -> bool:
        """Whether actions of the pattern's service are listed at all; of an unlisted one nothing is known."""
        service = glob(pattern.partition(":")[0].lower())
        return any(service(action.partition(":")[0].lower()) for action in self.actions)

    def knows_key(self, key: str) -> bool:
        """Whether a key exists, or is of a service whose keys are not listed."""
        wanted = key.lower()
        services = {known.partition(":")[0].lower() for known in self.keys}
        if wanted.partition(":")[0] not in services:
            return True
        return any(_stands_for(known.lower(), wanted) for known in self.keys)

    def always_present(self, key: str) -> bool:
        """Whether no request lacks the key."""
        return key.lower() in {known.lower() for known in self.always}

    @staticmethod
    def resembling(name: str, known: Collection[str]) -> str:
        """A hint at what may have been meant, or nothing."""
        from difflib import get_close_matches  # wanted seldom, and slow to import

        spellings = {spelling.lower(): spelling for spelling in known}
        close = get_close_matches(name.lower(), spellings, n=1)
        return f"; perhaps {spellings[close[0]]!r} is meant" if close else ""


def _stands_for(known: str, key: str) -> bool:
    prefix, slash, rest = known.partition("/")
    return key.startswith(prefix + slash) if slash and rest[:1] in ("<", "$") else known == key
