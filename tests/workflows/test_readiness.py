"""Readiness is worked out, never set: every obligation turns red for its own reason, and green again when it is met."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from grievance import register, staff
from grievance.notice import Notice
from grievance.published import Release
from grievance.register import By, Note
from grievance.store import Store
from grievance.vocabulary import Role
from tests import factories
from tests.factories import NOON
from translations import translate
from workflows import readiness
from workflows.obligations.looking import Colour
from workflows.readiness import OBLIGATIONS
from workflows.registry.registerbook import GROUPS, LANGUAGES_WAYS, MODULES
from workflows.rulebook import Rulebook

TODAY = NOON.date()
DAY = timedelta(days=1)
RED, AMBER, GREEN = Colour.RED, Colour.AMBER, Colour.GREEN
_STAFF = staff.Staff.__table__  # type: ignore[attr-defined]


def ago(days: int) -> date:
    return TODAY - days * DAY


class House:
    """A mechanism in which somebody writes things down, and that is looked at today."""

    def __init__(self, store: Store, rules: Rulebook) -> None:
        self.store = store
        self.rules = rules

    def note(
        self, key: str, state: str, on: date = TODAY, *, noted: date | None = None, item: str = "", **more: Any
    ) -> str:  # fmt: skip
        columns = {k: more.pop(k) for k in ("until", "zone", "site", "about", "operator") if k in more}
        words = more.pop("words", {})
        what = Note(key, state, on, facts=more, words=words, **columns)
        by = By("reviewer", "ines", noted or on, "2026-01")
        at = factories.moment()
        return self.store.transact(lambda c: register.note(c, what, by=by, at=at, item=item))

    def hire(self, *people: tuple[str, Role]) -> None:
        for name, role in people:
            row = {
                "id": name, "login": name, "role": str(role), "face": "desk", "operator": None, "sites": "[]",
                "unit": None, "password": "", "totp": b"", "totp_last": 0, "active": True,
            }  # fmt: skip
            self.store.transact(lambda c, row=row: c.execute(_STAFF.insert(), row))

    def train(self, *names: str, until: date = TODAY + DAY) -> None:
        for name in names:
            for module in MODULES:
                self.note("training", "held", ago(10), about=name, module=module, until=until)

    def publish(self, month: str, *, on: date) -> None:
        row = {
            "month": month, "version": 1, "status": "provisional", "cut_off": NOON, "published_on": on, "value": "{}",
            "digest": "0" * 64,
        }  # fmt: skip
        self.store.transact(lambda c: c.execute(Release.__table__.insert(), row))  # type: ignore[attr-defined]

    def owe(self, *, since: datetime, protected: bool = False) -> None:
        room = "review" if protected else "desk"
        case = factories.a_case(self.store, self.rules, protected=protected, room=room)
        row = {
            "id": "n1", "case": case.id, "complainant": None, "template": "receipt", "language": "es", "codes": "{}",
            "text": None, "state": "queued", "owed_on": since.date(), "owed_at": since, "not_before": since,
            "attempts": 0, "reached_on": None,
        }  # fmt: skip
        self.store.transact(lambda c: c.execute(Notice.__table__.insert(), row))  # type: ignore[attr-defined]

    def stands(self, obligation: str, *, now: datetime = NOON) -> Colour:
        return self.all(now=now)[obligation].colour

    def all(self, *, now: datetime = NOON) -> Mapping[str, readiness.Ready]:
        found = self.store.read(lambda c: readiness.assess(c, self.rules, now=now))
        return {one.id: one for one in found}

    @property
    def zones(self) -> list[str]:
        return [zone.key for zone in self.rules.current.zones]

    @property
    def doors(self) -> list[str]:
        return [channel.key for channel in self.rules.current.channels]


@pytest.fixture
def house(sqlite_store: Store, rules: Rulebook) -> House:
    return House(sqlite_store, rules)


def test_the_24_obligations_stand_there_in_their_order_and_in_spanish(house: House) -> None:
    found = list(house.all().values())

    assert [one.id for one in found] == [f"O{n:02}" for n in range(1, 25)]
    for one in found:
        assert all(translate(p.msgid, "es") != p.msgid for p in (one.name, one.reason, one.turns_red))


def test_where_nothing_was_written_almost_everything_is_red(house: House) -> None:
    colours = {key: one.colour for key, one in house.all().items()}

    assert {key for key, colour in colours.items() if colour != RED} == {"O10", "O16", "O18", "O21"}


def test_the_same_works_on_both_databases(store: Store, rules: Rulebook) -> None:
    house = House(store, rules)
    house.note("dialogue", "held", ago(3))

    assert house.stands("O19") == GREEN


def once(key: str, state: str, **more: Any) -> Callable[[House, date], None]:
    def write(house: House, on: date) -> None:
        house.note(key, state, on, **more)

    return write


AGEING = (
    #  obligation, how it is met, green until so many days, red from so many
    ("O03", once("funding", "declared"), 300, 366),
    ("O07", once("stakeholder_map", "published", groups=list(GROUPS)), 300, 366),
    ("O09", once("retaliation_policy", "published", parts=["zero_tolerance", "risks", "response"]), 700, 731),
    ("O13", once("consultation", "answered"), 300, 366),
    ("O14", once("survey", "held", asked=100, answered=40), 100, 121),
    ("O15", once("evaluation", "answered"), 400, 548),
    ("O20", once("privacy_notice", "published", parts=["notice", "retention", "risks", "processors"]), 700, 731),
    ("O24", once("continuity_plan", "published"), 700, 731),
    ("O11", once("service", "answers", kind="shelter", words={"name": "Casa"}), 90, 91),
)  # fmt: skip


@pytest.mark.parametrize(("obligation", "meet", "fresh", "old"), AGEING, ids=[a[0] for a in AGEING])
def test_what_is_done_is_green_and_turns_red_when_it_is_old(
    house: House, obligation: str, meet: Callable[[House, date], None], fresh: int, old: int
) -> None:
    before = house.stands(obligation)
    meet(house, ago(old))
    stale = house.stands(obligation)
    meet(house, ago(fresh))

    assert (before, stale, house.stands(obligation)) == (RED, RED, GREEN)


AMBERS = (
    ("O07", once("stakeholder_map", "published", groups=["women"])),
    ("O11", once("service", "silent", kind="shelter", words={"name": "Casa"})),
    ("O13", once("consultation", "heard")),
    ("O14", once("survey", "held", asked=100, answered=19)),
    ("O15", once("evaluation", "published")),
    ("O18", once("commitment", "disputed", until=TODAY)),
    ("O21", once("incident", "open", until=TODAY)),
)


@pytest.mark.parametrize(("obligation", "half"), AMBERS, ids=[a[0] for a in AMBERS])
def test_what_is_half_done_is_amber(
    house: House, obligation: str, half: Callable[[House, date], None]
) -> None:
    half(house, TODAY)

    assert house.stands(obligation) == AMBER


def test_the_rules_need_every_language_and_every_form(house: House) -> None:
    languages = list(house.rules.current.languages)
    house.note("procedure_published", "published", languages=languages[:2], ways=list(LANGUAGES_WAYS))
    two = house.all()["O01"]
    house.note("procedure_published", "published", languages=languages[2:], ways=["text"])

    assert (two.colour, "Aymar aru" in str(two.reason)) == (RED, True)
    assert house.stands("O01") == GREEN


def test_rules_without_a_recording_are_not_published(house: House) -> None:
    house.note(
        "procedure_published", "published", languages=list(house.rules.current.languages), ways=["text"]
    )

    assert house.stands("O01") == RED


def test_the_panel_needs_to_meet_and_to_have_its_quorum(house: House) -> None:
    house.note("panel", "held", ago(91), present=6, seats=6, outside=4)
    long_ago = house.stands("O02")
    house.note("panel", "held", ago(60), present=2, seats=6, outside=2)
    once_without = house.stands("O02")
    house.note("panel", "held", ago(30), present=2, seats=6, outside=2)
    twice_without = house.stands("O02")
    house.note("panel", "held", ago(1), present=5, seats=6, outside=4)

    assert (long_ago, once_without, twice_without) == (RED, AMBER, RED)
    assert house.stands("O02") == GREEN


def test_a_panel_that_the_company_fills_is_not_green(house: House) -> None:
    house.note("panel", "held", ago(1), present=5, seats=6, outside=2)

    assert house.stands("O02") == AMBER


def declares_income(house: House, on: date = TODAY, **shares: int) -> None:
    for payer, share in ({"qorimayu": 30, "illapa": 20} | shares).items():
        house.note("income", "declared", on, party="independent", payer=payer, share=share)


def two_reviewers(house: House) -> None:
    house.hire(("ines", Role.REVIEWER), ("luis", Role.REVIEWER))
    for name in ("ines", "luis"):
        house.note("independence", "signed", about=name, until=TODAY + DAY)


def test_an_income_that_nobody_declared_is_said_in_words(house: House) -> None:
    two_reviewers(house)
    nothing = house.all()["O04"]
    declares_income(house, ago(366))
    last_year = house.stands("O04")
    house.note("income", "declared", party="independent", payer="qorimayu", share=30)
    half = house.all()["O04"]
    declares_income(house)

    assert (nothing.colour, last_year, half.colour) == (AMBER, AMBER, AMBER)
    assert "Minera Qorimayu" in str(nothing.reason)
    assert "Minera Illapa" in str(half.reason)
    assert house.stands("O04") == GREEN


def test_a_third_party_that_lives_of_one_company_is_no_independent_one(house: House) -> None:
    two_reviewers(house)
    declares_income(house, ago(30), illapa=50)
    at_the_ceiling = house.stands("O04")
    declares_income(house, ago(20), illapa=51)
    above = house.all()["O04"]
    house.note(
        "panel", "held", ago(10), present=5, seats=6, outside=4, decided="caseload", about="independent"
    )
    another_note = house.stands("O04")
    house.note("panel", "held", ago(9), present=5, seats=6, outside=4, decided="income", about="independent")
    noted = house.stands("O04")
    house.note("panel", "held", ago(8), present=5, seats=6, outside=4, decided="income", about="another")

    assert (at_the_ceiling, above.colour, another_note, noted) == (GREEN, RED, RED, GREEN)
    assert all(word in str(above.reason) for word in ("51", "Minera Illapa", "50"))


def test_rules_without_a_ceiling_leave_something_out(house: House) -> None:
    current = house.rules.current
    silent = replace(current, governance=replace(current.governance, income_ceiling=0))
    two_reviewers(house)
    declares_income(house, illapa=90)

    house.rules = Rulebook(current=silent)

    assert house.stands("O04") == AMBER


def test_two_reviewers_need_a_declaration_that_is_valid(house: House) -> None:
    declares_income(house)
    house.hire(("ines", Role.REVIEWER), ("luis", Role.REVIEWER), ("marco", Role.REVIEWER))
    house.note("independence", "signed", ago(10), about="ines", until=TODAY + DAY)
    house.note("independence", "signed", ago(400), about="luis", until=TODAY + DAY)
    one = house.stands("O04")
    house.note("independence", "signed", ago(10), about="luis", until=TODAY + DAY)
    two = house.stands("O04")
    house.note("independence", "signed", ago(10), about="marco", until=TODAY + DAY)

    assert (one, two, house.stands("O04")) == (RED, AMBER, GREEN)


def test_a_declaration_of_somebody_who_is_no_reviewer_counts_for_nothing(house: House) -> None:
    house.hire(("rosa", Role.OFFICER), ("julio", Role.OFFICER))
    for name in ("rosa", "julio"):
        house.note("independence", "signed", about=name, until=TODAY + DAY)

    assert house.stands("O04") == RED


def test_every_door_needs_a_test_that_worked(house: House) -> None:
    for door in house.doors[1:]:
        house.note("channel_test", "worked", ago(30), about=door)
    house.note("channel_test", "failed", ago(2), about=house.doors[0])
    one_missing = house.stands("O05")
    house.note("channel_test", "worked", ago(1), about=house.doors[0])

    assert (one_missing, house.stands("O05")) == (RED, AMBER)
    assert house.stands("O05", now=NOON + 2 * DAY) == RED


@pytest.mark.parametrize(
    ("obligation", "key", "state", "facts"),
    [("O06", "outreach", "held", {"medium": "radio"}), ("O08", "helper", "active", {"pledge": "yes"})],
)
def test_no_place_is_left_out(
    house: House, obligation: str, key: str, state: str, facts: dict[str, Any]
) -> None:
    for zone in house.zones[1:]:
        house.note(key, state, zone=zone, **facts)
    one_missing = house.stands(obligation)
    house.note(key, state, zone=house.zones[0], **facts)

    assert (one_missing, house.stands(obligation)) == (RED, GREEN)


def test_a_helper_who_signed_nothing_is_none(house: House) -> None:
    for zone in house.zones:
        house.note("helper", "active", zone=zone, pledge="no")

    assert house.stands("O08") == RED


def test_advisers_have_to_answer(house: House) -> None:
    first, second, third = (adviser.key for adviser in house.rules.current.advisers)
    named = house.stands("O10")
    house.note("adviser", "answers", about=first)
    house.note("adviser", "answers", about=second)
    spoken_to = house.stands("O10")
    house.note("adviser", "ended", about=first)
    house.note("adviser", "silent", about=third)

    assert (named, spoken_to, house.stands("O10")) == (AMBER, GREEN, RED)


def test_with_one_adviser_left_it_is_red(house: House) -> None:
    for adviser in house.rules.current.advisers[1:]:
        house.note("adviser", "ended", about=adviser.key)

    assert house.stands("O10") == RED


def test_everybody_needs_every_module(house: House) -> None:
    house.hire(("rosa", Role.OFFICER), ("ines", Role.REVIEWER))
    house.train("rosa")
    one = house.stands("O12")
    house.train("ines")

    assert (one, house.stands("O12")) == (RED, GREEN)
    assert house.stands("O12", now=NOON + 2 * DAY) == RED


def test_late_actions_turn_it_red(house: House) -> None:
    house.note("lesson", "written", cause="weather")
    for n in range(5):
        house.note("action", "open", ago(60), cause="weather", until=ago(-n))
    none_late = house.stands("O16")
    house.note("action", "open", ago(60), cause="weather", until=ago(1))
    one_of_six = house.stands("O16")
    house.note("action", "open", ago(60), cause="weather", until=ago(1))

    assert (none_late, one_of_six, house.stands("O16")) == (GREEN, AMBER, RED)


def test_a_month_is_late_after_the_tenth_working_day(house: House) -> None:
    nothing = house.stands("O17")
    house.publish("2026-01", on=date(2026, 2, 9))
    in_time = house.stands("O17")

    assert (nothing, in_time) == (RED, GREEN)
    assert house.stands("O17", now=NOON + 9 * DAY) == GREEN
    assert house.stands("O17", now=NOON + 12 * DAY) == RED


def test_a_month_that_came_late_stays_amber(house: House) -> None:
    house.publish("2026-01", on=date(2026, 2, 27))

    assert house.stands("O17") == AMBER


def test_a_commitment_nobody_speaks_of_turns_it_red(house: House) -> None:
    item = house.note("commitment", "agreed", ago(120), until=ago(61), owed_by="company")
    silent = house.stands("O18")
    house.note("commitment", "kept", ago(120), noted=TODAY, until=ago(61), owed_by="company", item=item)

    assert (silent, house.stands("O18")) == (RED, GREEN)


def test_a_commitment_of_a_case_that_waits_for_its_person_turns_it_red(house: House) -> None:
    house.note("commitment", "agreed", ago(1), until=TODAY + DAY, owed_by="company")
    before = house.stands("O18")
    factories.a_case(house.store, house.rules, state=factories.State.IMPLEMENTING)

    assert before == GREEN
    assert house.stands("O18", now=NOON + 30 * DAY) == GREEN
    assert house.stands("O18", now=NOON + 150 * DAY) == RED


def test_dialogues_are_there_or_not(house: House) -> None:
    none = house.stands("O19")
    house.note("dialogue", "held", ago(200))
    old = house.stands("O19")
    house.note("dialogue", "held", ago(2))

    assert (none, old, house.stands("O19")) == (RED, AMBER, GREEN)


def test_an_incident_beyond_its_limit_turns_it_red(house: House) -> None:
    item = house.note("incident", "open", ago(4), until=ago(1))
    late = house.stands("O21")
    house.note("incident", "told", ago(4), until=ago(1), item=item)

    assert (late, house.stands("O21")) == (RED, GREEN)


def test_a_draft_was_open_long_enough(house: House) -> None:
    house.note("comment_round", "closed", ago(20), until=ago(10), comments=3)
    short = house.stands("O22")
    house.note("comment_round", "closed", ago(20), until=ago(5), comments=3)

    assert (short, house.stands("O22")) == (RED, GREEN)


def test_every_outside_route_is_verified(house: House) -> None:
    routes = [route.key for route in house.rules.current.outside_routes]
    for route in routes[1:]:
        house.note("outside_route", "answers", ago(180), about=route)
    one_missing = house.stands("O23")
    house.note("outside_route", "silent", about=routes[0])
    one_silent = house.stands("O23")
    house.note("outside_route", "answers", about=routes[0])

    assert (one_missing, one_silent) == (RED, AMBER)
    assert house.stands("O23", now=NOON + DAY) == RED


def test_an_outage_is_announced_or_it_is_red(house: House) -> None:
    house.note("continuity_plan", "published", ago(5))
    item = house.note("outage", "out", ago(2), about="sms-shared")
    silent = house.stands("O24")
    house.note("outage", "announced", ago(2), about="sms-shared", item=item)
    told = house.stands("O24")
    house.note("outage", "over", ago(2), about="sms-shared", until=TODAY, item=item)

    assert (silent, told, house.stands("O24")) == (RED, AMBER, GREEN)


@pytest.mark.parametrize("protected", [True, False])
def test_a_message_that_waits_turns_no_public_light(house: House, *, protected: bool) -> None:
    house.note("continuity_plan", "published", ago(5))
    house.owe(since=NOON - timedelta(hours=23), protected=protected)

    assert house.stands("O24", now=NOON + timedelta(hours=2)) == GREEN


def test_what_lies_in_the_future_counts_for_nothing(house: House) -> None:
    house.note("dialogue", "held", TODAY + DAY)

    assert house.stands("O19") == RED


def test_every_obligation_names_a_criterion() -> None:
    assert {one.criterion for one in OBLIGATIONS} <= {
        "legitimate", "accessible", "predictable", "equitable", "transparent", "rights_compatible", "learning", "dialogue",
    }  # fmt: skip
