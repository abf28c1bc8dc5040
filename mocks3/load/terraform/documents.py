"""Read policy documents: JSON text, and what the data source ``aws_iam_policy_document`` will make.

The data source's page (registry.terraform.io, ``aws_iam_policy_document``) says how statements become JSON, and how
``source_policy_documents`` and ``override_policy_documents`` are merged.

Rule: a document is whole or not there. If one of its values is unknown, the document is left out, and ``unread`` names
the value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mocks3.load.descriptions import Json
from mocks3.load.terraform.block import Block
from mocks3.load.terraform.document import Unknown

DATA_SOURCE = "aws_iam_policy_document"
_TEXTS = ("json", "minified_json")
_EXTENDED = (
    "aws_s3_bucket",
    "aws_s3_directory_bucket",
    "aws_s3_access_point",
)
"""Resources whose ARN is usually continued, as in ``"${aws_s3_bucket.logs.arn}/*"``. The plan does not show how."""


class _Incomplete(Exception):
    """A value of the document is unknown."""


def policy_document(block: Block, name: str) -> Json | None:
    """Return the document in an attribute, or None if it is missing, unknown or no JSON object."""
    value = block.take(name)
    if isinstance(value, Unknown):
        made = _made_by_data_source(block, value)
        if made is None:
            block.terraform.missing(value, block.resource, block.pointer_of(name))
        elif not made:
            block.not_read(name, "the document contains values that are known only after the apply")
        return made or None
    if isinstance(value, Mapping):
        if not _has_unknown(value):
            return value
        block.not_read(name, "the document contains values that are known only after the apply")
        return None
    text = block.checked_text(name, value)
    # The policy of an access point without one is "{}".
    return (None if text is None else block.json_object(name, text)) or None


def _has_unknown(value: Any) -> bool:
    """Return whether a value, or one inside it, is unknown."""
    if isinstance(value, Mapping):
        return any(map(_has_unknown, value.values()))
    if isinstance(value, list):
        return any(map(_has_unknown, value))
    return isinstance(value, Unknown)


def _made_by_data_source(block: Block, value: Unknown) -> Json | None:
    """Return the document of the only data source that a value refers to; an empty one if it is recorded as unknown."""
    targets, others = block.terraform.targets(value, block.resource)
    sources = {each.address: each for each, attribute in targets if attribute in _TEXTS}
    if others or len(sources) != 1 or len(targets) != 1:
        return None
    source = next(iter(sources.values()))
    return made(Block(block.terraform, source, source.values, source.address, source.pointer)) or {}


def made(block: Block) -> Json | None:
    """Return the document that a data source makes, or None if a value in it is unknown."""
    documents = block.terraform.documents
    if block.path not in documents:
        documents[block.path] = None  # for a data source that refers to itself
        known = next((each for each in map(block.take, _TEXTS) if isinstance(each, str | Mapping)), None)
        if isinstance(known, str):
            documents[block.path] = block.json_object("json", known)
        else:
            documents[block.path] = _whole(block) if known is None else known
    return documents[block.path]


def _whole(block: Block) -> Json | None:
    """Return the document, or None. All values that are unknown are recorded."""
    sources = _documents(block, ("source_json", "source_policy_documents"))
    overrides = _documents(block, ("override_json", "override_policy_documents"))
    own: list[Json] = []
    complete = sources is not None and overrides is not None
    for each in block.blocks("statement"):
        try:
            own.append(_statement(each))
        except _Incomplete:
            complete = False
    if not complete or isinstance(block.take("statement"), Unknown):
        return None
    assert sources is not None
    assert overrides is not None
    statements: list[Json] = []
    for listed in (*map(_statements, sources), own, *map(_statements, overrides)):
        statements = _merged(statements, listed)
    made: dict[str, Any] = {"Version": block.text("version") or "2012-10-17"}
    policy_id = block.text("policy_id")
    if policy_id is not None:
        made["Id"] = policy_id
    return {**made, "Statement": statements}


def _documents(block: Block, names: Iterable[str]) -> list[Json] | None:
    found: list[Json] = []
    for name in names:
        value = block.take(name)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, Unknown):
                made = _made_by_data_source(block, each)
                if made is None:
                    block.terraform.missing(each, block.resource, block.pointer_of(name))
                if not made:
                    return None
                found.append(made)
            elif isinstance(each, str) and each:
                read = block.json_object(name, each)
                if read is None:
                    return None
                found.append(read)
    return found


def _statements(policy: Json) -> list[Json]:
    listed = policy.get("Statement")
    return [each for each in (listed if isinstance(listed, list) else [listed]) if isinstance(each, Mapping)]


def _merged(statements: list[Json], later: Iterable[Json]) -> list[Json]:
    """Return statements with later ones: one with the same Sid replaces the earlier one, others are added."""
    found = list(statements)
    for each in later:
        same = [
            number for number, old in enumerate(found) if each.get("Sid") and old.get("Sid") == each["Sid"]
        ]
        if same:
            found[same[0]] = each
        else:
            found.append(each)
    return found


def _statement(block: Block) -> Json:
    statement: dict[str, Any] = {}
    sid = block.text("sid")
    if sid is not None:
        statement["Sid"] = sid
    statement["Effect"] = block.text("effect") or "Allow"
    for name, element in (("actions", "Action"), ("not_actions", "NotAction")):
        _put(statement, element, _values(block, name))
    for name, element in (("resources", "Resource"), ("not_resources", "NotResource")):
        _put(statement, element, _values(block, name, extended=True))
    for name, element in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        principals: dict[str, Any] = {}
        for each in _blocks(block, name):
            kind = each.text("type") or "*"
            principals.setdefault(kind, []).extend(_values(each, "identifiers"))
        _put(statement, element, "*" if principals == {"*": ["*"]} else principals)
    conditions: dict[str, dict[str, list[str]]] = {}
    for each in _blocks(block, "condition"):
        test, variable = each.text("test"), each.text("variable")
        values = _values(each, "values")
        if test is None or variable is None:
            raise _Incomplete
        conditions.setdefault(test, {}).setdefault(variable, []).extend(values)
    _put(statement, "Condition", conditions)
    return statement


def _blocks(block: Block, name: str) -> list[Block]:
    if isinstance(block.take(name), Unknown):
        block.known(name)
        raise _Incomplete
    return block.blocks(name)


def _put(statement: dict[str, Any], element: str, value: Any) -> None:
    if value:
        statement[element] = value


def _values(block: Block, name: str, *, extended: bool = False) -> list[str]:
    """Return the texts of a list.

    An unknown item is derived only if all items that are unknown are attributes of resources, each one once.
    ``extended`` is True for resources: then the ARN of a bucket can be continued.

    Raises:
        _Incomplete: An item is unknown. It is recorded.
    """
    value = block.take(name)
    listed = value if isinstance(value, list) else [] if value is None else [value]
    known = [each for each in listed if isinstance(each, str)]
    unknown = [each for each in listed if isinstance(each, Unknown)]
    if unknown:
        derived = _derived(block, unknown, whole=isinstance(value, Unknown), extended=extended)
        if derived is None:
            for each in unknown:
                block.terraform.missing(each, block.resource, block.pointer_of(name))
            raise _Incomplete
        known += derived
    return [each.replace("&{", "${") for each in known]


def _derived(block: Block, unknown: list[Unknown], *, whole: bool, extended: bool) -> list[str] | None:
    targets, others = block.terraform.targets(unknown[0], block.resource)
    if others:
        return None
    wanted = [each for each in targets if block.terraform.was_unknown(*each)]
    if not wanted or (len(wanted) != len(unknown) and not whole):
        return None
    if extended and any(resource.type in _EXTENDED for resource, _ in wanted):
        return None
    found = [block.terraform.attribute(*each) for each in wanted]
    return found if all(isinstance(each, str) for each in found) else None
