"""Write the pages that come from tables of the code: ``python docs/generate.py``.

    server.md         the table of clients and their options
    load-cloudformation.md   the tables of resource types
    coverage.md       every operation: what it does, how complete it is, and its witness
    permissions.md    every operation: the actions that its caller needs, when, and the ACL permission that also works
    iam.md            the same for the operations of IAM
    sts.md            the same for the operations of STS
    why/*.md          the gallery of explanations (why/generate.py)

The program reads the rows with which mocks3 decides. A test compares the pages with them.
"""

from __future__ import annotations

import json
import re
import runpy
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from mocks3.access import acl
from mocks3.cli import rulebook
from mocks3.load.cloudformation import TYPES as TEMPLATE_TYPES
from mocks3.load.cloudformation.types import SERVICES_WITHOUT_S3, TYPES_WITHOUT_S3
from mocks3.model.operation import Operation
from mocks3.model.permissions import Mode, Need
from mocks3.operations import registered
from mocks3.operations.configurations import BY_ID, DOCUMENTS
from mocks3.operations.configurations.document import STORED_ONLY
from mocks3.server import options as server_options
from mocks3.server.options import Endpoint
from mocks3.storage.iam import AccessKeyRecord, aws_managed
from mocks3.wire.known import table

HERE = Path(__file__).parent
MADE = "<!-- Written by docs/generate.py from tables of the code. Change the tables, not this page. -->"

WITNESSES = json.loads((HERE / "witnesses.json").read_text(encoding="utf-8"))
"""How sure the answers are.

``observed`` lists operations for which answers of the real service were recorded, mostly errors. All others follow
AWS's documents. ``reported`` and ``inferred`` list what neither of them says, with the operations that it is about.
``everywhere`` lists what is inferred for all operations.
"""

LIMITS = {
    "SelectObjectContent": "SQL with the extra `select`, Parquet with `parquet`",
}
"""What an operation needs to be complete. Without it, the operation raises ``NotSupported``."""

MODES = {
    Mode.REQUIRED: "",
    Mode.PER_KEY: "checked for each entry separately",
    Mode.REVEAL: "without it, a missing key is answered with 403",
    Mode.OPTIONAL: "without it, the answer omits a part",
    Mode.FREE: "not checked",
    Mode.LATER: "without it, the status of the table becomes FAILED",
}


VERBS = {
    "get": "Read",
    "put": "Check and replace",
    "create": "Check and create",
    "update": "Check and change",
    "delete": "Delete",
}


class Entry(NamedTuple):
    """What an operation on a configuration does, and which effects the configuration has."""

    does: str
    effect: str


def configured() -> dict[str, Entry]:
    """Return the operations that read, write, list or delete configurations of buckets."""
    found: dict[str, Entry] = {}
    for row in DOCUMENTS:
        for name in (*row.get, *row.put, *row.delete):
            verb = VERBS[name.partition("_")[0]]
            part = "" if row.get else f" `{row.member}` of"
            found[_camel(name)] = Entry(f"{verb}{part} the bucket's `{row.name}` configuration.", row.effect)
    for many in BY_ID:
        for verb, does, several in (
            ("get", "Read one of", ""),
            ("put", "Check and replace one of", ""),
            ("delete", "Delete one of", ""),
            ("list", "List, in pages,", "s"),
        ):
            name = _camel(f"{verb}_bucket_{many.noun}_configuration{several}")
            found[name] = Entry(f"{does} the bucket's `{many.name}` configurations.", many.effect)
    return found


OWN_PAGES = ("iam", "organizations", "s3control", "sts")
"""Services with a page of their own."""


