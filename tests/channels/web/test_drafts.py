"""Anybody comments on a draft without a name; the reviewer covers names; the comment stands in the report."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from channels.app import create_app
from channels.house import House
from grievance import settings
from grievance.case import CASES
from grievance.keyring import Ring
from grievance.store import Store
from grievance.vocabulary import Role
from reports import release
from reports.month import Month
from tests.channels.web.rooms import PASSPHRASE, Rooms, Visitor, words_of
from workflows.registry import draftrounds
from workflows.rulebook import Rulebook

MARCH = Month(2026, 3)
SAID = "Chicho y Juana Mamani dicen que el polvo sigue en Ichupata."
SHOWN = "[nombre] y [nombre] dicen que el polvo sigue en Ichupata."


@pytest.fixture
def rooms(sqlite_store: Store, rules: Rulebook, ring: Ring) -> Rooms:
    made = Rooms(sqlite_store, rules, ring, {"ines": PASSPHRASE, "luis": PASSPHRASE})
    opens = draftrounds.window("2026-03", rules=rules).opens_on
    made.now = datetime.combine(opens, time(17), tzinfo=UTC)
    made.hire("ines", Role.REVIEWER, None)
    made.hire("luis", Role.FOCAL, None)
    return made


@pytest.fixture
def public(rooms: Rooms) -> FlaskClient:
    house = House(settings.load({"GRIEVANCE_FACES": "public"}), rooms.house.store, rooms.house.ring, rooms.house.rules,
                  now=lambda: rooms.now)  # fmt: skip
    return create_app(house).test_client()


@pytest.fixture
def reviewer(rooms: Rooms) -> Visitor:
    return rooms.sign_in("ines", face="review")


def test_a_comment_goes_from_anybody_by_the_reviewer_into_the_report(
    rooms: Rooms, public: FlaskClient, reviewer: Visitor
) -> None:
    said = public.post("/reports/2026-03/draft?lang=es", data={"text": SAID}, follow_redirects=True)
    listed = reviewer.see("/comments")
    item = listed.split("?item=")[1].split('"')[0]
    opened = words_of(reviewer.see(f"/comments?item={item}"))
    decided = reviewer.client.post(
        "/review/comments",
        data={"item": item, "decision": "shown", "cover": "Chicho\n"},
        follow_redirects=True,
    )
    made = release.release(
        rooms.house.store, MARCH, rules=rooms.house.rules,
        at=rooms.house.moment(datetime(2026, 4, 16, 17, tzinfo=UTC)),
    )  # fmt: skip

    assert "Gracias" in words_of(said.text)
    assert "Chicho" not in listed
    assert SAID in opened
    assert decided.status_code == 200
    shown = made.document["comments"]["shown"]
    assert [(one["number"], one["text"]) for one in shown] == [(1, SHOWN)]
    assert not any("Comments on the draft" in one["msgid"] for one in made.document["omissions"])


def test_what_nobody_looked_at_is_printed_as_left_undone_and_stands_in_the_next_report(
    rooms: Rooms, public: FlaskClient
) -> None:
    public.post("/reports/2026-03/draft", data={"text": SAID})
    store, rules = rooms.house.store, rooms.house.rules
    march = release.release(
        store, MARCH, rules=rules, at=rooms.house.moment(datetime(2026, 4, 16, 17, tzinfo=UTC))
    )
    item = store.read(draftrounds.waiting)[0].id
    by = rooms.sign_in("ines", face="review")
    by.client.post("/review/comments", data={"item": item, "decision": "shown"})
    april = release.release(
        store, MARCH.next, rules=rules, at=rooms.house.moment(datetime(2026, 5, 15, 17, tzinfo=UTC))
    )

    assert march.document["comments"]["waiting"] == 1
    assert any("Comments on the draft" in one["msgid"] for one in march.document["omissions"])
    assert [one["month"] for one in april.document["comments"]["shown"]] == ["2026-03"]


def test_without_the_review_key_no_comment_can_be_read_or_shown(rooms: Rooms, public: FlaskClient) -> None:
    public.post("/reports/2026-03/draft", data={"text": SAID})
    item = rooms.house.store.read(draftrounds.waiting)[0].id
    keyless = rooms.sign_in("ines", face="review")
    rooms.restart(keyless)

    page = keyless.see(f"/comments?item={item}")
    refused = keyless.client.post("/review/comments", data={"item": item, "decision": "shown"})

    assert "Ichupata" not in page
    assert refused.status_code == 409
    assert len(rooms.house.store.read(draftrounds.waiting)) == 1


@pytest.mark.parametrize(("text", "status"), [("", 400), ("a" * 1001, 413), ("Bien dicho.", 303)])
def test_a_comment_has_words_and_not_too_many(public: FlaskClient, text: str, status: int) -> None:
    assert public.post("/reports/2026-03/draft", data={"text": text}).status_code == status


def test_the_page_is_there_while_a_report_is_written_and_leads_to_it_afterwards(
    rooms: Rooms, public: FlaskClient
) -> None:
    window = draftrounds.window("2026-03", rules=rooms.house.rules)
    rooms.now = datetime.combine(window.opens_on - timedelta(days=1), time(17), tzinfo=UTC)
    early_page = public.get("/reports/2026-03/draft?lang=es").text
    rooms.now = datetime.combine(window.opens_on, time(17), tzinfo=UTC)
    open_page = public.get("/reports/2026-03/draft?lang=es").text
    rooms.now = datetime.combine(window.published_on, time(17), tzinfo=UTC)
    closed_page = public.get("/reports/2026-03/draft?lang=es").text
    refused = public.post("/reports/2026-03/draft", data={"text": "Bien dicho."})
    release.release(rooms.house.store, MARCH, rules=rooms.house.rules, at=rooms.house.moment())
    after = public.get("/reports/2026-03/draft")

    assert "Se puede comentar desde el" in early_page
    assert "Enviar el comentario" not in early_page
    assert "Enviar el comentario" in open_page
    assert "Enviar el comentario" not in closed_page
    assert refused.status_code == 409
    assert (after.status_code, after.headers["Location"].split("?")[0]) == (303, "/reports/2026-03")


@pytest.mark.parametrize("month", ["2026-06", "2025-12", "enero"])
def test_a_month_that_nobody_writes_about_has_no_draft(public: FlaskClient, month: str) -> None:
    assert public.get(f"/reports/{month}/draft").status_code == 404


def test_everybody_may_have_the_evidence_of_a_scheme_once_a_month_is_published(
    rooms: Rooms, public: FlaskClient
) -> None:
    before = public.get("/evidence/irma.zip").status_code
    release.release(
        rooms.house.store, MARCH, rules=rooms.house.rules,
        at=rooms.house.moment(datetime(2026, 4, 16, 17, tzinfo=UTC)),
    )  # fmt: skip

    got = public.get("/evidence/irma.zip?lang=es")

    assert before == 404
    assert (got.status_code, got.mimetype) == (200, "application/zip")
    assert "evidence-irma-2026-03--2026-03.zip" in got.headers["Content-Disposition"]
    assert public.get("/evidence/gossip.zip").status_code == 404
    assert "/evidence/irma.zip" in public.get("/evidence?lang=es").text


def test_a_comment_that_speaks_of_danger_is_a_protected_case_at_once(
    rooms: Rooms, public: FlaskClient
) -> None:
    page = public.post("/reports/2026-03/draft?lang=es", data={"text": "Me amenasaron por la mina"}).text

    (case,) = rooms.house.store.read(lambda conn: conn.execute(select(CASES)).all())
    assert (case.protected, case.room) == (True, "review")
    assert re.search(r"\d{4} \d{4} \d{4} \d{4}", words_of(page))
