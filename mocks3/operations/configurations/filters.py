"""The ``Filter`` of a rule: one predicate, or several under ``And``. Replication rules also have ``Not``."""

from __future__ import annotations

from mocks3.errors import INVALID_REQUEST, MALFORMED_XML
from mocks3.operations.configurations.document import Content
from mocks3.rules import tag_sets


def check_filter(content: Content, *, duplicate_tags: str | None = None) -> None:
    """Raise ``MalformedXML`` for a filter with two predicates that do not stand under ``And``, or one that does.

    ``Not`` is a predicate, and has exactly one of its own; ``Or`` has one at least (API_ReplicationRuleNotOperator).
    ``duplicate_tags`` is the sentence for one tag key twice, where it has a sentence of its own (``InvalidRequest``).
    """
    if len(content) > 1:
        raise MALFORMED_XML()
    together = content.get("And")
    exclusion = (content if together is None else together).get("Not")
    if exclusion is not None and (len(exclusion) != 1 or exclusion.get("Or") == {}):
        raise MALFORMED_XML()
    if together is None:
        return
    tags = together.get("Tags", [])
    if len(together) - ("Tags" in together) + len(tags) < 2:
        raise MALFORMED_XML()
    if tag_sets.repeated_key(tags) is not None:
        raise MALFORMED_XML() if duplicate_tags is None else INVALID_REQUEST(message=duplicate_tags)


def predicates(rule: Content) -> Content:
    """What a rule's filter asks, with ``Tags`` as a list however many there are."""
    content = rule.get("Filter") or {}
    asked = dict(content.get("And") or content)
    if "Tag" in asked:
        asked["Tags"] = [asked.pop("Tag")]
    return asked


def exclusions(rule: Content) -> Content:
    """What a replication rule's filter excludes, any of it, with ``Prefixes`` and ``Tags`` as lists."""
    content = predicates(rule).get("Not") or {}
    either = content.get("Or") or {}
    prefixes = [content["Prefix"]] if "Prefix" in content else either.get("Prefixes", [])
    tags = [content["Tag"]] if "Tag" in content else either.get("Tags", [])
    return {"Prefixes": prefixes, "Tags": tags}
