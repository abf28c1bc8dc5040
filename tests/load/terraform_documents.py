"""Plans and states in the shape that ``terraform show -json`` prints.

A plan is written as in a configuration: a value that refers to another resource is a :class:`Ref`. It becomes an
unknown value with the references that Terraform prints for it.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

PROVIDER = "registry.terraform.io/hashicorp/aws"
COMPUTED = {
    "aws_s3_bucket": ("arn", "bucket_domain_name", "hosted_zone_id", "id", "tags_all"),
    "aws_iam_role": ("arn", "create_date", "id", "unique_id", "tags_all"),
    "aws_iam_user": ("arn", "id", "unique_id", "tags_all"),
    "aws_iam_group": ("arn", "id", "unique_id"),
    "aws_iam_policy": ("arn", "attachment_count", "id", "policy_id", "tags_all"),
    "aws_kms_key": ("arn", "id", "key_id", "tags_all"),
    "aws_kms_alias": ("arn", "id", "target_key_arn"),
    "aws_vpc": ("arn", "id"),
    "aws_vpc_endpoint": ("arn", "id", "state"),
    "aws_s3_access_point": (
        "alias",
        "arn",
        "domain_name",
        "has_public_access_policy",
        "id",
        "network_origin",
    ),
    "aws_cloudfront_distribution": ("arn", "id", "domain_name"),
    "aws_organizations_policy": ("arn", "id"),
    "aws_organizations_organizational_unit": ("arn", "id", "accounts"),
}


class Ref(NamedTuple):
    """A value known only after the apply: the references in its expression, longest form first."""

    references: tuple[str, ...]


def ref(*expressions: str) -> Ref:
    """The references of an expression with these attributes in it, in all their forms."""
    found: list[str] = []
    for each in expressions:
        found.append(each)
        while "." in each and not re.fullmatch(r"(data\.)?[\w-]+\.[\w-]+|(var|local|each|count)\..*", each):
            each = each[: each.rindex("[")] if each.endswith("]") else each.rpartition(".")[0]
            found.append(each)
    return Ref(tuple(found))


def policy(*statements: dict[str, Any]) -> str:
    """A policy as JSON text, as ``jsonencode`` makes it."""
    return json.dumps({"Statement": list(statements), "Version": "2012-10-17"}, separators=(",", ":"))


def trust(**principal: Any) -> str:
    return policy({"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": principal})


class Document:
    """A plan, or a state if ``state`` is true."""

    def __init__(
        self,
        *,
        account: str | None = None,
        region: str | None = "eu-west-1",
        state: bool = False,
        variables: dict[str, Any] | None = None,
    ) -> None:
        self.state = state
        self.values: dict[str, dict[str, Any]] = {"": {"resources": []}}
        self.prior: list[dict[str, Any]] = []
        self.changes: list[dict[str, Any]] = []
        self.configured: dict[str, Any] = {"resources": []}
        self.providers: dict[str, Any] = {"aws": {"name": "aws", "full_name": PROVIDER, "expressions": {}}}
        self.variables = variables or {}
        if region is not None:
            self.providers["aws"]["expressions"]["region"] = {"constant_value": region}
        if account is not None:
            self.data("aws_caller_identity.current", account_id=account, id=account, user_id="AIDAEXAMPLE")

    def provider(self, alias: str, **expressions: Any) -> None:
        """Add ``provider "aws" { alias = ... }``."""
        self.providers[f"aws.{alias}"] = {"name": "aws", "alias": alias, "expressions": expressions}

    def add(self, address: str, provider: str = "aws", mode: str = "managed", **values: Any) -> None:
        """Add a resource at an address such as ``module.logs.aws_s3_bucket.this["a"]``."""
        module, kind, name, key = _parts(address)
        planned, unknown, expressions = _split(values)
        if not self.state:
            for attribute in COMPUTED.get(kind, ("id",)):
                if attribute not in planned:
                    unknown[attribute] = True
        listed = {
            "address": address,
            "mode": mode,
            "type": kind,
            "name": name,
            "provider_name": PROVIDER,
            "schema_version": 0,
            "values": planned,
            "sensitive_values": {},
        }
        if key is not None:
            listed["index"] = key
        self._module(module)["resources"].append(listed)
        change = {"actions": ["read" if mode == "data" else "create"], "before": None, "after": planned}
        self.changes.append({**listed, "change": {**change, "after_unknown": unknown}})
        self._configure(module, mode, kind, name, expressions, provider)

    def data(self, address: str, provider: str = "aws", **values: Any) -> None:
        """Add a data source that was read while planning."""
        module, kind, name, key = _parts(address)
        data = f"{module}.data.{kind}.{name}" if module else f"data.{kind}.{name}"
        listed = {"address": data, "mode": "data", "type": kind, "name": name, "values": values}
        if key is not None:
            listed |= {"address": f"{data}[{json.dumps(key)}]", "index": key}
        (self._module(module)["resources"] if self.state else self.prior).append(listed)
        self._configure(module, "data", kind, name, {}, provider)

    def pending_data(self, address: str, **values: Any) -> None:
        """Add a data source that is read during the apply."""
        module, kind, name, _ = _parts(address)
        self.add(f"{module}.data.{kind}.{name}" if module else f"data.{kind}.{name}", mode="data", **values)

    def call(self, module: str, outputs: dict[str, Ref] | None = None, **arguments: Any) -> None:
        """Add the call of a module, with its arguments and outputs."""
        call = self._calls(module)
        call["expressions"] = {name: _expression(value) for name, value in arguments.items()}
        call["module"]["outputs"] = {
            name: {"expression": _expression(value)} for name, value in (outputs or {}).items()
        }

    def json(self) -> dict[str, Any]:
        """What ``terraform show -json`` prints."""
        root = self._tree()
        if self.state:
            return {"format_version": "1.0", "terraform_version": "1.9.8", "values": {"root_module": root}}
        return {
            "format_version": "1.2",
            "terraform_version": "1.9.8",
            "variables": {name: {"value": value} for name, value in self.variables.items()},
            "planned_values": {"root_module": root},
            "resource_changes": self.changes,
            "prior_state": {
                "format_version": "1.0",
                "terraform_version": "1.9.8",
                "values": {"root_module": {"resources": self.prior}},
            },
            "configuration": {"provider_config": self.providers, "root_module": self.configured},
            "timestamp": "2026-11-29T08:00:00Z",
            "applyable": True,
            "complete": True,
            "errored": False,
        }

    def _module(self, address: str) -> dict[str, Any]:
        if address not in self.values:
            self.values[address] = {"address": address, "resources": []}
        return self.values[address]

    def _tree(self) -> dict[str, Any]:
        for address in sorted(self.values, key=len, reverse=True):
            if address:
                steps = _steps(address)
                parent = self._module(".".join(steps[:-1]))
                parent.setdefault("child_modules", [])
                if self.values[address] not in parent["child_modules"]:
                    parent["child_modules"].append(self.values[address])
        return self.values[""]

    def _calls(self, module: str) -> dict[str, Any]:
        call: dict[str, Any] = {"module": self.configured}
        for step in _steps(module):
            name = re.sub(r"\[.*", "", step.removeprefix("module."))
            calls = call["module"].setdefault("module_calls", {})
            call = calls.setdefault(name, {"expressions": {}, "module": {"resources": []}})
        return call

    def _configure(
        self, module: str, mode: str, kind: str, name: str, expressions: dict[str, Any], provider: str
    ) -> None:
        listed = self._calls(module)["module"]["resources"]
        if any((each["type"], each["name"], each["mode"]) == (kind, name, mode) for each in listed):
            return
        data = "data." if mode == "data" else ""
        listed.append(
            {
                "address": f"{data}{kind}.{name}",
                "mode": mode,
                "type": kind,
                "name": name,
                "provider_config_key": provider,
                "expressions": expressions,
                "schema_version": 0,
            }
        )


def _steps(address: str) -> list[str]:
    return re.findall(r'module\.[\w-]+(?:\[(?:"[^"]*"|\d+)\])?', address)


def _parts(address: str) -> tuple[str, str, str, Any]:
    module = ".".join(_steps(address))
    rest = address[len(module) :].lstrip(".").removeprefix("data.")
    kind, name, key = re.fullmatch(r"(\w+)\.([\w-]+)(?:\[(.*)\])?", rest).groups()  # type: ignore[union-attr]
    return module, kind, name, None if key is None else json.loads(key)


def _split(value: Any) -> tuple[Any, Any, Any]:
    """Divide values into planned ones, marks of unknown ones, and expressions."""
    if isinstance(value, Ref):
        return None, True, {"references": list(value.references)}
    if isinstance(value, dict):
        parts = {name: _split(each) for name, each in value.items()}
        planned = {name: part[0] for name, part in parts.items() if part[1] is not True}
        return planned, {n: p[1] for n, p in parts.items()}, {n: p[2] for n, p in parts.items()}
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        split = [_split(each) for each in value]
        return [each[0] for each in split], [each[1] for each in split], [each[2] for each in split]
    if isinstance(value, list):
        split = [_split(each) for each in value]
        references = [r for each in value if isinstance(each, Ref) for r in each.references]
        expression = {"references": references} if references else {"constant_value": value}
        return [each[0] for each in split], [each[1] for each in split], expression
    return value, False, _expression(value)


def _expression(value: Any) -> dict[str, Any]:
    return {"references": list(value.references)} if isinstance(value, Ref) else {"constant_value": value}
