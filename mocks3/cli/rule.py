"""``mocks3 rule``: print rules and chapters of the rule book."""

from __future__ import annotations

import argparse
import sys

HELP = "print a rule of S3 that a report cites, such as X-45"
DESCRIPTION = """\
Print rules of the rule book: what S3 does, the source at AWS, how certain it is, and the test that checks mocks3.
Without an id, list the chapters. With the name of a chapter, print the chapter.
"""
EPILOG = """\
examples:
  mocks3 rule X-45                          the rule that a report cites
  mocks3 rule E-32 F-120                    several rules
  mocks3 rule                               the chapters
  mocks3 rule multipart                     a chapter

The exit code is 2 if there is no such rule or chapter.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the ids."""
    parser.add_argument("ids", nargs="*", metavar="ID", help="the id of a rule, or the name of a chapter")


def run(options: argparse.Namespace) -> int:
    """Print the rules and chapters. Return 0, or 2 if an id is unknown."""
    from mocks3.cli import rulebook

    chapters = rulebook.chapters()
    if not options.ids:
        for chapter in chapters.values():
            print(f"{chapter.name:<22}{chapter.title} ({len(chapter.rules)} rules)")
        return 0
    known = {id: str(rule) for chapter in chapters.values() for id, rule in chapter.rules.items()}
    by_spelling = {id.upper(): text for id, text in known.items()}
    by_spelling |= {name.upper(): rulebook.plain(chapter.text.strip()) for name, chapter in chapters.items()}
    missing = [asked for asked in options.ids if asked.upper() not in by_spelling]
    found = [by_spelling[each.upper()] for each in options.ids if each not in missing]
    if found:
        print("\n\n\n".join(found))
    for asked in missing:
        meant = ", ".join(rulebook.near(asked, [*known, *chapters]))
        hint = f"; did you mean {meant}?" if meant else ""
        print(
            f"mocks3 rule: no rule or chapter {asked!r}{hint} ('mocks3 rule' lists the chapters)",
            file=sys.stderr,
        )
    return 2 if missing else 0
