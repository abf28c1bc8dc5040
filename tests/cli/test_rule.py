"""``mocks3 rule``: the rule book on the command line, from a checkout and from an installed wheel."""

from __future__ import annotations

from pathlib import Path

import pytest

from mocks3.cli import rulebook

ROOT = Path(__file__).parents[2]


def test_one_rule(run) -> None:
    done = run("rule", "X-45")
    assert (done.code, done.err) == (0, "")
    head, text, facts = done.out.strip().split("\n\n")
    assert head == "X-45  (access-denied)"
    assert "the message names the identity-based policy" in " ".join(text.split())
    assert [line.split()[0] for line in facts.splitlines()] == ["Source", "Witness", "Test"]
    assert "tests/policy/test_layers.py::test_X_45" in facts


def test_links_are_left_out_and_case_does_not_count(run) -> None:
    done = run("rule", "pe-6")
    assert "does not limit such a grant (E-42)" in " ".join(done.out.split())
    assert "](" not in done.out


def test_several_rules(run) -> None:
    done = run("rule", "E-32", "F-120")
    assert next(line for line in done.out.splitlines() if line.endswith(")")) == "E-32  (evaluation)"
    assert "F-120  (access-points)" in done.out


def test_without_an_id_the_chapters(run) -> None:
    done = run("rule")
    assert done.code == 0
    names = [line.split()[0] for line in done.out.splitlines()]
    assert names == sorted(path.stem for path in (ROOT / "docs/rules").glob("*.md") if path.stem != "README")


def test_a_chapter(run) -> None:
    done = run("rule", "kms")
    assert done.out.startswith("# KMS\n")
    assert "### F-60" in done.out
    assert "](" not in done.out


@pytest.mark.parametrize(
    ("asked", "near"), [("X-449", "X-65"), ("E-19", "E-20"), ("multiprt", "multipart"), ("OQ-30", "OQ-31")]
)
def test_an_unknown_id(run, asked: str, near: str) -> None:
    done = run("rule", asked)
    assert (done.code, done.out) == (2, "")
    assert f"no rule or chapter {asked!r}; did you mean " in done.err
    assert near in done.err.partition("did you mean")[2]
    assert "'mocks3 rule' lists the chapters" in done.err


def test_what_is_known_is_printed_all_the_same(run) -> None:
    done = run("rule", "Z-1", "X-1")
    assert done.code == 2
    assert done.out.startswith("X-1  (missing-keys)")
    assert "'Z-1'" in done.err


def test_a_rule_of_another_form_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "odd.md").write_text("# Odd\n\n### X-1\n\nText.\n\n- Source: recorded\n", "utf-8")
    monkeypatch.setattr(rulebook, "folder", lambda: tmp_path)
    with pytest.raises(ValueError, match=r"docs/rules/odd\.md: rule 'X-1' does not have the form"):
        rulebook.chapters()


def test_the_chapters_of_an_installed_package_come_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rulebook, "__file__", str(tmp_path / "mocks3/cli/rulebook.py"))
    assert rulebook.folder() == tmp_path / "docs/rules"
    (tmp_path / "mocks3/rulebook").mkdir(parents=True)
    assert rulebook.folder() == tmp_path / "mocks3/rulebook"
