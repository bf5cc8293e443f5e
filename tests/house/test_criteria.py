"""The table of the guards is generated, whole, and names tests that exist."""

import ast
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from workflows import criteria, crosswalk
from workflows.criteria import CRITERIA
from workflows.readiness import OBLIGATIONS
from workflows.registry.registerbook import REGISTERS

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "criteria.md"
ASKED_OF = re.compile(r"g\d\d[a-z]?")


def named_after_guards() -> Iterator[tuple[str, str]]:
    """Find every test that is named after a guard: its id and the test's name."""
    for file in sorted((ROOT / "tests" / "workflows").glob("test_guards*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_g"):
                for part in node.name.removeprefix("test_").split("_"):
                    if not ASKED_OF.fullmatch(part):
                        break
                    yield part[0].upper() + part[1:], node.name


def by_guard() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Part them: who says `refuses` refuses, who says `lets` lets pass, all others do both in one test."""
    found: dict[str, list[str]] = defaultdict(list)
    for guard, name in named_after_guards():
        found[guard].append(name)
    return {
        guard: (
            tuple(n for n in names if "_refuses_" in n or "_lets_" not in n),
            tuple(n for n in names if "_lets_" in n or "_refuses_" not in n),
        )
        for guard, names in found.items()
    }


def test_the_table_of_the_criteria_is_as_generated() -> None:
    made = crosswalk.as_markdown(by_guard())
    if os.environ.get("WRITE_CRITERIA"):
        TABLE.write_text(made, encoding="utf-8")

    assert TABLE.read_text(encoding="utf-8") == made, "run `make criteria`, and look at what changed"


def test_all_forty_four_lines_of_the_specification_are_kept_by_a_guard() -> None:
    kept = {one.id[:3] for one in criteria.ALL}

    assert kept == set(crosswalk.GUARDS)
    assert len(crosswalk.GUARDS) == 44
    assert {one.id for one in criteria.ALL} == set(crosswalk.NORMS)


def test_every_guard_has_a_refusing_and_a_passing_test() -> None:
    tests = by_guard()

    lacking = [one.id for one in criteria.ALL if not all(tests.get(one.id, ((), ())))]
    assert lacking == [], "name a test `test_gNN_refuses_...` and one `test_gNN_lets_...`"


def test_all_twenty_four_obligations_are_recorded_somewhere_and_say_what_turns_them_red() -> None:
    fed = {key for register in REGISTERS for key in register.feeds}

    assert [one.id for one in OBLIGATIONS] == [f"O{n:02}" for n in range(1, 25)]
    assert {one.id for one in OBLIGATIONS} <= fed | {"O17"}, "a published month is its own record"


def test_no_test_is_named_after_a_guard_that_is_not_there() -> None:
    known = {one.id for one in criteria.ALL}

    assert {guard for guard, _ in named_after_guards()} <= known


def test_a_guard_stands_at_steps_or_at_a_gate_and_never_at_both() -> None:
    for criterion in CRITERIA:
        for one in criterion.guards:
            assert bool(one.steps) != bool(one.gate), one.id


BROUGHT = {"facts", "words", "step", "actor", "on", "case"}
"""What whoever takes a step brings along themselves, or what the case and the calendar say anyway."""
ENOUGH_BY_ITSELF = {
    "G03": "where a case stands, by the person's own word, decides the sense: there is one for each state",
    "G04b": "a list to choose from: which of it is the reviewer's judgement",
    "G05b": "a list to choose from: why; old and new stand in the record, and to make it smaller is another's to agree to",
    "G06": "that something was said at all",
    "G10": "a reason that is never one",
    "G14b": "whose date it is the procedure says, and who acts is known",
    "G14c": "a list to choose from: which of it is counted, and the person reads it in full",
    "G16b": "a list to choose from: the kind of answer is published with it",
    "G23": "the words themselves are read, not what anybody says of them",
    "G25": "a yes takes the case away from who ticks it; nobody gains by one, and a sample looks for a wrong no",
    "G34b": "the third party's own reason, which stands in the record",
    "G40": "the third party's own reason, which is counted in public",
    "G43": "the words themselves are read",
}
"""Guards that read nothing but that, and why no box that its beneficiary ticks satisfies them."""


def test_no_guard_is_satisfied_by_what_its_beneficiary_says_alone() -> None:
    alone = {one.id for one in criteria.ALL if one.reads <= BROUGHT}

    assert alone == set(ENOUGH_BY_ITSELF)
