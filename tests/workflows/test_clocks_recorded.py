"""Two times: a clock starts on the day a person spoke and is met on the day it was written, but for the person's own."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from grievance import case as cases
from grievance import record
from grievance.case import Case, CaseClock
from grievance.record import Act
from grievance.store import Store
from grievance.vocabulary import Clock, State, Step
from tests.factories import LATER, NOON, a_case, an_officer, columns, moment, reach, take, the_complainant
from workflows.casework import Outcome
from workflows.clockwork import clockrounds
from workflows.rulebook import Rulebook

DAY = timedelta(days=1)
QUESTION: dict[str, Any] = {"facts": {"reason": "need_info"}, "words": "Where is it?"}


def clock(store: Store, case: Case, name: Clock) -> CaseClock:
    return [c for c in store.read(lambda conn: cases.clocks_of(conn, case.id)) if c.name == name][-1]


def entries(store: Store, case: Case) -> list[record.Entry]:
    return list(store.read(lambda conn: record.entries_of(conn, case.id)))


def test_what_was_said_in_march_and_written_in_april_is_counted_in_april_from_march(
    store: Store, rules: Rulebook
) -> None:
    said, written = datetime(2026, 4, 1, 4, 30, tzinfo=UTC), datetime(2026, 4, 7, 15, tzinfo=UTC)

    case = a_case(store, rules, now=written, happened_at=said, channel="radio_relay")

    first = entries(store, case)[0]
    assert (first.month, first.happened_on, first.recorded_on) == (
        "2026-04",
        date(2026, 3, 31),
        date(2026, 4, 7),
    )
    assert clock(store, case, Clock.ANSWER).started_on == date(2026, 3, 31)


def test_an_answer_of_the_last_day_is_in_time_though_the_batch_came_after_it(
    store: Store, rules: Rulebook
) -> None:
    in_time, too_late = (a_case(store, rules, state=State.PROPOSED) for _ in range(2))
    due = clock(store, in_time, Clock.COMPLAINANT).due_on
    last = datetime.combine(due, NOON.timetz())

    for case, happened in ((in_time, last), (too_late, last + DAY)):
        take(
            store, case, Step.DECLINE, actor=the_complainant(), rules=rules, now=last + 3 * DAY, happened_at=happened
        ).settle()  # fmt: skip

    assert clock(store, in_time, Clock.COMPLAINANT).ending == "met"
    assert clock(store, too_late, Clock.COMPLAINANT).ending == "late"


def test_a_late_answer_of_the_company_stays_late_though_a_question_arrives(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.ASSESSED)
    late = LATER + 40 * DAY

    asked = take(store, case, Step.ASK, actor=an_officer(), rules=rules, now=late, **QUESTION).settle()
    reach(store, asked, rules=rules, now=late)
    take(store, case, Step.ADD, actor=the_complainant(), rules=rules, now=late + DAY).settle()

    answer = clock(store, case, Clock.ANSWER)
    assert (answer.pauses, answer.paused_on) == (0, None)
    assert answer.due_on < late.date()


def test_an_extension_while_the_clock_stands_still_is_not_lost(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.ASSESSED)
    asked = take(store, case, Step.ASK, actor=an_officer(), rules=rules, **QUESTION).settle()
    reach(store, asked, rules=rules)
    before = clock(store, case, Clock.ANSWER).remaining
    more = {"clock": "answer", "days": 10, "reason": "sample"}
    told = take(
        store, case, Step.EXTEND, actor=an_officer(), rules=rules, facts=more, words="A sample is away."
    ).settle()
    reach(store, told, rules=rules)
    still = clock(store, case, Clock.ANSWER).remaining

    back = LATER + 5 * DAY
    take(store, case, Step.ADD, actor=the_complainant(), rules=rules, now=back).settle()

    after = clock(store, case, Clock.ANSWER)
    days = rules.calendar(case.procedure_version, site=case.site)
    assert before is not None
    assert still == before + 10
    assert days.working_days_between(back.date(), after.due_on) == still
    assert after.extended
    row, clocks = cases.replay(map(_act, entries(store, case)))
    assert row["next_due_on"] == after.due_on
    assert [c for c in clocks if c["name"] == "answer"] == [
        {k: v for k, v in columns(after).items() if k != "case"}
    ]


def test_who_was_promised_a_date_is_owed_it_on_that_date(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.AGREED)

    carried = clock(store, case, Clock.CARRY_OUT)

    assert carried.due_on == date(2026, 3, 25)


def test_while_the_person_looks_whether_it_was_done_the_company_is_not_late(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.IMPLEMENTING)
    offer = store.read(lambda conn: _promised(conn, case))
    done = {"commitment": offer, "proof": "visit", "last": True}
    told = take(store, case, Step.KEEP, actor=an_officer(), rules=rules, facts=done).settle()
    reach(store, told, rules=rules)
    waiting = clock(store, case, Clock.CARRY_OUT)

    take(store, case, Step.CONFIRM, actor=the_complainant(), rules=rules, now=LATER + 28 * DAY).settle()

    assert waiting.paused_on == LATER.date()
    assert clock(store, case, Clock.CARRY_OUT).ending == "met"


def _promised(conn: Connection, case: Case) -> str:
    return str(
        conn.execute(text('SELECT id FROM commitments WHERE "case" = :id'), {"id": case.id}).scalar_one()
    )


def _act(entry: record.Entry) -> Act:
    names = set(Act.__dataclass_fields__) - {
        "facts",
        "guards",
        "recorded_at",
        "happened_at",
        "zone",
        "category",
    }
    same = {name: getattr(entry, name) for name in names if hasattr(entry, name)}
    return Act(recorded_at=NOON, happened_at=NOON, facts=cases.parse_facts(entry.facts), **same)


def test_two_questions_name_until_when_we_wait_and_stop_a_clock_for_less_than_thirty_working_days(
    sqlite_store: Store, rules: Rulebook
) -> None:
    store, now, stood = sqlite_store, LATER, 0
    case = a_case(store, rules, state=State.ASSESSED)
    calendar = rules.calendar(case.procedure_version, site=case.site)

    for _ in range(2):
        asked = take(store, case, Step.ASK, actor=an_officer(), rules=rules, now=now, **QUESTION).settle()
        reach(store, asked, rules=rules, now=now)
        until = date.fromisoformat(cases.parse_facts(entries(store, case)[-2].facts)["until"])
        assert f'"date": "{until}"' in codes_of(store, asked.notices[0])
        last, then = datetime.combine(until, NOON.timetz()), datetime.combine(until + DAY, NOON.timetz())
        assert run_on(store, rules, case, last) is None
        assert run_on(store, rules, case, then) is not None
        stood, now = stood + calendar.working_days_between(now.date(), then.date()), then

    assert stood < 30
    assert clock(store, case, Clock.ANSWER).pauses == 2


def codes_of(store: Store, notice: str) -> str:
    query = text("SELECT codes FROM notices WHERE id = :id")
    return str(store.read(lambda conn: conn.execute(query, {"id": notice}).scalar_one()))


def run_on(store: Store, rules: Rulebook, case: Case, now: datetime) -> Outcome | None:
    return store.transact(lambda conn: clockrounds.resume(conn, case.id, rules=rules, at=moment(now=now)))
