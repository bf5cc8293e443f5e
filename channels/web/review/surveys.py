"""Opinion surveys: the page of the review room that starts and ends a round, and the results for everybody."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, redirect, request
from sqlalchemy import Connection, Row
from werkzeug.wrappers import Response as BaseResponse

from channels.house import House
from channels.web.follow import verdicts
from channels.web.pages.access import Person, current_person, open_to, open_to_all
from channels.web.pages.render import render_view
from channels.web.public import findingviews
from channels.web.public.registerviews import FEW
from channels.web.staff import watched
from channels.web.staff.forms import asked, options_of
from channels.web.staff.registerroom import room
from grievance.vocabulary import Role
from reports import opinions
from reports.disclosure import SMALLEST_PRINTED
from reports.saying.sentences import NOT_SHOWN
from translations import Phrase, phrase
from workflows.registry import surveys
from workflows.registry.registers import NotWritten, Reason

Page = dict[str, Any]
NAME = phrase("Opinion surveys")
NEWEST = 12
HEAD = (phrase("Question"), phrase("1 (no)"), "2", "3", "4", phrase("5 (yes)"))
FOR_ALL = phrase(
    "Asked by text message, only of people who said that they want to be asked. Only sums are kept: "
    "nobody can see who answered what. A question is shown from twenty answers on."
)
FOR_STAFF = phrase(
    "At most five questions, one by one, to those who said that they want to be asked. "
    "Nobody sees who answered what, and nothing is counted here while a survey is open."
)


def blueprint(house: House) -> Blueprint:
    """Make `/surveys`, which everybody may read."""
    made = Blueprint("surveys", __name__)

    @made.get("/surveys")
    @open_to_all
    def results() -> Response:
        tables, cards = house.store.read(_results)
        more = house.store.read(lambda conn: verdicts.results(conn, house))
        tables, cards = [*tables, *more[0]], [*cards, *more[1]]
        page = {
            "name": NAME, "purpose": FOR_ALL, "subtitle": "", "when": "", "ready": [], "items": cards, "tables": tables,
            "empty": not cards, "older": "", "newer": "", "repeats": [], "counts": None, "safe": False,
            "written_in": house.rules.current.default_language,
        }  # fmt: skip
        return render_view("registers_items.html", page, house=house)

    return made


def review_blueprint(house: House) -> Blueprint:
    """Make `/review/surveys`."""
    made = Blueprint("review_surveys", __name__, url_prefix="/review")
    third_party = open_to(Role.FOCAL, Role.REVIEWER, house=house, face="review")

    def show(person: Person, *, reasons: Sequence[Reason] = (), said: Phrase | str = "") -> Response:
        page = house.store.read(lambda conn: _room(conn, house, person, reasons=reasons, said=said))
        return render_view("registers_room.html", page, house=house, status=409 if reasons else 200)

    @made.get("/surveys")
    @third_party
    def list_surveys() -> Response:
        return show(current_person(), said=phrase("It is written down.") if request.args.get("done") else "")

    @made.post("/surveys")
    @third_party
    def start_or_end() -> BaseResponse:
        person, at, chosen = current_person(), house.moment(), request.form.getlist("questions")
        by, rules = person.actor, house.rules
        try:
            if request.form.get("step") == "end":
                house.store.transact(lambda conn: surveys.close(conn, by=by, rules=rules, at=at))
            else:
                house.store.transact(lambda conn: surveys.start(conn, chosen, by=by, rules=rules, at=at))
        except NotWritten as refused:
            return show(person, reasons=refused.reasons)
        return redirect("/review/surveys?done=1", 303)

    return made


def _room(
    conn: Connection, house: House, person: Person, *, reasons: Sequence[Reason], said: Phrase | str
) -> Page:
    going, over = surveys.open_round(conn), surveys.closed_rounds(conn)[:NEWEST]
    rounds = [*([going] if going is not None else []), *over]
    today = findingviews.today(house, None)
    return room(house, "review", person, [watched.group(conn, "review", person, today)]) | {
        "name": NAME,
        "purpose": FOR_STAFF,
        "items": [_card(one) for one in rounds],
        "step": _form(conn, going, reasons) if person.role == Role.REVIEWER else None,
        "may_not": "" if person.role == Role.REVIEWER else phrase("Only a reviewer starts or ends a survey."),
        "refused": [reason.words for reason in reasons],
        "said": said,
        "empty": "" if rounds else phrase("Nothing has been written here yet."),
    }


def _form(conn: Connection, going: Row[Any] | None, reasons: Sequence[Reason]) -> Page:
    form = {"tone": "", "action": "/review/surveys", "blocked": (), "open": True}
    if going is not None:
        hint = phrase("Its numbers are published, and who was asked what is forgotten.")
        return form | {"key": "end", "label": phrase("End the survey"), "hint": hint, "fields": []}
    errors = {reason.field: reason.words for reason in reasons}
    field = asked(
        "questions", phrase("Which questions?"), "checkbox", options=options_of(surveys.QUESTIONS),
        value=request.form.getlist("questions"), hint=phrase("What was asked can not be taken back."),
    )  # fmt: skip
    field["error"] = errors.get("questions", "")
    n = phrase("People who take part: {n}", n=_people(len(surveys.taking_part(conn))))
    return form | {"key": "start", "label": phrase("Start a survey"), "hint": n, "fields": [field]}


def _card(one: Row[Any]) -> Page:
    over = one.closed_on is not None
    pairs: list[tuple[Any, Any]] = [
        (phrase("Questions asked"), len(surveys.questions_of(one))),
        (phrase("People asked"), _people(one.asked)),
    ]
    pairs += [] if over else [(phrase("Last day"), surveys.last_day(one))]
    pairs += [(phrase("People who answered"), _people(one.answered))] if over else []
    return {
        "id": one.id, "when": phrase("Opened on {date}", date=one.opened_on), "tone": "met" if over else "soon",
        "state": phrase("Closed") if over else phrase("Open"), "pairs": pairs, "texts": [], "final": True,
    }  # fmt: skip


def _results(conn: Connection) -> tuple[list[Page], list[Page]]:
    """Show the rounds that are over: what was answered, as tables, and how many answered, as cards."""
    over = surveys.closed_rounds(conn)[:NEWEST]
    found = [_table(one, surveys.sums(conn, one.id)) for one in over]
    cards = []
    for one, table in zip(over, found, strict=True):
        rate, few = (
            opinions.rate(one.asked, one.answered),
            len(surveys.questions_of(one)) - len(table["rows"]),
        )
        card = _card(one)
        card["pairs"] += [(phrase("Of a hundred asked, answered"), NOT_SHOWN if rate is None else rate)]
        card["pairs"] += [(phrase("Questions with too few answers to be shown"), few)] if few else []
        cards.append(card)
    return found, cards


def _table(one: Row[Any], sums: dict[str, dict[int, int]]) -> Page:
    rows = []
    for key in surveys.questions_of(one):
        shown = opinions.distribution(sums.get(key, {}))
        if shown is not None:
            cells = [NOT_SHOWN if shown[digit] is None else shown[digit] for digit in surveys.DIGITS]
            rows.append([surveys.QUESTIONS.get(key, key), *cells])
    return {"caption": phrase("Closed on {date}", date=one.closed_on), "head": HEAD, "rows": rows}


def _people(n: int) -> Phrase | int:
    return FEW if n < SMALLEST_PRINTED else n
