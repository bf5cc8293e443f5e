"""`/reports/YYYY-MM/draft`: what is being written for the next report, open to everybody's comments for fourteen days.

Nobody is asked who they are. A comment is sealed to the independent reviewer and stands in the report once it was
looked at. One that speaks of danger is a protected case at once, with a clave. There is no figure on this page.
"""

import os
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from channels.house import House
from channels.incoming import adding
from channels.web.figures.months import month_of
from channels.web.pages.access import open_to_all
from channels.web.pages.render import language, render_view
from channels.web.people import complaint
from channels.web.people.complaint import NONCE, is_nonce
from grievance import vault
from reports import shelf
from reports.beside import accompaniment
from reports.month import Month
from reports.saying import sentences
from translations import Phrase, phrase
from workflows.registry import draftrounds
from workflows.registry.draftrounds import LONGEST, Closed, TooMany, Window

Page = dict[str, Any]
NOTHING = phrase("Write what you want to say.")
TOO_LONG = phrase("That is too long, {most} letters at most.")
NOT_NOW = phrase("Comments on this draft are not taken today.")
FULL = phrase("Many people are writing today. Please come back tomorrow: nothing was kept.")
THANKS = phrase("Thank you. The independent reviewer covers names, and then it stands in the report.")


def blueprint(house: House) -> Blueprint:
    """Make the page of a draft and take what people say of it."""
    bp = Blueprint("drafts", __name__)

    @bp.get("/reports/<month>/draft")
    @open_to_all
    def draft(month: str) -> BaseResponse:
        asked = month_of(month)
        if house.store.read(lambda conn: shelf.newest(conn, asked)) is not None:
            return redirect(f"/reports/{asked}?lang={language(house)}", 303)
        return _show(house, asked, said=THANKS if request.args.get("done") else "")

    @bp.post("/reports/<month>/draft")
    @open_to_all
    def comment(month: str) -> BaseResponse:
        asked, text = month_of(month), request.form.get("text", "").strip()
        if not text or len(text) > LONGEST:
            wrong = Phrase(TOO_LONG.msgid, {"most": LONGEST}) if text else NOTHING
            return _show(house, asked, error=wrong, status=413 if text else 400)
        if adding.is_dangerous(house, text):  # a comment is answered by nobody, and read when there is time
            return complaint.receive(house, text=text, theme="")
        sending, review = request.form.get("nonce", ""), house.ring.public(vault.REVIEW)
        sealed = vault.seal(
            text, text_id=os.urandom(16).hex(), field=draftrounds.KEY, readers={vault.REVIEW: review}
        )
        known = sending if is_nonce(sending) else os.urandom(NONCE // 2).hex()
        today = _today(house)
        try:
            house.store.transact(
                lambda conn: draftrounds.receive(
                    conn, str(asked), sealed, sending=known, today=today, rules=house.rules
                )
            )
        except Closed:
            return _show(house, asked, error=NOT_NOW, status=409)
        except TooMany:
            return _show(house, asked, error=FULL, status=503)
        return redirect(f"/reports/{asked}/draft?done=1&lang={language(house)}", 303)

    return bp


def _today(house: House) -> Any:
    return house.rules.today(house.now())


def _show(
    house: House, month: Month, *, said: Phrase | str = "", error: Phrase | str = "", status: int = 200
) -> Response:
    today, window = _today(house), draftrounds.window(str(month), rules=house.rules)
    if not month.first_day <= today < month.next.next.first_day:
        abort(404)
    page = house.store.read(lambda conn: _page(conn, house, month, window))
    page |= {
        "said": said,
        "error": error,
        "nonce": os.urandom(NONCE // 2).hex(),
        "text": request.form.get("text", "") if error else "",
    }
    return render_view("report_draft.html", page, house=house, status=status)


def _page(conn: Connection, house: House, month: Month, window: Window) -> Page:
    today, mechanism = _today(house), house.rules.current
    parts = accompaniment.draft(conn, month, rules=house.rules, today=today)
    names = {operator.key: operator.name for operator in mechanism.operators}
    statement = parts["statement"]
    return {
        "month": sentences.month_name(month),
        "open": window.is_open(today),
        "opens": sentences.day_name(window.opens_on) if today < window.opens_on else "",
        "until": sentences.day_name(window.closes_on),
        "due": sentences.day_name(window.published_on),
        "written_in": mechanism.default_language,
        "longest": LONGEST,
        "action": f"/reports/{month}/draft",
        "plans": [_plan(plan) for plan in parts["plans"]],
        "context": [
            (sentences.thawed(one["words"]), date.fromisoformat(one["held_on"]), one["text"], one["source"])
            for one in parts["context"]
        ],
        "statement": "" if statement is None else statement["text"],
        "companies": [(names.get(one["operator"], one["operator"]), one["text"]) for one in parts["comment"]],
    }


def _plan(plan: Mapping[str, Any]) -> Page:
    return {
        "criterion": sentences.thawed(plan["name"]),
        "month": sentences.month_name(Month.parse(plan["month"])),
        "reason": plan["reason"],
        "plan": plan["plan"],
        "owner": sentences.thawed(plan["owner_words"]),
        "due": date.fromisoformat(plan["due_on"]),
        "tone": {"kept": "met", "kept_late": "met", "late": "late"}.get(plan["state"], "due"),
        "state": sentences.thawed(plan["state_words"]),
    }
