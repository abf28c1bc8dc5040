"""``mocks3 lint``: report errors and probable mistakes in policy files."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from mocks3.cli.file_errors import FileError

YAML = (".yaml", ".yml", ".template")

if TYPE_CHECKING:
    from mocks3.cli.checking import Finding

KINDS = ("identity", "bucket", "trust", "boundary", "session", "scp", "rcp", "vpc-endpoint")
HELP = "report errors and probable mistakes in policy files, with file:line:column"
DESCRIPTION = """\
Read policies as IAM and S3 do. Report what they would reject (error), what is probably a mistake (warning), and which
policies cannot be checked (note), one line each: file:line:column: severity: message [code]. The exit code is 1 if
there are errors or warnings.
"""
EPILOG = """\
Without --kind, a policy whose statements have a Principal is a bucket policy, or a trust policy if they have no
Resource. Any other policy is an identity policy. Files may be bare policies, the output of the AWS CLI, templates of
CloudFormation, SAM and CDK (JSON or YAML), and what terraform show -json prints for a plan or a state. In a folder,
files without policies are skipped.

examples:
  mocks3 lint policies/*.json
  mocks3 lint --kind bucket uploads.json
  mocks3 lint --json policies/ > findings.json
  mocks3 lint --format sarif policies/ > findings.sarif
  mocks3 lint template.yaml cdk.out/
  terraform show -json plan.tfplan > plan.json; mocks3 lint plan.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the files and their kind."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="a file, or a folder of .json and .yaml files"
    )
    parser.add_argument("--kind", choices=KINDS, help="the kind of all policies")
    parser.add_argument(
        "--format", choices=("text", "json", "sarif"), default="text", help="the form of the output"
    )
    parser.add_argument(
        "--json", action="store_const", const="json", dest="format", help="the same as --format json"
    )


def run(options: argparse.Namespace) -> int:
    """Check the files. Return 1 if there are errors or warnings, else 0."""
    from mocks3.cli.checking import check

    findings = [
        each for path, named in _files(options.files) for each in check(path, options.kind, named=named)
    ]
    if options.format == "json":
        print(json.dumps([_record(each) for each in findings], indent=2))
    elif options.format == "sarif":
        from mocks3.cli.sarif import sarif

        print(json.dumps(sarif(findings), indent=2))
    else:
        for each in findings:
            print(each)
    return 1 if any(each.severity != "note" for each in findings) else 0


def _files(given: list[Path]) -> list[tuple[Path, bool]]:
    """Return the files, and whether the caller named each one itself."""
    from mocks3.load.looks import TERRAFORM

    found: list[tuple[Path, bool]] = []
    for path in given:
        if not os.path.isdir(path):
            found.append((path, True))
            continue
        inside = _files_of(path)
        if not any(each.suffix == ".json" or each.suffix in YAML for each in inside):
            hint = f"; {TERRAFORM}" if inside else ""
            raise FileError(path, f"there is no .json, .yaml, .yml or .template file in this folder{hint}")
        found += [(each, False) for each in inside if each.suffix != ".tf"]
    return found


def _files_of(folder: Path) -> list[Path]:
    """Return the files of a folder that can have policies. Reading pipes and devices might never end: skip them."""
    try:
        return sorted(
            path
            for path in folder.rglob("*")
            if path.suffix in (".json", ".tf", *YAML) and (path.is_file() or path.is_symlink())
        )
    except OSError as error:
        raise FileError(folder, f"the folder cannot be read: {error}") from None


def _record(finding: Finding) -> dict[str, object]:
    return {**finding._asdict(), "path": str(finding.path)}
