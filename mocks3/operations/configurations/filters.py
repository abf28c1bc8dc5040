"""The ``Filter`` of a rule: one predicate, or several under ``And``."""

from __future__ import annotations

from mocks3.errors import INVALID_REQUEST, MALFORMED_XML
from mocks3.operations.configurations.document import Content
from mocks3.rules import tag_sets


def check_filter(content: Content, *, duplicate_tags: str | None = None) -> None:
    """Raise ``MalformedXML`` for a filter with two predicates that do not stand under ``And``, or one that does.

    ``duplicate_tags`` is the sentence for one tag key twice, where it has a sentence of its own (``InvalidRequest``).
    """
    if len(content) > 1:
        raise MALFORMED_XML()
    together = content.get("And")
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
