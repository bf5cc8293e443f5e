import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from sqlalchemy import select, update

from channels import wiring
from channels.gateway import Can, Outbound, Request, StatusEvent, Uncertain, Undelivered
from channels.outgoing import delivery, fates, outbox
from channels.outgoing.delivery import LEASE, PATIENCE, deliver, drain, reconcile, status
from channels.sms.segments import measure
from channels.sms.twilio import Twilio
from channels.sms.words import short_date
from channels.typed import read_clave
from grievance import case as cases
from grievance import claves, codes
from grievance.keyring import Ring
from grievance.store import Store
from grievance.vault import TEXTS
from tests import factories, standin
from tests.sending import (
    ATTEMPTS,
    BASE,
    CLAVES,
    CODES,
    NOTICES,
    PEOPLE,
    PHONE,
    Accepted,
    Clock,
    Network,
    World,
    make_house,
    settle_in,
)
from tests.standin import ACCOUNT, TOKEN, Standin
from workflows.clockwork import rounds
from workflows.rulebook import Rulebook


@pytest.fixture
def world(store: Store, ring: Ring, rules: Rulebook) -> World:
    return settle_in(make_house(store, ring, rules, Clock(), Network()), "network")


def test_a_receipt_leaves_with_number_and_clave_in_one_cheap_segment(world: World) -> None:
    drain(world.house)

    (sent,) = world.network.sent
    assert sent.to == PHONE
    assert codes.show(world.number) in sent.text
    assert measure(sent.text).encoding == "GSM-7"
    assert measure(sent.text).segments == 1
    assert world.notice().state == "sent"