def coverage() -> str:
    """Return the page about operations."""
    rows = configured()
    lines = [
        MADE,
        "",
        "# Coverage",
        "",
        "Every operation of S3's API: what it does, how complete it is, and how sure the answers are (the *witness*).",
        "*Complete* means everything that the API reference says about it. *Observed*: answers of the real service",
        "were recorded, mostly errors. *Documented*: the operation follows AWS's documents. What neither says is",
        "*reported* by users of the service, or *inferred*. Ids such as OQ-1 are rules of the",
        "[rule book](rules/README.md). The [glossary](glossary.md) explains words.",
        "",
    ]
    lines += _table(("operation", "what it does", "how complete", "witness"), _covered(rows))
    lines += ["", "For every operation it is inferred:", ""]
    lines += [f"- {what}" for what in WITNESSES["everywhere"]]
    lines += [
        "",
        "## In directory buckets",
        "",
        "The operations of S3 Express One Zone, and what their callers need there. For object calls",
        "`s3express:CreateSession` is checked when a session is created, or at each call without a session. To manage",
        "a bucket, each operation has its own action. All other operations are refused as S3 refuses them. Access",
        "points of directory buckets are not supported, and no tags except those that a bucket is created with. No",
        "answers of the real service were recorded for directory buckets: codes and statuses are documented or",
        "reported, the sentences of errors are inferred.",
        "",
    ]
    lines += _table(("operation", "endpoint", "action", "session"), _in_directories())
    known = {
        name.partition(" ")[0].removeprefix("s3:") for name in table().operations if name.startswith("s3:")
    }
    absent = sorted(known - {name for _, name in registered()})
    if absent:
        lines += ["", "## Not supported", "", "These raise `mocks3.NotSupported`, which names them.", ""]
        lines += [f"- {name}" for name in absent]
    lines += ["", "## Other services", ""]
    lines += [
        "Calls to KMS that S3's permissions need. [IAM](iam.md), [STS](sts.md),",
        "[Organizations](organizations.md) and [S3 Control](s3control.md) have pages of their own.",
        "",
    ]
    others = [each for each in _sorted() if each.service not in ("s3", *OWN_PAGES)]
    lines += _table(
        ("operation", "what it does"), [(f"{each.service}:{each.name}", _summary(each)) for each in others]
    )
    return "\n".join(lines) + "\n"


def _covered(rows: dict[str, Entry]) -> Iterator[tuple[str, ...]]:
    for operation in _sorted():
        if operation.service != "s3":
            continue
        row = rows.get(operation.name)
        does = row.does if row else _summary(operation)
        complete = LIMITS.get(operation.name, "complete")
        if row is not None:
            complete = row.effect if row.effect == STORED_ONLY else f"effects: {row.effect}"
        yield operation.name, does, complete, _witness(operation.name)


def _witness(name: str) -> str:
    said = ["observed" if name in WITNESSES["observed"] else "documented"]
    for kind in ("reported", "inferred"):
        about = [what for what, names in WITNESSES[kind].items() if name in names]
        said += [f"{kind}: {' · '.join(about)}"] if about else []
    return "; ".join(said)


def _in_directories() -> Iterator[tuple[str, ...]]:
    for operation in _sorted():
        express = operation.express
        if express is None:
            continue
        action = operation.needs[0].action.partition(":")[2] if express.regional else "CreateSession"
        taken = "ReadWrite" if express.writes else "ReadOnly or ReadWrite"
        yield (
            operation.name,
            "Regional" if express.regional else "Zonal",
            f"`s3express:{action}`",
            taken if express.by_session else "takes none",
        )


def permissions() -> str:
    """Return the page about permissions."""
    lines = [
        MADE,
        "",
        "# Permissions",
        "",
        "Every operation, and the actions that its caller needs, in the order in which S3 checks them. mocks3 decides",
        "with these rows. *ACL*: the permission in the ACL of the bucket or of the object that also allows it, if ACLs",
        "are enabled. The [glossary](glossary.md) explains words.",
        "",
    ]
    rows = [
        row for operation in _sorted() if operation.service not in OWN_PAGES for row in _needed(operation)
    ]
    return "\n".join(lines + _table(("operation", "action", "on", "when", "ACL"), rows)) + "\n"


