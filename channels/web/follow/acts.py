"""What somebody does in their opened case: it is kept for the desk's next batch, or said at once why it cannot count."""

from typing import Any

from flask import Response, request

from channels.house import House
from channels.incoming import adding, lostphones
from channels.incoming.answers import PRESSED
from channels.incoming.waiting import wait_for_batch
from channels.web.follow import parts, photos, verdicts, waits, ways
from channels.web.follow.opened import Opened, by_clave
from channels.web.follow.page import show, shut
from channels.web.pages.render import language
from channels.web.pages.rooms import room_of
from channels.web.people import complaint
from grievance import case as cases
from grievance.case import Case
from grievance.errors import Refused
from grievance.vocabulary import Step
from translations import phrase, say
from workflows import notyet, recast
from workflows.clockwork import withdrawing

REPRISALS = frozenset({"retaliation"})
STAY = "stay"
"""What somebody says at a kiosk who was asked whether they are still there."""
LISTEN = "listen"
"""What somebody asks for at a kiosk who wants to hear the whole page."""
KEPT = phrase("We have what you wrote. It is passed on in the next round.")


def act(house: House, opened: Opened, action: str) -> Response:
    """Do what a button of the page says, and show the case again.

    Raises:
        Refused: there is no such thing to do here.
    """
    case = house.store.read(lambda conn: cases.get(conn, opened.case))
    if case is None:
        return shut(house)
    spoken = language(house)
    if action in (STAY, parts.SEE, photos.PHOTOS, LISTEN):
        return show(house, opened, pictures=action == photos.PHOTOS, aloud=action == LISTEN)
    if action == photos.PHOTO and not room_of(house).kiosk:
        return show(house, opened, **photos.take(house, case, spoken))
    if action == "add":
        return _add(house, opened, case, spoken)
    if action == verdicts.VERDICT:
        taken = verdicts.take(house, case.id)
        thanks = phrase("Thank you. We have it.") if taken else phrase("Choose an answer first.")
        return show(house, opened, said=say(thanks, spoken))
    if action in ways.ALWAYS and request.form.get("pressed") == "yes":  # the desk must never hold it
        words = say(PRESSED, spoken)
        return complaint.receive(house, text=words, theme=case.theme or "", older=case, danger=REPRISALS)
    if action in lostphones.WORDS:
        return _phone(house, opened, action, spoken)
    if action == ways.REGRET:
        return _regret(house, opened, case, spoken)
    return _step(house, opened, case, action, spoken)


def _phone(house: House, opened: Opened, action: str, spoken: str) -> Response:
    """Part the case from the phone that was stolen, or give it back to the one that was found."""
    on = house.rules.today(house.now())

    def work(conn: Any) -> None:
        if action == lostphones.STOLEN:
            lostphones.lose(conn, opened.case, by=None, on=on)
        else:
            lostphones.find(conn, opened.case)

    house.store.transact(work)
    noted = {
        lostphones.STOLEN: phrase(
            "That phone no longer counts: nothing goes there, and nothing it sends is heard."
        ),
        lostphones.FOUND: phrase("That phone counts again, and we write to it again."),
    }
    return show(house, opened, said=say(noted[action], spoken))


def _regret(house: House, opened: Opened, case: Case, spoken: str) -> Response:
    """Take a withdrawal back; one that still waits for its batch was never heard of."""
    if house.store.transact(lambda conn: withdrawing.never_mind(conn, case.id)):
        return show(
            house, opened, said=say(phrase("Your case goes on, as if nothing had been said."), spoken)
        )
    if house.store.read(lambda conn: withdrawing.until(conn, case.id)) is None:
        raise Refused("nothing was withdrawn")
    _keep(house, case, Step.REGRET, {})
    return show(house, opened, said=say(waits.KEPT, spoken))


def _step(house: House, opened: Opened, case: Case, action: str, spoken: str) -> Response:
    form = request.form
    step, facts = house.store.read(
        lambda conn: ways.meant(conn, case, action, who=form.get("who", ""), why=form.get("why", ""))
    )
    if step is None:
        return _moved_on(house, opened, action, spoken)
    if step == Step.ACCEPT and case.severity == "high":
        again = by_clave(house, form.get("clave", ""))
        if again is None or again.clave != opened.clave:
            words = say(phrase("Write your clave again to accept."), spoken)
            return show(house, opened, errors=[("clave", words)], error={"clave": words}, status=403)
    if step in ways.ALWAYS.values():
        if form.get("pressed") != "no":
            words = say(phrase("Say first whether somebody presses you."), spoken)
            return show(house, opened, errors=[("pressed", words)], error={"pressed": words}, status=400)
        facts = {"pressed": False}
    return _kept_if_it_counts(house, opened, case, step, facts, spoken)


def _moved_on(house: House, opened: Opened, action: str, spoken: str) -> Response:
    """Show the case where an answer is asked for no more: a page of before, or a button that was pressed twice."""
    if action not in ways.KNOWN:
        raise Refused("no such action here")
    return show(house, opened, said=say(notyet.WHY[notyet.MOVED], spoken), status=409)


def _kept_if_it_counts(
    house: House, opened: Opened, case: Case, step: Step, facts: dict[str, Any], spoken: str
) -> Response:
    """Keep an answer for the batch, or say at once why it would not count there."""
    rules, now = house.rules, house.now()
    why = house.store.read(
        lambda conn: notyet.firmly(conn, case, step, credential="clave", rules=rules, now=now, facts=facts)
    )
    if why is not None:
        return show(house, opened, said=say(notyet.WHY[why], spoken), status=409)
    _keep(house, case, step, facts)
    return show(house, opened, said=say(waits.KEPT, spoken))


def _keep(house: House, case: Case, step: Step, facts: dict[str, Any]) -> None:
    """Let what somebody did wait for the batch; what is erased is erased wherever the same words stand."""
    at = house.moment()

    def work(conn: Any) -> None:
        for one in recast.with_the_same_words(conn, case) if step == Step.ERASE else (case.id,):
            wait_for_batch(conn, house, case_id=one, step=step, told=None, credential="clave", at=at, **facts)

    house.store.transact(work)


def _add(house: House, opened: Opened, case: Case, spoken: str) -> Response:
    text = request.form.get("text", "").strip()
    if not text or len(text) > complaint.LONGEST:
        words = say(
            phrase("Tell us what happened. A few words are enough.") if not text else complaint.TOO_LONG,
            spoken,
        )
        kept = "" if room_of(house).kiosk else text
        return show(house, opened, errors=[("added", words)], error={"text": words}, text=kept, status=400)
    # Looked for before anything is sealed: the desk must never hold it.
    if adding.is_dangerous(house, text):
        return complaint.receive(house, text=text, theme=case.theme or "", older=case)
    nonce = request.form.get("nonce", "")
    adding.add(house, case, text, door=room_of(house).door, key=nonce if complaint.is_nonce(nonce) else "")
    return show(house, opened, said=say(KEPT, spoken))
