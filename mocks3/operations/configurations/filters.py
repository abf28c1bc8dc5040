"""The ``Filter`` of a rule: one predicate, or several under ``And``. Replication rules also have ``Not``."""

from __future__ import annotations

from mocks3.errors import INVALID_REQUEST, MALFORMED_XML
from mocks3.operations.configurations.document import Content
from mocks3.rules import tag_sets


def check_filter(content: Content, *, duplicate_tags: str | None = None) -> None:
    """Raise ``MalformedXML`` for several predicates outside ``And``, fewer than two in ``And``, or an empty tag key.

    ``Not`` is a predicate and contains exactly one predicate; ``Or`` contains at least one
    (API_ReplicationRuleNotOperator). ``duplicate_tags`` is the ``InvalidRequest`` message for a tag key that occurs
    twice, if the document has one.
    """
    if len(content) > 1 or not all(tag["Key"] for tag in predicates({"Filter": content}).get("Tags", ())):
        raise MALFORMED_XML()  # API_Tag: a key has at least one character. The code is inferred.
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
    """Return the predicates of a rule's filter. A single ``Tag`` becomes a list ``Tags``."""
    content = rule.get("Filter") or {}
    found = dict(content.get("And") or content)
    if "Tag" in found:
        found["Tags"] = [found.pop("Tag")]
    return found


def exclusions(rule: Content) -> Content:
    """Return the prefixes and tags that a replication rule's filter excludes, as lists ``Prefixes`` and ``Tags``."""
    content = predicates(rule).get("Not") or {}
    either = content.get("Or") or {}
    prefixes = [content["Prefix"]] if "Prefix" in content else either.get("Prefixes", [])
    tags = [content["Tag"]] if "Tag" in content else either.get("Tags", [])
    return {"Prefixes": prefixes, "Tags": tags}
