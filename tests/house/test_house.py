"""The house checks itself: floors, guards, words of the README, sizes. Each message says what to do."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from grievance.store import Store
from grievance.vocabulary import Role, State, Step
from reports.beside import scorecard
from reports.saying.indicators import INDICATORS
from tests.factories import LATER, a_case, an_officer
from translations import catalogue
from workflows import criteria, procedure
from workflows.criteria import CRITERIA
from workflows.criterion import Actor, Guard, Move
from workflows.knowing.evidence import Evidence
from workflows.rulebook import Rulebook

ROOT = Path(__file__).parents[2]
PACKAGES = ("grievance", "workflows", "reports", "channels", "translations")
LONGEST = 750
LONG = 300
TOP = {
    ".ci", ".gitignore", "Makefile", "Procfile", "README.md", "bench", "channels", "docs", "grievance",
    "pyproject.toml", "reports", "requirements.lock", "tests", "translations", "workflows",
}  # fmt: skip
FULL = 25
FACTS = 42
"""Modules of one room. On the lowest floor each noun of the field has its module, tables above all."""
GUARDS = [g for c in CRITERIA for g in c.guards]


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted(f for f in (ROOT / package).rglob("*.py") if "migrations" not in f.parts)


def rooms() -> str:
    """The rooms of every floor as a table: what each says of itself in its first line."""
    lines = ["| room | what is in it |", "| --- | --- |"]
    for floor in reversed(PACKAGES[:4]):
        for file in sorted((ROOT / floor).rglob("*/__init__.py")):
            room = file.parent.relative_to(ROOT).as_posix()
            if "migrations" not in room:
                words = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
                lines.append(f"| `{room}/` | {words.splitlines()[0] if words else ''} |")
    return "\n".join(lines)


def test_the_readme_shows_the_rooms_as_they_are() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    before, rest = readme.split("<!-- rooms -->")
    shown, after = rest.split("<!-- /rooms -->")
    if os.environ.get("WRITE_ROOMS"):
        shown = rooms()
        readme = f"{before}<!-- rooms -->\n{shown}\n<!-- /rooms -->{after}"
        (ROOT / "README.md").write_text(readme, encoding="utf-8")

    assert shown.strip() == rooms(), "write it again with WRITE_ROOMS=1 and this test"
    assert "|  |" not in shown, "a room says in its first line what is in it"


def test_nothing_lies_at_the_door_that_does_not_belong_there() -> None:
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split()] + [
        ".git"
    ]

    there = {at.name for at in ROOT.iterdir() if not any(fnmatch(at.name, one) for one in ignored)}

    assert there == TOP


def test_no_room_is_so_full_that_a_newcomer_must_search() -> None:
    full = {}
    for folder in {file.parent for file in modules()}:
        count = sum(1 for file in folder.glob("*.py") if file.stem != "__init__")
        name = folder.relative_to(ROOT).as_posix()
        if count > (FULL if name != "grievance" else FACTS):
            full[name] = count

    assert full == {}, "part it by subject"


def test_every_import_goes_down_the_floors() -> None:
    lint = subprocess.run(  # noqa: S603  our own tool
        [str(Path(sys.executable).parent / "lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert lint.returncode == 0, lint.stdout[-3000:]


def test_no_contract_has_an_exception() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())

    for contract in settings["tool"]["importlinter"]["contracts"]:
        assert "ignore_imports" not in contract, f"move the code instead: {contract['name']}"


def test_the_eight_criteria_are_the_eight_modules_in_the_order_of_the_principle() -> None:
    files = {f.stem for f in (ROOT / "workflows" / "criteria").glob("*.py")} - {"__init__"}

    assert {c.key for c in CRITERIA} == files
    assert [c.principle for c in CRITERIA] == [f"31({letter})" for letter in "abcdefgh"]


def test_every_criterion_has_promise_guard_and_indicator_and_no_guard_stands_twice() -> None:
    ids = [g.id for g in GUARDS]

    assert len(ids) == len(set(ids))
    for criterion in CRITERIA:
        assert criterion.guards, f"{criterion.key}: without a guard its promise is only words"
        assert str(criterion.promise).endswith(".")
        assert 0 < criterion.indicator.target_percent <= 100


def test_a_number_of_an_indicator_means_one_thing_in_the_criteria_the_scorecard_and_every_month() -> None:
    listed = {one.id: one for one in INDICATORS}
    scored = {one.criterion: one for one in scorecard.MEASURES}

    for criterion in CRITERIA:
        said, one, row = criterion.indicator, listed[criterion.indicator.id], scored[criterion.key]
        assert (row.indicator, row.words, row.target) == (said.id, said.words, said.target_percent)
        assert (one.criterion, one.target) == (criterion.key, said.target_percent)
        assert one.why_not is None, f"{said.id} is not made"
        assert one.scored is row.is_counted
        cells = [[(cell.table, cell.at) for cell in part] for part in (one.numerator, one.denominator)]
        assert cells == [list(row.numerator), list(row.denominator)]


def test_what_a_criterion_is_measured_by_is_drafted_for_whoever_reads_quechua_or_aymara() -> None:
    missing = [
        (language, criterion.key)
        for language in ("es", "qu", "ay")
        for criterion in CRITERIA
        if criterion.indicator.words.msgid not in catalogue(language)
    ]
    assert missing == []


def test_every_guard_is_tried_by_a_test_that_names_it() -> None:
    files = sorted((ROOT / "tests" / "workflows").glob("test_guards*.py"))
    tests = "".join(file.read_text(encoding="utf-8") for file in files)

    untested = [g.id for g in GUARDS if f'"{g.id}"' not in tests]
    assert untested == [], "add a refusing and a passing test to tests/workflows/test_guards*.py"


class Recording(Move):
    """A move that remembers what was looked at."""

    __slots__ = ("read",)

    def __init__(self, evidence: object, asked: Guard) -> None:
        super().__init__(evidence, asked)
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> object:
        self.read.add(name)
        return getattr(object.__getattribute__(self, "_evidence"), name)


@pytest.mark.parametrize("asked", GUARDS, ids=[g.id for g in GUARDS])
def test_a_guard_reads_only_what_it_declares(sqlite_store: Store, rules: Rulebook, asked: Guard) -> None:
    case = a_case(sqlite_store, rules, state=State.VERIFIED, severity="high")
    calendar = rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    actors = (an_officer(), Actor(Role.REVIEWER, "ines"), Actor(Role.COMPLAINANT, credential="clave"))

    for step in asked.steps:
        for actor in actors:

            def look(conn: object, step: Step = step, actor: Actor = actor) -> set[str]:
                evidence = Evidence(
                    case=case, step=step, to=case.state, actor=actor, on=LATER.date(), facts={}, words="",
                    owed=(), conn=conn, calendar=calendar,  # type: ignore[arg-type]
                )  # fmt: skip
                move = Recording(evidence, asked)
                asked.check(move)
                return move.read

            undeclared = sqlite_store.read(look) - asked.reads
            assert undeclared == set(), f"declare what {asked.id} reads: {sorted(undeclared)}"


@pytest.mark.parametrize("asked", GUARDS, ids=[g.id for g in GUARDS])
def test_a_guard_declares_nothing_it_never_looks_at(asked: Guard) -> None:
    source = Path(asked.check.__code__.co_filename).read_text(encoding="utf-8")
    function = next(
        n
        for n in ast.walk(ast.parse(source))
        if isinstance(n, ast.FunctionDef) and n.name == asked.check.__name__
    )

    seen = {
        n.attr
        for n in ast.walk(function)
        if isinstance(n, ast.Attribute) and getattr(n.value, "id", "") == "move"
    }
    assert asked.reads == seen, f"{asked.id}: `reads` and what it looks at are not the same"


def test_every_step_that_ends_a_case_passes_a_guard_of_its_own() -> None:
    everywhere = {g.id for g in GUARDS if len(g.steps) > len(Step) // 2}

    for rule in procedure.PROCEDURE:
        if rule.target == State.CLOSED != rule.start:
            own = {g.id for _, g in criteria.guards_of(rule.step)} - everywhere
            assert own, f"{rule.step} ends a case and no guard of its own looks at it"


def test_the_readme_shows_the_procedure_as_it_is() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    shown = readme.split("<!-- procedure -->")[1].split("<!-- /procedure -->")[0].strip()
    assert shown == procedure.as_markdown(), (
        "put the output of workflows.procedure.as_markdown() between the marks"
    )


def test_only_one_module_reads_the_clock() -> None:
    readers = []
    for file in modules():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                said = ast.unparse(node.func)
                if said in {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}:
                    readers.append(str(file.relative_to(ROOT)))

    assert set(readers) == {"channels/clock.py"}, "take `now` as an argument"


def test_nothing_that_starts_loads_the_drivers_of_a_database_it_may_not_use() -> None:
    loading = re.compile(r"^(from|import) sqlalchemy\.dialects\.postgresql", re.MULTILINE)

    found = [file.name for file in modules() if loading.search(file.read_text(encoding="utf-8"))]

    assert loading.search("from sqlalchemy.dialects.postgresql import insert")
    assert found == []


def test_no_module_has_a_second_subject() -> None:
    sizes = {str(f.relative_to(ROOT)): len(f.read_text(encoding="utf-8").splitlines()) for f in modules()}
    long = sorted(((n, f) for f, n in sizes.items() if n > LONG), reverse=True)
    print("over 300 lines:", ", ".join(f"{f} {n}" for n, f in long) or "none")  # noqa: T201  asked for by name

    assert [f for n, f in long if n > LONGEST] == [], f"over {LONGEST} lines: part it by subject"


def test_the_lock_names_no_host_and_pins_every_file() -> None:
    lock = (ROOT / "requirements.lock").read_text()

    assert "://" not in lock, "make it again with `make lock`"
    pinned = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
    assert all("==" in line and line.endswith("\\") for line in pinned)


def test_no_file_says_where_it_was_written() -> None:
    places = ("/" + "work/", "/" + "root/", "/" + "home/")
    files = [
        *modules(),
        *(ROOT / "docs").glob("*.md"),
        ROOT / "README.md",
        ROOT / "Makefile",
        ROOT / "Procfile",
    ]

    found = [
        f"{f.relative_to(ROOT)}: {p}" for f in files for p in places if p in f.read_text(encoding="utf-8")
    ]
    assert found == []


def views() -> Iterator[tuple[str, ast.FunctionDef, set[str]]]:
    for file in sorted((ROOT / "channels" / "web").rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        marks = {"open_to_all"} | {
            target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            and ast.unparse(node.value).startswith(("open_to(", "access.open_to("))
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                decorators = [ast.unparse(d) for d in node.decorator_list]
                if any(verb in d for d in decorators for verb in (".get(", ".post(", ".route(")):
                    yield file.name, node, marks


def test_every_view_says_who_may_see_it() -> None:
    undeclared = [
        f"{file}: {view.name}"
        for file, view, marks in views()
        if not any(
            ast.unparse(d).removeprefix("access.").startswith("open_to") or ast.unparse(d) in marks
            for d in view.decorator_list
        )
    ]

    assert undeclared == [], "add @open_to(...) or @open_to_all under the route"
