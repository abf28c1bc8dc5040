"""Explanations show the lines of the files from which policies were loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mocks3.load import world
from mocks3.policy.reading import JsonPositions

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


def test_a_line_separator_in_a_text_is_no_new_line(tmp_path: Path) -> None:
    """JSON text may contain U+2028; only a line feed ends a line of a file."""
    allow = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    deny = {key: value for key, value in STATEMENT.items() if key != "Principal"}
    documents = {"PolicyName": "p", "PolicyDocument": {"Statement": [allow, deny]}}
    role = {"RoleName": "r", "Description": "one\u2028two\x85three", "RolePolicyList": [documents]}
    shown = json.dumps({"RoleDetailList": [role]}, indent=1, ensure_ascii=False)
    (tmp_path / "details.json").write_text(shown, "utf-8")
    aws = world([tmp_path], account="111122223333").aws
    decision = aws.explain(aws.account().role("r").assume(), "s3:GetObject", "arn:aws:s3:::data/k")
    from mocks3.access.explain.rendering import explain

    numbered = {(str(number), line.strip()) for number, line in enumerate(shown.split("\n"), 1)}
    lines = [line.lstrip(" >").partition(" ") for line in explain(decision).splitlines()]
    excerpt = {(number, line.strip()) for number, _, line in lines if number.isdigit()}
    assert '"Effect": "Deny",' in {line for _, line in excerpt}
    assert excerpt <= numbered


def test_a_file_of_many_roles_is_searched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """get-account-authorization-details has thousands of policies: the time must not grow with their square."""
    searched: list[str] = []
    init = JsonPositions.__init__

    def counted(self: JsonPositions, text: str) -> None:
        searched.append(text)
        init(self, text)

    monkeypatch.setattr(JsonPositions, "__init__", counted)
    for count in (2, 20):
        deny = {key: value for key, value in STATEMENT.items() if key != "Principal"}
        inline = [{"PolicyName": "p", "PolicyDocument": {"Statement": [deny]}}]
        roles = [{"RoleName": f"r{number}", "RolePolicyList": inline} for number in range(count)]
        folder = tmp_path / str(count)
        folder.mkdir()
        (folder / "details.json").write_text(json.dumps({"RoleDetailList": roles}, indent=4))
        searched.clear()
        assert len(list(world([folder]).aws.iam.principals())) == count
        assert len(searched) == 1
