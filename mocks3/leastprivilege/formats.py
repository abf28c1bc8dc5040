"""Policies as JSON, as Terraform's ``aws_iam_policy_document``, and as CloudFormation YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

FORMATS: Final = {"json": ".json", "terraform": ".tf", "cloudformation": ".yaml"}
"""The formats, and the ending of the name of a file in each."""


def written(form: str, name: str, document: Mapping[str, Any]) -> str:
    """Return the text of a policy.

    Args:
        form: One of ``FORMATS``.
        name: The name of the policy, for Terraform and CloudFormation.
        document: The document.
    """
    if form == "terraform":
        return "\n".join(_terraform(name, document)) + "\n"
    if form == "cloudformation":
        logical = "".join(part.capitalize() for part in re.findall(r"[A-Za-z0-9]+", name)) or "Policy"
        properties = {"ManagedPolicyName": name, "PolicyDocument": document}
        resource = {"Type": "AWS::IAM::ManagedPolicy", "Properties": properties}
        return "\n".join(_yaml({"Resources": {logical: resource}}, "")) + "\n"
    return json.dumps(document, indent=2) + "\n"


def _terraform(name: str, document: Mapping[str, Any]) -> Iterator[str]:
    label = re.sub(r"[^A-Za-z0-9_-]", "_", name)
    yield f'data "aws_iam_policy_document" "{label}" {{'
    if document.get("Version") != "2012-10-17":
        yield f"  version = {_hcl(document.get('Version', '2008-10-17'))}"
    statements = document["Statement"]
    for number, statement in enumerate(statements if isinstance(statements, list) else [statements]):
        if number:
            yield ""
        yield "  statement {"
        yield from (f"    {line}".rstrip() for line in _terraform_statement(statement))
        yield "  }"
    yield "}"


_LISTS: Final = {
    "Action": "actions",
    "NotAction": "not_actions",
    "Resource": "resources",
    "NotResource": "not_resources",
}


def _terraform_statement(statement: Mapping[str, Any]) -> Iterator[str]:
    if "Sid" in statement:
        yield f"sid       = {_hcl(statement['Sid'])}"
    yield f"effect    = {_hcl(statement['Effect'])}"
    for element, argument in _LISTS.items():
        if element in statement:
            values = statement[element]
            yield f"{argument.ljust(9)} = {_hcl([values] if isinstance(values, str) else values)}"
    for operator, keys in statement.get("Condition", {}).items():
        for key, values in keys.items():
            texts = values if isinstance(values, list) else [values]
            yield ""
            yield "condition {"
            yield f"  test     = {_hcl(operator)}"
            yield f"  variable = {_hcl(key)}"
            yield f"  values   = {_hcl([_text(each) for each in texts])}"
            yield "}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _hcl(value: Any) -> str:
    """Return a value of HCL. ``${`` and ``%{`` begin templates there; a doubled first character escapes them."""
    if isinstance(value, list):
        return f"[{', '.join(map(_hcl, value))}]"
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("${", "$${").replace("%{", "%%{")


def _yaml(value: Any, indent: str) -> Iterator[str]:
    """Yield the lines of a value that is a non-empty object or list. Texts are written as JSON, which YAML contains."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            key = name if re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", name) else json.dumps(name)
            if isinstance(inner, (Mapping, list)) and inner:
                yield f"{indent}{key}:"
                yield from _yaml(inner, indent + "  ")
            else:
                yield f"{indent}{key}: {json.dumps(inner)}"
        return
    for inner in value:
        if isinstance(inner, Mapping) and inner:
            lines = list(_yaml(inner, indent + "  "))
            yield f"{indent}- {lines[0].lstrip()}"
            yield from lines[1:]
        else:
            yield f"{indent}- {json.dumps(inner)}"
