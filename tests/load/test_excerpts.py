"""Explanations show the lines of the files from which policies were loaded."""

from __future__ import annotations

import json
from pathlib import Path

from mocks3.load import world

STATEMENT = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*", "Principal": "*"}


def excerpt(folder: Path) -> list[str]:
    aws = world([folder], account="111122223333").aws
    decision = aws.explain(aws.account().root, "s3:GetObject", "arn:aws:s3:::data/k")
    from mocks3.access.explain.rendering import explain

    return [line for line in explain(decision).splitlines() if line.lstrip().startswith("> ")]


def test_a_policy_alone_has_the_lines_of_its_file(tmp_path: Path) -> None:
    lines = ["{", "", '"Statement": [', json.dumps(STATEMENT), "]}"]
    (tmp_path / "policy.json").write_text("\n".join(lines))
    assert [line.split()[1] for line in excerpt(tmp_path)] == ["4"]


def test_a_policy_inside_an_output_has_the_lines_of_its_file(tmp_path: Path) -> None:
    """``get-resource-policy`` of several commands prints the document as an object."""
    role = {"RoleName": "r", "PolicyName": "p"}
    head = json.dumps(role, indent=2)[:-2]
    allow = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    deny = {key: value for key, value in STATEMENT.items() if key != "Principal"}
    text = f'{head},\n  "PolicyDocument": {{"Statement": [\n{json.dumps(allow)},\n{json.dumps(deny)}\n]}}\n}}'
    (tmp_path / "get-role-policy.json").write_text(text)
    aws = world([tmp_path], account="111122223333").aws
    session = aws.account().role("r").assume()
    from mocks3.access.explain.rendering import explain

    shown = explain(aws.explain(session, "s3:GetObject", "arn:aws:s3:::data/k"))
    assert "> 6" in shown, shown


def test_a_policy_that_is_text_is_indented(tmp_path: Path) -> None:
    """``get-bucket-policy`` prints the document as one line of text."""
    policy = {"Statement": [STATEMENT]}
    (tmp_path / "get-bucket-policy.json").write_text(json.dumps({"Policy": json.dumps(policy)}))
    assert [line.split()[1] for line in excerpt(tmp_path)] != ["1"]