def iam() -> str:
    """Return the page about IAM."""
    lines = [
        MADE,
        "",
        "# IAM",
        "",
        '`boto3.client("iam")` inside a mock reads and changes the same users, groups, roles and policies as the',
        "Python handles: a role of `create_role` is `account.role(name)`, and a key of `create_access_key` signs",
        "calls to S3. Every call needs its own permissions, and a denial has a decision like those of S3. The root",
        "user may call everything.",
        "",
        "Answers follow the IAM API Reference; the sentences of errors are those that users report. No answers of the",
        "real service were recorded. There is no console: passwords of users are only records. Changes",
        "apply at once; IAM itself needs seconds to distribute them.",
        "",
        "AWS managed policies with their documents: "
        + ", ".join(f"`{each.name}` ({each.default})" for each in aws_managed.policies())
        + ". All other names are unknown.",
        "",
    ]
    return "\n".join(lines + _operations_of("iam")) + "\n"


def sts() -> str:
    """Return the page about STS."""
    lines = [
        MADE,
        "",
        "# STS",
        "",
        '`boto3.client("sts")` inside a mock returns credentials that work: their requests have the permissions of the',
        "role or user, limited by session policies, with session tags and a source identity. Trust policies decide who",
        "may assume a role. Any six digits are the code of an MFA device that belongs to the caller.",
        "",
        "## Identity providers",
        "",
        "`aws.oidc_provider(url)` and `aws.saml_provider(name)` register a provider in IAM and issue tokens for tests.",
        "They need `pip install 'mocks3[federation]'`. mocks3 calls no URL.",
        "",
        "```python",
        'github = aws.oidc_provider("https://token.actions.githubusercontent.com")',
        "trust = {",
        '    "Version": "2012-10-17",',
        '    "Statement": {',
        '        "Effect": "Allow",',
        '        "Principal": {"Federated": github.arn},',
        '        "Action": "sts:AssumeRoleWithWebIdentity",',
        '        "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:octo-org/*"}},',
        "    },",
        "}",
        'role = aws.account().create_role("ci", trust=trust)',
        'token = github.token(sub="repo:octo-org/octo-repo:ref:refs/heads/main")',
        'boto3.client("sts").assume_role_with_web_identity(',
        '    RoleArn=role.arn, RoleSessionName="run", WebIdentityToken=token',
        ")",
        "```",
        "",
        "`aws.saml_provider(name).assertion(role=role)` returns the `SAMLAssertion` of AssumeRoleWithSAML.",
        "",
        "## Credentials of the code under test",
        "",
        "botocore's providers of credentials work for what a test sets up while the mock is open:",
        "",
        "- a profile with `role_arn`, if the role exists in the mock. Its `source_profile` is a principal of",
        "  `aws.profiles`, or has the ambient credentials.",
        "- `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`, or a profile with `web_identity_token_file` in a file",
        "  that `AWS_CONFIG_FILE` names. Set the variable while the mock is open.",
        "- `aws.instance_profile(role)`: the instance metadata service (IMDSv2) has credentials of the role. So have",
        "  the endpoints of containers: set `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `_FULL_URI`.",
        "",
        "A `credential_process` is never started. SSO is refused by name. No credentials of the machine are read.",
        "aiobotocore uses the ambient credentials, or those of `aws.profiles`.",
        "",
        "## Operations",
        "",
        "Answers follow the STS API Reference; the sentences of errors are those that users report, or inferred. No",
        "answers of the real service were recorded. AWS does not document how it packs session policies and tags:",
        "`PackedPolicySize` is an estimate.",
        "",
    ]
    return "\n".join(lines + _operations_of("sts")) + "\n"


