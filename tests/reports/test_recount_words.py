"""Whoever changes a word beside the figures, leaves one out, or hides what was left undone is found by the recount."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from sqlalchemy import Connection, text

from grievance import register
from grievance.register import By, Note
from grievance.vocabulary import Role, Step
from reports.beside import accompaniment, undone
from reports.month import Month
from reports.recount import owed, verify_release
from tests import factories
from tests.reports.months import Town, on
from tests.reports.once import once
from tests.reports.test_verify_release import change_release

APRIL = Month(2026, 4)
Edit = Callable[[dict[str, Any]], None]


def write(
    town: Town, name: str, state: str, day: str, words: dict[str, str], *, item: str = "", hour: int = 12, **more: Any
) -> str:  # fmt: skip
    """Let somebody write words into a register at an hour of a day."""
    made = date.fromisoformat(f"2026-{day}")
    at = factories.moment(now=datetime.combine(made, time(hour + 5), tzinfo=UTC))
    until = date.fromisoformat(f"2026-{more.pop('until')}") if "until" in more else None
    operator = more.pop("operator", None)
    by = By(str(Role.REVIEWER), "ines", made, town.rules.current.version)
    what = Note(
        name, state, made, until=until, operator=operator, facts={"month": "2026-04", **more}, words=words
    )
    return town.store.transact(lambda conn: register.note(conn, what, by=by, at=at, item=item))


def live(town: Town) -> None:
    """April: twenty-four people; everybody writes their word, a plan is due, a door is shut, a promise nobody speaks of."""
    for case in town.crowd("04-01", 24):
        town.acknowledge(case, "04-06")
    town.note("commitment", "agreed", "03-01", until="04-10")
    town.note("outage", "out", "04-13")
    write(town, "statement", "written", "05-04", {"text": "The days were counted well."})
    write(
        town,
        "verdict",
        "written",
        "05-04",
        {"text": "Nobody answered."},
        criterion="dialogue",
        result="partly",
    )
    write(town, "company_comment", "written", "05-05", {"text": "We hired people."}, operator="qorimayu")
    write(
        town,
        "context",
        "written",
        "05-05",
        {"text": "It rained.", "source": "The weather office"},
        what="rain",
    )
    plan = {"reason": "Nobody wrote down who came.", "plan": "A list at the door."}
    asked = {"criterion": "legitimate", "owner": "coordination"}
    made = write(town, "plan", "open", "05-05", plan, until="05-30", **asked)
    write(town, "plan", "done", "05-06", plan, until="05-30", item=made, **asked)
    heard = {"received_on": "2026-05-02"}
    write(town, "draft_comment", "shown", "05-06", {"text": "Speak of the road."}, number=1, **heard)
    write(town, "draft_comment", "withheld", "05-06", {}, why="names", **heard)


@once
def publish(town: Town) -> None:
    live(town)
    town.publish("2026-04", day="05-29")


def write_action(town: Town, day: str, *, zone: str, item: str = "", **facts: Any) -> str:
    """Let somebody decide what to change in a place, or say it anew."""
    at = on(day)
    by = By(str(Role.OFFICER), "rosa", at.now.date(), town.rules.current.version)
    what = Note("action", "open", by.on, operator="qorimayu", site="qorimayu", zone=zone, facts=facts)
    return town.store.transact(lambda conn: register.note(conn, what, by=by, at=at, item=item))


def found(town: Town) -> set[str]:
    versions = {town.rules.current.version: town.rules.current}
    return {problem.where for problem in verify_release.verify(town.store, APRIL, versions)}


RELEASE = "release as the record has it"


def test_an_honest_month_agrees_in_every_word_and_in_all_that_was_left_undone(town: Town) -> None:
    publish(town)

    assert found(town) == set()


def test_what_is_written_after_the_month_came_out_is_no_word_of_it(town: Town) -> None:
    publish(town)

    write(town, "statement", "written", "05-29", {"text": "Something else."}, hour=15)
    write(town, "company_comment", "written", "06-02", {"text": "We hired more."}, operator="qorimayu")
    write(town, "draft_comment", "withheld", "05-29", {}, hour=15, why="names", received_on="2026-06-01")
    kept = town.store.read(lambda conn: register.items(conn, "commitment")[0].id)
    town.note("commitment", "kept", "06-03", item=kept, until="04-10")

    assert found(town) == set()


def test_a_comment_that_waited_is_still_owed_when_somebody_has_read_it_since(quick: Town) -> None:
    live(quick)
    waits = text(
        "INSERT INTO draft_comments (id, month, words, received_on) VALUES ('s', '2026-04', 'w', '2026-05-03')"
    )
    quick.store.transact(lambda conn: conn.execute(waits).rowcount)
    made = quick.publish("2026-04", day="05-29")
    before = found(quick)

    quick.store.transact(lambda conn: conn.execute(text("DELETE FROM draft_comments")).rowcount)
    write(quick, "draft_comment", "withheld", "06-01", {}, why="names", received_on="2026-05-03")

    assert accompaniment.UNREAD.msgid in {one["msgid"] for one in made.document["omissions"]}
    assert before == found(quick) == set()


def test_once_exact_times_are_erased_a_word_of_that_day_may_be_before_or_after(quick: Town) -> None:
    publish(quick)
    write(quick, "statement", "written", "05-29", {"text": "Something else."}, hour=15)

    quick.store.transact(lambda conn: conn.execute(text("DELETE FROM entry_exact")).rowcount)

    assert found(quick) == set()


def test_a_release_agrees_also_where_nobody_wrote_anything(town: Town) -> None:
    town.crowd("04-01", 24)
    town.publish("2026-04", day="05-08")

    assert found(town) == set()


def changed(part: str, **values: Any) -> Edit:
    def edit(document: dict[str, Any]) -> None:
        one = document[part]
        (one[0] if isinstance(one, list) else one).update(values)

    return edit


def without(part: str) -> Edit:
    def edit(document: dict[str, Any]) -> None:
        document[part] = [] if isinstance(document[part], list) else None

    return edit


def in_comments(**values: Any) -> Edit:
    def edit(document: dict[str, Any]) -> None:
        document["comments"]["shown"][0].update(values)

    return edit


def no_comments(document: dict[str, Any]) -> None:
    document["comments"]["shown"] = []


def fewer_withheld(document: dict[str, Any]) -> None:
    document["comments"]["withheld"] = 0


def no_other_view(document: dict[str, Any]) -> None:
    for row in document["scorecard"]["rows"]:
        row["independent"] = None


def another_company(document: dict[str, Any]) -> None:
    said = {"operator": "illapa", "text": "All is well.", "written_on": "2026-05-05"}
    document["comment"].append(said)


@pytest.mark.parametrize(
    ("edit", "where"),
    [
        (changed("statement", text="The days were counted badly."), "statement"),
        (changed("statement", written_on="2026-05-01"), "statement"),
        (changed("statement", party="Somebody else"), "statement party"),
        (without("statement"), "statement"),
        (changed("verdicts", text="Everybody answered."), "verdict dialogue"),
        (changed("verdicts", result="met"), "verdict dialogue"),
        (without("verdicts"), "verdict dialogue"),
        (no_other_view, "independent dialogue"),
        (changed("comment", text="We hired nobody."), "comment qorimayu"),
        (without("comment"), "comment qorimayu"),
        (another_company, "comment illapa"),
        (changed("context", text="It was dry."), "context 0"),
        (changed("context", source="The company"), "context 0"),
        (without("context"), "context 0"),
        (changed("plans", plan="Nothing."), "plan"),
        (changed("plans", reason="It was the weather."), "plan"),
        (changed("plans", due_on="2026-12-31"), "plan"),
        (changed("plans", state="kept"), "plan"),
        (changed("plans", owner="management"), "plan"),
        (without("plans"), "plan"),
        (in_comments(text="All is well."), "comment on the draft"),
        (in_comments(month="2026-03"), "comment on the draft"),
        (no_comments, "comment on the draft"),
        (fewer_withheld, "comments withheld"),
    ],
)
def test_a_word_that_was_changed_left_out_or_invented_is_found(quick: Town, edit: Edit, where: str) -> None:
    publish(quick)

    change_release(quick.store, edit)

    told = found(quick) - {RELEASE}
    assert [one for one in told if one == where or one.startswith(f"{where} ")]


def test_a_word_that_was_changed_in_its_register_as_well_is_found(quick: Town) -> None:
    publish(quick)

    def both(conn: Connection) -> int:
        words = "UPDATE register_items SET words = '{\"text\"\\:\"All was late.\"}' WHERE name = 'statement'"
        return conn.execute(text(words)).rowcount

    assert quick.store.transact(both) == 1
    change_release(quick.store, changed("statement", text="All was late."))

    assert "statement" in found(quick)


def test_a_place_that_is_put_right_afterwards_changes_nothing_of_what_a_month_said(quick: Town) -> None:
    for _ in range(3):
        case = quick.complain("04-01", zone="ichupata")
        quick.acknowledge(case, "04-06")
        quick.officer(case, Step.LEARN, "04-10", facts=factories.LEARNED)
    done = {"cause": factories.LEARNED["root_cause"]}
    made = write_action(quick, "04-12", zone="ichupata", **done)
    quick.publish("2026-04", day="05-29")

    write_action(quick, "06-03", zone="huaylluray", item=made, **done)

    assert found(quick) == set()


def test_what_happened_three_times_in_one_place_without_an_action_there_must_be_said(quick: Town) -> None:
    for _ in range(3):
        case = quick.complain("04-01", zone="ichupata")
        quick.acknowledge(case, "04-06")
        quick.officer(case, Step.LEARN, "04-10", facts=factories.LEARNED)
    made = write_action(quick, "04-12", zone="huaylluray", cause=factories.LEARNED["root_cause"])
    quick.publish("2026-04", day="05-29")
    write_action(quick, "06-03", zone="ichupata", item=made, cause=factories.LEARNED["root_cause"])

    def edit(document: dict[str, Any]) -> None:
        assert owed.UNACTED in [one["msgid"] for one in document["omissions"]]
        document["omissions"] = [one for one in document["omissions"] if one["msgid"] != owed.UNACTED]

    assert found(quick) == set()
    change_release(quick.store, edit)

    assert found(quick) - {RELEASE} == {"omission of officer"}


OWED = {
    "late": ("This report was due on {date} and came later.", "reviewer"),
    "promise": (owed.UNSAID, "officer"),
    "door": (owed.SHUT, "admin"),
    "plan": (accompaniment.WITHOUT_A_PLAN["transparent"].msgid, "reviewer"),
}


@pytest.mark.parametrize("key", OWED)
def test_what_is_owed_and_was_left_out_is_found_with_the_role_that_owes_it(quick: Town, key: str) -> None:
    publish(quick)
    msgid, role = OWED[key]

    def edit(document: dict[str, Any]) -> None:
        there = len(document["omissions"])
        document["omissions"] = [one for one in document["omissions"] if one["msgid"] != msgid]
        assert len(document["omissions"]) == there - 1

    change_release(quick.store, edit)

    assert found(quick) - {RELEASE} == {f"omission of {role}"}


def another_role(document: dict[str, Any]) -> None:
    next(one for one in document["omissions"] if one["msgid"] == owed.SHUT)["role"] = "officer"


def another_number(document: dict[str, Any]) -> None:
    next(one for one in document["omissions"] if one["msgid"] == owed.UNSAID)["blanks"]["n"] = 7


def an_invented_one(document: dict[str, Any]) -> None:
    document["omissions"].append({"msgid": owed.NOBODY, "blanks": {}, "role": "reviewer"})


@pytest.mark.parametrize(
    ("edit", "where"),
    [
        (another_role, {"omission of admin", "omission of officer"}),
        (another_number, {"omission of officer"}),
        (an_invented_one, {"omission of reviewer"}),
    ],
)
def test_an_omission_of_somebody_else_or_of_another_number_is_found(
    quick: Town, edit: Edit, where: set[str]
) -> None:
    publish(quick)

    change_release(quick.store, edit)

    assert found(quick) - {RELEASE} == where


def test_without_the_mechanism_nothing_is_said_of_dates_and_holidays(quick: Town) -> None:
    publish(quick)

    def edit(document: dict[str, Any]) -> None:
        late = OWED["late"][0]
        document["omissions"] = [one for one in document["omissions"] if one["msgid"] != late]

    change_release(quick.store, edit)

    without = {problem.where for problem in verify_release.verify(quick.store, APRIL)}
    assert without - {RELEASE} == set()
    assert found(quick) - {RELEASE} == {"omission of reviewer"}


def test_the_recount_knows_each_sentence_of_what_is_left_undone() -> None:
    planless = {
        f"{name}: not met, and nobody wrote why nor what will be done." for name, _ in owed.PLANLESS.values()
    }

    assert planless == {words.msgid for words in accompaniment.WITHOUT_A_PLAN.values()}
    assert (accompaniment.NO_STATEMENT.msgid, accompaniment.UNREAD.msgid) == (owed.NOBODY, owed.UNREAD)
    assert all(words.msgid.startswith(owed.UNREVIEWED) for words in undone.UNREVIEWED.values())
