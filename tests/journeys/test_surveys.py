"""A survey by text message: who wants to is asked, one digit answers, and nobody can find out who answered what."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import MetaData, insert, select

from channels.app import create_app
from grievance import record, register
from grievance.survey import PEOPLE, ROUNDS, SUMS
from tests.channels.web.rooms import words_of
from tests.factories import moment
from tests.journeys.actors import Resident, Reviewer, World
from tests.privacy.canary import tables
from workflows import readiness
from workflows.registry import surveys

TWO = {"questions": ["trust", "safe"]}
AT_ONCE = {"hours": 4}


def takes_part(world: World, words: str = "OPINAR") -> Resident:
    resident = world.resident()
    resident.texts(words)
    return resident


def start(world: World, reviewer: Reviewer, **form: Any) -> int:
    status = reviewer.posts("/review/surveys", step="start", **(form or TWO)).status_code
    world.pass_time(**AT_ONCE)
    return status


def counted(world: World, question: str) -> dict[int, int]:
    rows = world.look(select(SUMS).where(SUMS.c.question == question))
    return {row.digit: row.n for row in rows if row.n}


def about(world: World, person: str) -> list[tuple[str, ...]]:
    """What every table keeps of somebody, without what is drawn at random for each."""
    meta, found = MetaData(), []
    meta.reflect(world.house.store.engine)
    for table in meta.sorted_tables:
        for row in world.look(select(table)):
            if any(person in str(value) for value in row):
                kept = [
                    str(v)
                    for v in row
                    if not isinstance(v, bytes) and not re.search(r"[0-9a-f]{32}|:", str(v))
                ]
                found.append((table.name, *kept))
    return sorted(found)


def test_a_survey_from_the_first_word_to_the_published_sums_joins_nobody_to_an_answer(world: World) -> None:
    content, angry, nobody_asked = takes_part(world), takes_part(world), world.resident()
    nobody_asked.texts("hola")
    reviewer = world.reviewer()
    opted = content.reads()

    assert start(world, reviewer) in (302, 303)
    first = content.reads()
    for resident, digit in ((content, "5"), (angry, "1")):
        resident.texts("7")
        asked_again = resident.reads()
        for _ in TWO["questions"]:
            world.pass_time(minutes=1)
            resident.texts(digit)
    people = [row.id for row in world.look(select(PEOPLE))]
    during = [about(world, person) for person in people]
    last = content.reads()
    reviewer.posts("/review/surveys", step="end")
    world.pass_time(hours=1)
    after = dict(tables(world.house.store))

    assert "voluntario" in opted
    assert "OPINAR NO" in opted
    assert "confia" in first
    assert "un solo numero" in asked_again
    assert "Solo guardamos sumas" in last
    assert len(nobody_asked.inbox()) == 1
    assert (counted(world, "trust"), counted(world, "safe")) == ({1: 1, 5: 1}, {1: 1, 5: 1})
    assert during[0] == during[1]
    assert set(SUMS.c.keys()) == {"round", "question", "digit", "n"}
    assert [(row.round, row.place) for row in world.look(select(PEOPLE))] == [(None, 0)] * 2
    assert not any(name.encode() in after["notices"] for name in surveys.TEMPLATES)
    assert not any(person.encode() in after["survey_sums"] + after["survey_rounds"] for person in people)
    item = world.house.store.read(lambda conn: register.items(conn, "survey"))[0]
    assert register.facts_of(item) == {"asked": 2, "answered": 2, "questions": 2}
    ready = world.house.store.read(
        lambda conn: readiness.assess(conn, world.house.rules, now=world.clock.now)
    )
    assert next(one.colour for one in ready if one.id == "O14") is readiness.Colour.GREEN
    assert "muy pocas respuestas" in world.anybody().get("/surveys?lang=es").text


def entries(world: World) -> list[Any]:
    (item,) = world.house.store.read(lambda conn: register.items(conn, "survey"))
    return world.house.store.read(lambda conn: record.entries_of(conn, item.id))


def test_a_survey_ends_by_itself_when_its_last_day_is_over_and_its_item_says_so(world: World) -> None:
    resident, reviewer = takes_part(world), world.reviewer()
    start(world, reviewer)
    begun = [(entry.role, json.loads(entry.facts)["state"]) for entry in entries(world)]
    reviewer.gets("/review/surveys")
    announced = words_of(reviewer.page)
    world.pass_time(days=14)
    resident.texts("4")
    on_the_last_day = world.house.store.read(surveys.open_round)

    world.pass_time(days=1)
    world.pass_time(hours=1)

    assert begun == [("reviewer", "open")]
    assert "Último día" in announced
    assert on_the_last_day is not None
    assert counted(world, "trust") == {4: 1}
    assert world.house.store.read(surveys.open_round) is None
    assert [(row.round, row.place) for row in world.look(select(PEOPLE))] == [(None, 0)]
    assert [(entry.role, json.loads(entry.facts)["state"]) for entry in entries(world)] == [
        *begun,
        ("clock", "held"),
    ]
    over = world.house.store.read(surveys.closed_rounds)[0]
    assert (over.closed_on, over.answered) == (surveys.last_day(over), 1)


def test_of_two_clocks_at_once_one_ends_a_survey(world: World) -> None:
    takes_part(world)
    start(world, world.reviewer())
    rules, now = world.house.rules, world.clock.now + timedelta(days=20)

    def end(_: int) -> bool:
        at = moment(now=now)
        return world.house.store.transact(lambda conn: surveys.end_by_itself(conn, rules=rules, at=at))

    with ThreadPoolExecutor(max_workers=3) as clocks:
        ended = list(clocks.map(end, range(3)))

    assert sorted(ended) == [False, False, True]
    assert len(entries(world)) == 2


def test_an_open_survey_is_not_one_that_was_held_and_nobody_writes_by_hand_that_one_is_open(
    small_world: World,
) -> None:
    takes_part(small_world)
    reviewer = small_world.reviewer()
    day = small_world.clock.now.date().isoformat()
    by_hand = {"held_on": day, "asked": "3", "answered": "2", "trust": "50", "questions": "5"}

    refused = reviewer.posts("/review/registers/survey", state="open", **by_hand).status_code
    start(small_world, reviewer)
    ready = small_world.house.store.read(
        lambda conn: readiness.assess(conn, small_world.house.rules, now=small_world.clock.now)
    )

    assert refused == 409
    assert [json.loads(entry.facts)["state"] for entry in entries(small_world)] == ["open"]
    assert next(one.colour for one in ready if one.id == "O14") is readiness.Colour.RED


@pytest.mark.parametrize("word", ["OPINAR NO", "BAJA"])
def test_who_wants_no_more_is_asked_no_more(small_world: World, word: str) -> None:
    stays, goes = takes_part(small_world), takes_part(small_world)
    goes.texts(word)
    before = len(goes.inbox())

    start(small_world, small_world.reviewer())

    assert "Encuesta" in stays.reads()
    assert len(goes.inbox()) == before
    assert len(small_world.look(select(PEOPLE))) == 1


def test_who_leaves_in_the_middle_of_a_survey_is_not_asked_the_next_question(small_world: World) -> None:
    resident = takes_part(small_world)
    start(small_world, small_world.reviewer())

    resident.texts("OPINAR NO")
    resident.texts("4")

    assert counted(small_world, "trust") == {}
    assert small_world.look(select(PEOPLE)) == []


def test_a_digit_that_answers_something_else_is_no_answer_to_a_survey(small_world: World) -> None:
    resident = takes_part(small_world)
    start(small_world, small_world.reviewer())
    resident.texts("agua turbia en el canal de la escuela")
    resident.texts("2")
    in_a_case = counted(small_world, "trust")

    assert in_a_case == {}


def test_danger_beats_a_survey_and_the_nine_is_never_an_answer(small_world: World) -> None:
    threatened, silent = takes_part(small_world), takes_part(small_world)
    start(small_world, small_world.reviewer())

    threatened.texts("1 me amenazaron de muerte")
    silent.texts("9")

    assert [case.protected for case in small_world.cases()] == [True, True]
    assert counted(small_world, "trust") == {}


def test_only_a_reviewer_starts_a_survey_and_only_of_questions_of_the_list(small_world: World) -> None:
    takes_part(small_world)
    reviewer, focal = small_world.reviewer(), small_world.focal_point()

    refused = [
        focal.posts("/review/surveys", step="start", **TWO).status_code,
        reviewer.posts("/review/surveys", step="start", questions=["name"]).status_code,
        reviewer.posts("/review/surveys", step="start").status_code,
        reviewer.posts("/review/surveys", step="end").status_code,
    ]
    begun = start(small_world, reviewer)
    twice = start(small_world, reviewer)

    assert refused == [409] * 4
    assert (begun in (302, 303), twice) == (True, 409)


def test_results_stay_inside_while_a_survey_is_open_and_hide_small_figures_when_it_is_over(
    small_world: World,
) -> None:
    round_ = {
        "id": "r1", "catalogue": "1", "questions": "trust,safe", "opened_on": small_world.clock.now.date(),
        "closed_on": None, "is_open": "yes", "asked": 60, "answered": 30,
    }  # fmt: skip
    sums = {"trust": (11, 3, 1, 2, 13), "safe": (5, 5, 5, 2, 2)}
    rows = [
        {"round": "r1", "question": key, "digit": digit, "n": n}
        for key, of in sums.items()
        for digit, n in enumerate(of, 1)
    ]
    store = small_world.house.store
    store.transact(lambda conn: (conn.execute(insert(ROUNDS), round_), conn.execute(insert(SUMS), rows)))
    browser = create_app(small_world.house).test_client()

    inside = browser.get("/surveys?lang=es").text
    over = {"is_open": None, "closed_on": small_world.clock.now.date()}
    store.transact(lambda conn: conn.execute(ROUNDS.update().values(over)))
    shown = browser.get("/surveys?lang=es").text

    assert "confía" not in inside
    assert "De cada cien preguntadas, contestaron: 50" in words_of(shown).replace(" :", ":")
    assert re.findall(r'<td[^>]* class="num">([^<]*)</td>', shown)[:5] == ["11", *["no se muestra"] * 3, "13"]
    assert "muy pocas respuestas" in shown