def test_the_clave_that_was_sent_is_the_one_that_opens_the_case(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    derived: list[str] = []
    derive = claves.derive

    def counting(clave: str, **given: Any) -> claves.Made:
        derived.append(clave)
        return derive(clave, **given)

    monkeypatch.setattr(claves, "derive", counting)
    drain(world.house)

    (row,) = world.look(select(CLAVES))
    clave = _clave_in(world.network.sent[0].text)
    assert derived == [clave]
    made = derive(clave, scheme=world.house.schemes()[0], pepper=world.house.ring.secret("pepper-clave"))
    assert (row.lookup, row.public, row.case, row.complainant) == (
        made.lookup,
        made.public,
        world.case,
        world.person,
    )


def _clave_in(text: str) -> str:
    found = read_clave(text.partition("lave ")[2].removeprefix("nueva ")[:19])
    assert found is not None
    return found


def test_nothing_that_opens_anything_is_stored_or_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    drain(world.house)

    text = world.network.sent[0].text
    everything = (
        repr([world.look(select(t)) for t in (NOTICES, ATTEMPTS, CLAVES, CODES, PEOPLE, TEXTS)]) + caplog.text
    )
    for secret in (
        PHONE,
        "987654321",
        _clave_in(text),
        codes.show(_clave_in(text)),
        f"ref-{world.attempts()[0].id}",
    ):
        assert secret not in everything
    assert world.attempts()[0].ref == world.house.ring.mac("ref", f"ref-{world.attempts()[0].id}")


def test_two_workers_at_once_send_one_message(world: World) -> None:
    with ThreadPoolExecutor(8) as workers:
        tried = list(workers.map(lambda _: deliver(world.house, world.receipt), range(8)))

    assert sum(tried) == 1
    assert len(world.network.sent) == 1


def test_a_message_that_is_not_due_yet_waits(world: World) -> None:
    notice = world.owe("question", text="¿Desde cuándo?", soon=False)
    world.house.store.transact(
        lambda conn: conn.execute(_later(notice, world.clock.now + timedelta(hours=1))).rowcount
    )

    assert not deliver(world.house, notice)
    assert notice not in _due(world)

    world.clock.pass_by(timedelta(hours=1))
    assert deliver(world.house, notice)


def _later(notice: str, when: datetime) -> Any:
    return update(NOTICES).where(NOTICES.c.id == notice).values(not_before=when)


def _due(world: World) -> list[str]:
    return world.house.store.read(
        lambda conn: outbox.due(conn, now=world.clock.now, gateways=("network",), limit=9)
    )


def test_at_night_only_an_answer_to_the_person_leaves(world: World) -> None:
    world.clock.now = factories.NOON + timedelta(hours=11)
    late = world.owe("late", date="2026-03-01")

    drain(world.house)

    assert [m.text for m in world.network.sent if "plazo" in m.text] == []
    assert world.notice().state == "sent"
    assert world.notice(late).state == "queued"
    assert 8 <= (world.notice(late).not_before - timedelta(hours=5)).hour < 11


def test_in_a_demo_nobody_waits_for_the_jitter(store: Store, ring: Ring, rules: Rulebook) -> None:
    world = settle_in(make_house(store, ring, rules, Clock(), Network(), DEMO="1"), "network")
    notice = world.owe("question", text="¿Desde cuándo?", soon=False)
    world.clock.now -= timedelta(minutes=1)

    drain(world.house)

    assert world.notice(notice).state == "sent"


def test_after_stop_what_is_owed_is_held(world: World) -> None:
    world.house.store.transact(
        lambda conn: conn.execute(update(PEOPLE).values(stopped_on=world.clock.now.date())).rowcount
    )
    bye = world.owe("stopped")

    drain(world.house)

    assert world.notice().state == "held"
    assert world.notice(bye).state == "sent"
    assert [m.text[:6] for m in world.network.sent] == ["Listo."]


def test_someone_whose_address_was_erased_is_written_to_no_more(world: World) -> None:
    world.house.store.transact(lambda conn: conn.execute(update(PEOPLE).values(address=None)).rowcount)

    drain(world.house)

    assert world.notice().state == "held"
    assert world.network.sent == []


def test_the_code_of_the_last_message_is_kept_as_a_hash_with_three_tries_ahead(world: World) -> None:
    first, second = world.owe("question", text="¿Desde cuándo?"), world.owe("late", date="2026-03-01")
    deliver(world.house, first)
    deliver(world.house, second)

    (row,) = world.look(select(CODES))
    code = world.network.sent[-1].text.partition("conteste ")[2][:4]
    assert row.mac == world.house.ring.mac("code", f"{world.case}/{code}")
    assert row.tries == 0


def test_a_code_that_reached_nobody_leaves_the_older_one_good(world: World) -> None:
    deliver(world.house, world.owe("late", date="2026-03-01"))
    (before,) = world.look(select(CODES))
    world.network.raises = [Undelivered("21211", permanent=True)]

    deliver(world.house, world.owe("done"))

    (after,) = world.look(select(CODES))
    assert after.mac == before.mac


@pytest.mark.parametrize("permanent", [True, False])
def test_a_clave_that_reached_nobody_is_no_reader(world: World, permanent: bool) -> None:  # noqa: FBT001
    world.network.raises = [Undelivered("30003", permanent=permanent)]

    drain(world.house)

    assert world.look(select(CLAVES)) == []
    assert world.notice().state == ("failed" if permanent else "queued")


def test_a_network_that_is_busy_is_tried_again_later_and_not_for_ever(world: World) -> None:
    world.network.raises = [Undelivered("20429", permanent=False) for _ in range(fates.TRIES)]
    waits = []

    while world.notice().state == "queued":
        before = world.clock.now
        world.clock.now = max(before, world.notice().not_before)
        waits.append((world.clock.now - before).total_seconds())
        assert deliver(world.house, world.receipt)

    assert world.notice().state == "failed"
    assert waits == [0, 30, 120, 480, 1920, 7680]
    assert [a.state for a in world.attempts()] == ["suppressed"] * fates.TRIES


def test_a_provider_that_is_away_for_days_makes_nothing_fail(world: World) -> None:
    world.network.raises = [Undelivered("unreachable", permanent=False) for _ in range(3 * fates.TRIES)]

    while world.network.raises:
        world.clock.now = max(world.clock.now, world.notice().not_before)
        assert deliver(world.house, world.receipt)
    waited = world.notice().not_before - world.clock.now

    assert world.notice().state == "queued"
    assert waited == fates.LONGEST
    assert {a.state for a in world.attempts()} == {"suppressed"}


def test_when_the_provider_says_stop_the_person_is_left_in_peace(world: World) -> None:
    other = world.owe("late", date="2026-03-01")
    world.network.raises = [Undelivered("21610", permanent=True, stopped=True)]

    deliver(world.house, world.receipt)

    assert (world.notice().state, world.notice(other).state) == ("held", "held")
    assert world.look(select(PEOPLE.c.stopped_on))[0].stopped_on == factories.NOON.date()


def test_a_message_nobody_knows_of_is_not_sent_again_while_its_lease_runs(world: World) -> None:
    world.network.raises = [Accepted("hung")]

    drain(world.house)
    world.clock.pass_by(LEASE / 2)
    drain(world.house)

    assert world.notice().state == "unknown"
    assert len(world.network.sent) == 1


def test_a_message_the_provider_took_after_all_is_sent(world: World) -> None:
    world.network.raises = [Accepted("hung")]
    drain(world.house)

    world.clock.pass_by(LEASE)
    drain(world.house)

    assert world.notice().state == "sent"
    assert len(world.network.sent) == 1
    assert len(world.look(select(CLAVES))) == 1


def test_a_message_the_provider_never_took_is_sent_again(world: World) -> None:
    world.network.raises = [Uncertain("500")]
    drain(world.house)

    world.clock.pass_by(LEASE)
    drain(world.house)
    drain(world.house)

    assert world.notice().state == "sent"
    assert len(world.network.sent) == 1


def test_two_workers_ask_once_what_became_of_a_message(world: World) -> None:
    world.network.raises = [Uncertain("500")]
    drain(world.house)
    world.clock.pass_by(LEASE)
    (attempt,) = world.attempts()

    with ThreadPoolExecutor(8) as workers:
        tried = list(workers.map(lambda _: reconcile(world.house, attempt.id), range(8)))

    assert sum(tried) == 1


def _wait_in_vain(world: World) -> None:
    world.network.lists = False
    for _ in range(PATIENCE + 1):
        world.clock.pass_by(LEASE)
        drain(world.house)
    drain(world.house)


@pytest.mark.parametrize("template", ["receipt", "safe_first", "new_clave"])
def test_a_receipt_nobody_can_tell_of_comes_once_more_marked_and_with_a_fresh_clave(
    world: World, template: str
) -> None:
    notice = world.receipt if template == "receipt" else world.owe(template)
    world.house.store.transact(lambda conn: conn.execute(_only(notice)).rowcount)
    world.network.raises = [Accepted("hung")]
    drain(world.house)

    _wait_in_vain(world)
    _wait_in_vain(world)

    first, again = world.network.sent
    assert again.text.startswith("OTRA VEZ")
    assert _clave_in(first.text) != _clave_in(again.text)
    assert world.notice(notice).state == "unknown"
    assert len(world.look(select(CLAVES))) == 2


def _only(notice: str) -> Any:
    return update(NOTICES).where(NOTICES.c.id != notice).values(state="suppressed")


def test_a_second_receipt_that_is_lost_too_is_the_last(world: World) -> None:
    world.network.raises = [Accepted("hung"), Accepted("hung")]
    drain(world.house)

    for _ in range(3):
        _wait_in_vain(world)

    assert len(world.network.sent) == 2


def test_an_officers_words_are_never_sent_twice(world: World) -> None:
    drain(world.house)
    proposal = world.owe("proposal", text="Limpiamos el canal cada mes.")
    world.network.raises = [Accepted("hung")]
    drain(world.house)

    _wait_in_vain(world)

    assert sum("canal" in m.text for m in world.network.sent) == 1
    assert world.notice(proposal).state == "unknown"
    assert not world.dispatch_reads(proposal)


def test_word_that_comes_late_still_counts(world: World) -> None:
    world.network.raises = [Accepted("hung")]
    drain(world.house)
    _wait_in_vain(world)
    (attempt,) = world.attempts()

    status(world.house, StatusEvent("network", attempt.id, "r", "delivered"))

    assert world.notice().state == "delivered"


def test_a_worker_killed_before_sending_leaves_a_message_that_still_goes_out(world: World) -> None:
    _claim(world)
    world.clock.pass_by(LEASE)

    drain(world.house)
    drain(world.house)

    assert world.notice().state == "sent"
    assert len(world.network.sent) == 1


def test_a_worker_killed_after_sending_leaves_a_message_that_is_found(world: World) -> None:
    class Killed(BaseException): ...

    def kill(_: Outbound) -> None:
        raise Killed

    world.network.while_sending = kill
    with pytest.raises(Killed):
        deliver(world.house, world.receipt)
    world.network.while_sending = lambda _: None
    assert world.notice().state == "claimed"

    world.clock.pass_by(LEASE)
    drain(world.house)

    assert world.notice().state == "sent"
    assert len(world.network.sent) == 1


def test_a_worker_that_was_only_slow_sends_nothing_once_its_lease_is_lost(world: World) -> None:
    owed = _claim(world)
    world.clock.pass_by(LEASE)
    drain(world.house)

    armed = world.house.store.transact(lambda conn: outbox.arm(conn, owed, outbox.Secrets(), body_mac=b"x"))

    assert armed is False


def _claim(world: World) -> outbox.Owed:
    at = world.house.moment()
    owed = world.house.store.transact(
        lambda conn: outbox.claim(
            conn,
            world.receipt,
            rules=world.house.rules,
            at=at,
            lease=LEASE,
            receipts={"network": True},
            hurry=False,
        )
    )
    assert owed is not None
    return owed


def _event(world: World, state: str, **more: Any) -> StatusEvent:
    return StatusEvent("network", world.attempts()[-1].id, "ref", state, **more)


def test_word_of_a_message_moves_it_forward_and_never_back(world: World) -> None:
    drain(world.house)

    status(world.house, _event(world, "delivered"))
    status(world.house, _event(world, "sent"))
    status(world.house, _event(world, "failed", error="30005"))

    assert world.notice().state == "delivered"
    assert world.attempts()[0].state == "delivered"


def test_word_may_come_before_the_answer(world: World) -> None:
    world.network.while_sending = lambda _: status(world.house, _event(world, "delivered"))

    drain(world.house)

    assert world.notice().state == "delivered"
    assert world.attempts()[0].ref is not None


def test_word_of_nobodys_message_is_nothing(world: World) -> None:
    drain(world.house)

    status(world.house, StatusEvent("network", "unknown", "ref", "delivered"))
    status(world.house, replace(_event(world, "delivered"), gateway="other"))

    assert world.notice().state == "sent"


def test_a_phone_that_was_off_is_tried_again(world: World) -> None:
    drain(world.house)
    status(world.house, _event(world, "failed", error="30003", again=True))
    assert (world.notice().state, world.attempts()[0].state) == ("queued", "failed")

    world.clock.pass_by(timedelta(seconds=30))
    drain(world.house)

    assert world.notice().state == "sent"
    assert len(world.network.sent) == 2


def test_word_that_the_person_stopped_messages_holds_the_rest(world: World) -> None:
    other = world.owe("late", date="2026-03-01")
    deliver(world.house, world.receipt)

    status(world.house, _event(world, "failed", error="21610", stopped=True))

    assert world.notice(other).state == "held"


def test_a_message_that_arrived_is_an_entry_where_a_guard_asks_for_it(world: World) -> None:
    hearing = world.owe("hearing")
    deliver(world.house, hearing)
    assert world.notice(hearing).reached_on is None

    (attempt,) = world.attempts(hearing)
    for _ in range(2):
        status(world.house, StatusEvent("network", attempt.id, "ref", "delivered"))

    assert world.notice(hearing).reached_on == factories.NOON.date()
    assert _steps(world).count("reach") == 1


def test_how_a_referral_went_is_asked_four_weeks_later_and_not_of_an_erased_case(world: World) -> None:
    asked, four_weeks = world.owe("how_it_went"), timedelta(days=28)

    drain(world.house)
    early = world.notice(asked).state
    world.clock.now += four_weeks
    drain(world.house)
    of_an_erased_case = world.owe("how_it_went")
    erased = update(cases.CASES).values(sense="erased_by_person")
    world.house.store.transact(lambda conn: conn.execute(erased))
    world.clock.now += four_weeks
    drain(world.house)

    assert (early, world.notice(asked).state) == ("queued", "sent")
    assert world.notice(of_an_erased_case).state == "held"


@pytest.mark.parametrize(("protected", "state"), [(False, "sent"), (True, "held")])
def test_that_an_embargo_ends_is_said_of_a_request_that_becomes_public(
    world: World, *, protected: bool, state: str
) -> None:
    told = world.owe("embargo_ends", date="2026-04-04")
    world.house.store.transact(lambda conn: conn.execute(update(cases.CASES).values(protected=protected)))

    drain(world.house)

    assert world.notice(told).state == state


def test_without_receipts_sent_is_all_that_can_be_known(store: Store, ring: Ring, rules: Rulebook) -> None:
    world = settle_in(make_house(store, ring, rules, Clock(), Network(can=Can(receipts=False))), "network")
    hearing = world.owe("hearing")

    deliver(world.house, hearing)

    assert world.notice(hearing).reached_on == factories.NOON.date()
    assert "reach" in _steps(world)


def _steps(world: World) -> list[str]:
    from grievance import record  # noqa: PLC0415

    return world.house.store.read(lambda conn: [e.step for e in record.entries_of(conn, world.case)])


@pytest.mark.parametrize(("state", "reads"), [("delivered", False), ("failed", False), ("sent", True)])
def test_dispatch_forgets_a_text_when_its_fate_is_final(world: World, state: str, reads: bool) -> None:  # noqa: FBT001
    question = world.owe("question", text="¿Desde cuándo?")
    deliver(world.house, question)

    (attempt,) = world.attempts(question)
    status(world.house, StatusEvent("network", attempt.id, "ref", state))

    assert world.dispatch_reads(question) is reads


def test_after_some_days_dispatch_forgets_what_was_sent(world: World) -> None:
    old = world.owe("question", text="¿Desde cuándo?")
    deliver(world.house, old)
    world.clock.pass_by(timedelta(days=4))
    fresh = world.owe("question", text="¿Y ahora?")

    gone = delivery.let_go_of_old(world.house)

    assert gone == 1
    assert not world.dispatch_reads(old)
    assert world.dispatch_reads(fresh)


def test_the_clocks_rounds_let_go_of_what_is_old(world: World) -> None:
    old = world.owe("question", text="¿Desde cuándo?")
    deliver(world.house, old)
    world.clock.pass_by(timedelta(days=4))

    wiring.run_rounds(world.house)

    assert not world.dispatch_reads(old)


def test_what_is_older_than_rounds_look_back_is_let_go_of_when_the_clock_begins(world: World) -> None:
    old = world.owe("question", text="¿Desde cuándo?")
    deliver(world.house, old)
    world.clock.pass_by(timedelta(days=4 + delivery.BACK))

    wiring.run_rounds(world.house)
    before = world.dispatch_reads(old)
    wiring.Rounds()(world.house)

    assert before
    assert not world.dispatch_reads(old)


def test_a_message_that_cannot_be_said_fails_and_holds_up_nobody(world: World) -> None:
    broken = world.owe("withheld")

    drain(world.house)

    assert world.notice(broken).state == "failed"
    assert world.attempts(broken)[0].error == delivery.UNREADABLE
    assert world.notice().state == "sent"


def test_a_protected_receipt_names_the_police_of_the_country(
    store: Store, ring: Ring, rules: Rulebook
) -> None:
    world = settle_in(make_house(store, ring, rules, Clock(), Network()), "network", protected=True)

    drain(world.house)

    assert world.network.sent[0].text.endswith("Llame 105.")


def _due_of(world: World, clock: str) -> str:
    clocks = world.house.store.read(lambda conn: cases.clocks_of(conn, world.case))
    return short_date(next(c.due_on for c in clocks if c.name == clock), "es")


def test_whoever_is_acknowledged_hears_when_the_first_answer_comes(world: World) -> None:
    deliver(world.house, world.owe("acknowledgement", date="2026-03-11"))

    assert f"Primera respuesta hasta el {_due_of(world, 'answer')}." in world.network.sent[0].text


def test_whoever_waits_too_long_hears_which_day_was_missed(world: World) -> None:
    world.clock.pass_by(timedelta(days=9))
    at, rules = world.house.moment(), world.house.rules
    outcome = world.house.store.transact(
        lambda conn: rounds.log_overdue(conn, world.case, "acknowledge", 1, rules=rules, at=at)
    )
    assert outcome is not None

    deliver(world.house, outcome.notices[0])

    assert f"no cumplimos el plazo del {_due_of(world, 'acknowledge')}." in world.network.sent[0].text


def test_another_gateways_people_are_not_ours(world: World) -> None:
    world.house.store.transact(lambda conn: conn.execute(update(PEOPLE).values(gateway="android")).rowcount)

    assert drain(world.house) == 0
    assert not deliver(world.house, world.receipt)


@pytest.fixture
def provider() -> Iterator[Standin]:
    with standin.running() as running:
        yield running


@pytest.fixture
def online(store: Store, ring: Ring, rules: Rulebook, provider: Standin) -> World:
    twilio = Twilio(
        account=ACCOUNT,
        tokens=(TOKEN,),
        sender="+51900000001",
        base_url=BASE,
        api_base=provider.url,
        timeout=30,
    )
    world = settle_in(make_house(store, ring, rules, Clock(), twilio), "twilio")
    provider.now = lambda: world.clock.now

    def hear(address: str, form: dict[str, str]) -> None:
        uri = address.removeprefix(BASE)
        headers = {"X-Twilio-Signature": standin.sign(address, form)}
        body = urlencode(form).encode()
        (event,) = twilio.status(Request("POST", uri, headers, body, tuple(parse_qsl(body.decode()))))
        status(world.house, event)

    provider.on_status = hear
    return world


def test_a_receipt_goes_to_twilio_by_its_real_library(online: World, provider: Standin) -> None:
    drain(online.house)
    provider.call_back(provider.taken[0], "delivered")

    (taken,) = provider.taken
    assert (taken["To"], taken["From"]) == (PHONE, "+51900000001")
    assert codes.show(online.number) in taken["Body"]
    assert provider.invalid == []
    assert online.notice().state == "delivered"


@pytest.mark.parametrize("fault", ["hang", "fail_after", "cut", "garbage"])
def test_whatever_twilio_does_after_taking_it_the_receipt_comes_once(
    online: World, provider: Standin, fault: str
) -> None:
    provider.fault, provider.faults = fault, 1
    twilio = online.house.gateways["twilio"]
    impatient = replace(twilio, timeout=0.5) if fault == "hang" else twilio  # type: ignore[type-var]
    drain(replace(online.house, gateways={"twilio": impatient}))
    assert online.notice().state == "unknown"

    online.clock.pass_by(LEASE)
    drain(online.house)
    drain(online.house)

    assert len(provider.taken) == 1
    assert online.notice().state == "sent"


def test_twilio_that_took_nothing_gets_it_again(online: World, provider: Standin) -> None:
    provider.fault, provider.faults = "fail", 1
    drain(online.house)

    online.clock.pass_by(LEASE)
    drain(online.house)
    drain(online.house)

    assert len(provider.taken) == 1
    assert online.notice().state == "sent"


def test_twilio_may_call_back_before_it_answers(online: World, provider: Standin) -> None:
    provider.fault = "callback"

    drain(online.house)

    assert online.notice().state == "delivered"


def test_a_number_that_does_not_exist_fails_for_good(online: World, provider: Standin) -> None:
    provider.fault, provider.refusal = "refuse", (400, 21211)

    drain(online.house)

    assert online.notice().state == "failed"
    assert online.attempts()[0].error == "21211"
