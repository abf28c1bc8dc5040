"""Write the findings of ``mocks3 lint`` as SARIF 2.1.0, which code scanning services read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from mocks3._version import __version__
from mocks3.access.linting.checks import CODES as S3_CODES
from mocks3.policy.errors import REASONS
from mocks3.policy.linting import CODES

if TYPE_CHECKING:
    from mocks3.cli.checking import Finding


_OTHERS = {
    "not-checked": "the policy could not be checked, because the file does not say all of it",
    "unreadable": "the file cannot be read",
    "MalformedPolicy": "PutBucketPolicy refuses the policy",
    "InvalidPolicyDocument": "PutBucketPolicy refuses the policy",
}


def sarif(findings: Iterable[Finding]) -> dict[str, Any]:
    """Return the log: one run, with a rule for each code that was found."""
    found = list(findings)
    texts = {**REASONS, **CODES, **S3_CODES, **_OTHERS}
    rules = [
        {"id": code, "shortDescription": {"text": texts.get(code, code)}}
        for code in dict.fromkeys(each.code for each in found)
    ]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "mocks3 lint", "version": __version__, "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(each) for each in found],
            }
        ],
    }


def _result(finding: Finding) -> dict[str, Any]:
    return {
        "ruleId": finding.code,
        "level": finding.severity,
        "message": {"text": finding.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(finding)},
                    "region": {"startLine": finding.line, "startColumn": finding.column},
                }
            }
        ],
    }


def _uri(finding: Finding) -> str:
    """Return the file's URI: relative to the current folder, unless the path is absolute."""
    from urllib.parse import quote

    return finding.path.as_uri() if finding.path.is_absolute() else quote(finding.path.as_posix())