def organizations() -> str:
    """Return the page about Organizations."""
    lines = [
        MADE,
        "",
        "# Organizations",
        "",
        '`boto3.client("organizations")` inside a mock reads and changes the same organizations as `aws.organization`:',
        "units, accounts, service control policies, resource control policies and S3 policies. The policies limit",
        "calls as those of `put_scp` and `put_rcp` do. In an organization of `create_organization` no type of policies",
        "is enabled; in one of `aws.organization` SCPs and RCPs are. Every call needs its own permissions, and almost",
        "all must come from the management account. Delegated administrators may call those that change nothing.",
        "",
        "Answers follow the AWS Organizations API Reference. Sentences of errors are those that users report, or",
        "inferred. No answers of the real service were recorded. An account exists when `create_account` returns.",
        "",
    ]
    return "\n".join(lines + _operations_of("organizations")) + "\n"


def s3control() -> str:
    """Return the page about S3 Control."""
    lines = [
        MADE,
        "",
        "# S3 Control",
        "",
        '`boto3.client("s3control")` inside a mock reads and changes the same access points and Block Public Access',
        "settings as the Python handles: an access point of `create_access_point` is used like one of",
        "`bucket.create_access_point`. Every call needs its own permissions, and a denial has a decision like those",
        "of S3.",
        "",
        "- [Access points](access_points.md), Object Lambda access points and Multi-Region Access Points are used by",
        "  their names. Multi-Region Access Points are managed in us-west-2; their asynchronous calls end at",
        "  the next call.",
        "- Credentials of GetDataAccess are a session of the location's role and can only do what the grant allows",
        "  (F-170, F-171). Grantees are users and roles.",
        '  `account.create_access_grant(eve, "s3://data/a/*", "READ", role=role)` creates the same in Python.',
        "- A job of S3 Batch Operations starts one second after it was created or confirmed, at the next request. Its",
        "  role makes its calls (F-172). `aws.clock.advance(seconds=2)` starts it without",
        "  waiting. `account.create_function` declares the function of a `LambdaInvoke` job.",
        "- Storage Lens configurations and groups are checked and stored. No metrics are computed, no export files are",
        "  written, and there is no default dashboard.",
        "- TagResource sets the tags of buckets, access points, access grants and Storage Lens groups.",
        "",
        "Answers follow the Amazon S3 API Reference; sentences of errors are those of its list of error codes, or",
        "inferred. No answers of the real service were recorded.",
        "",
    ]
    return "\n".join(lines + _operations_of("s3control")) + "\n"


def _operations_of(service: str) -> list[str]:
    """Return the table of a service's operations with their permissions, and the list of the others."""
    rows = [each for each in _sorted() if each.service == service]
    lines = _table(
        ("operation", "what it does", "action", "on"),
        [
            (
                each.name if number == 0 else "",
                _summary(each) if number == 0 else "",
                f"`{need.action}`",
                need.on.value if need.when is None else f"{need.on.value}; if {need.when.text}",
            )
            for each in rows
            for number, need in enumerate(each.needs)
        ],
    )
    marked = (name for name in table().operations if name.startswith(f"{service}:"))
    known = {name.partition(" ")[0].removeprefix(f"{service}:") for name in marked}
    lines += ["", "## Not supported", "", "These raise `mocks3.NotSupported`, which names them.", ""]
    return lines + [f"- {name}" for name in sorted(known - {each.name for each in rows})]


def _needed(operation: Operation) -> Iterator[tuple[str, ...]]:
    shown = operation.name if operation.service == "s3" else f"{operation.service}:{operation.name}"
    for number, need in enumerate(operation.needs):
        when = "; ".join(filter(None, (need.when.text if need.when else "", MODES[need.mode])))
        yield shown if number == 0 else "", f"`{need.action}`", need.on.value, when or "always", _by_acl(need)


def _by_acl(need: Need) -> str:
    if need.action in acl.ON_OBJECT:
        return f"{acl.ON_OBJECT[need.action]} of the object"
    return f"{acl.ON_BUCKET[need.action]} of the bucket" if need.action in acl.ON_BUCKET else ""


