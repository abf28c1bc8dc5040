"""Policy mutation as one HTML file: the survivors, and all mutants of each policy.

Rule: the file needs nothing else, and has no script. Its style is that of the coverage page.
"""

from __future__ import annotations

from html import escape
from importlib import resources

from mocks3._version import __version__
from mocks3.mutation.results import MutantResult, MutantResults, Status, percent, why

_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Policy mutation: {percent}</title>
<style>
{style}</style>
<header>
<h1>Policy mutation <b class="{grade}">{percent}</b></h1>
<p>{summary}</p>
<p class="key"><span class="covered">a test notices</span> <span class="missed">no test notices</span>
<span>equivalent, or not tried</span></p>
</header>
<main>
<section><h2>Survivors</h2>
{survivors}</section>
{policies}</main>
<footer>mocks3 {version}</footer>
</html>
"""

_CLASSES = {Status.NOTICED: "covered", Status.SURVIVED: "missed"}


def page(results: MutantResults) -> str:
    """Return the HTML text."""
    found = results.ordered()
    survivors = [each for each in found if each.status is Status.SURVIVED]
    titles = dict.fromkeys(each.policy for each in found)
    counts = ", ".join(f"{results.counted(status)} {status}" for status in Status)
    return _PAGE.format(
        percent=percent(results),
        grade=_grade(results),
        style=(resources.files("mocks3.coverage") / "page.css").read_text(encoding="utf-8"),
        summary=f"{len(found)} mutants of {len(titles)} policies and buckets: {counts}.",
        survivors=_table(survivors, with_place=True) if survivors else "<p>None.</p>\n",
        policies="".join(
            _policy(title, [each for each in found if each.policy == title]) for title in titles
        ),
        version=escape(__version__),
    )


def _policy(title: str, found: list[MutantResult]) -> str:
    own = MutantResults({each.key: each for each in found})
    return (
        f'<section><details><summary><b class="{_grade(own)}">{percent(own)}</b> {escape(title)}</summary>\n'
        f"{_table(found, with_place=False)}</details></section>\n"
    )


def _grade(results: MutantResults) -> str:
    if results.counted(Status.SURVIVED):
        return "missed"
    return "" if percent(results) == "-" else "covered"


def _table(found: list[MutantResult], *, with_place: bool) -> str:
    rows = "".join(_row(each, with_place) for each in found)
    place = "<th>Place" if with_place else ""
    return f"<table><thead><tr>{place}<th>Change<th>Result</thead>\n<tbody>\n{rows}</tbody></table>\n"


def _row(result: MutantResult, with_place: bool) -> str:
    place = f"<td>{escape(result.place)}" if with_place else ""
    said = {
        Status.NOTICED: f"noticed by {result.test}",
        Status.SURVIVED: f"no test notices: {why(result)}",
        Status.EQUIVALENT: "equivalent: no request is decided differently",
        Status.UNTRIED: "not tried: the time was over",
    }[result.status]
    return (
        f'<tr class="{_CLASSES.get(result.status, "")}">{place}<td>{escape(result.text)}<td>{escape(said)}\n'
    )