def _sorted() -> list[Operation]:
    return [registered()[name] for name in sorted(registered(), key=lambda each: (each[0] != "s3", *each))]


def _summary(operation: Operation) -> str:
    return " ".join((operation.run.__doc__ or "").strip().partition("\n\n")[0].split())


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def _table(head: tuple[str, ...], rows: object) -> list[str]:
    lines = [_row(head), _row(tuple("---" for _ in head))]
    return lines + [_row(row) for row in rows]  # type: ignore[attr-defined]


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _linked(page: Callable[[], str]) -> Callable[[], str]:
    """Return a function that makes the page and turns each rule id outside of code spans into a link."""

    def link(found: re.Match[str]) -> str:
        rule = RULES[found[0]]
        return f"[{rule.id}](rules/{rule.chapter}.md#{rule.id.lower()})"

    return lambda: "".join(
        part if part.startswith("`") else rulebook.ID.sub(link, part)
        for part in re.split(r"(`[^`]*`)", page())
    )


RULES = rulebook.rules()
PAGES = {
    "coverage.md": _linked(coverage),
    "permissions.md": _linked(permissions),
    "iam.md": _linked(iam),
    "organizations.md": _linked(organizations),
    "sts.md": _linked(sts),
    "s3control.md": _linked(s3control),
}


def clients() -> str:
    """Return the table of server.md: each client, how it takes its options, and their names."""
    key = AccessKeyRecord("AKIA...", "...", "123456789012")
    to = Endpoint("http://127.0.0.1:9400", "127.0.0.1:9400", key, "us-east-1", None)
    rows = ["| client | how it takes the options | the options |", "| --- | --- | --- |"]
    for name, options in server_options.CLIENTS.items():
        found = options(to)
        names = f"`{found}`" if isinstance(found, str) else ", ".join(f"`{each}`" for each in found)
        rows.append(f"| {name} | {(options.__doc__ or '').rstrip('.')} | {names} |")
    return "\n".join(rows) + "\n"


def template_types() -> str:
    """Return the table of load-cloudformation.md: each resource type that is read, and its properties."""
    rows = ["| type | what is read | properties that decide nothing |", "| --- | --- | --- |"]
    for name, row in sorted(TEMPLATE_TYPES.items()):
        reads = ", ".join(f"`{each}`" for each in row.reads)
        ignores = ", ".join(f"`{each}`" for each in sorted(row.ignores))
        does = (row.read.__doc__ or "").partition("\n")[0].partition(". ")[0].rstrip(".")
        rows.append(
            f"| {name} | {does}: {reads} | {ignores} |" if reads else f"| {name} | {does} | {ignores} |"
        )
    return "\n".join(rows) + "\n"


def services_without_s3() -> str:
    """Return the paragraph of load-cloudformation.md with the services whose types decide nothing about S3."""
    services = ", ".join(sorted(SERVICES_WITHOUT_S3))
    types = ", ".join(f"`{each}`" for each in sorted(TYPES_WITHOUT_S3))
    return f"{services}.\n\nAnd these types of other services: {types}.\n"


TABLES = {
    "clients": ("server.md", clients),
    "services": ("load-cloudformation.md", services_without_s3),
    "types": ("load-cloudformation.md", template_types),
}
"""The parts of pages that come from tables of the code, each between two comments with its name."""


def between_comments(name: str) -> re.Pattern[str]:
    """Return the pattern of a part of a page."""
    start = f"<!-- {name}: written by docs/generate.py -->\n"
    return re.compile(f"(?<={re.escape(start)}).*(?=<!-- end of {name} -->)", re.DOTALL)


def main() -> int:
    """Write all pages."""
    for part, (file, made) in TABLES.items():
        path, table = HERE / file, made()
        text = between_comments(part).sub(lambda _, table=table: table, path.read_text("utf-8"))
        path.write_text(text, encoding="utf-8")
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
    runpy.run_path(str(HERE / "why" / "generate.py"), run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main())
