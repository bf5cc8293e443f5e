"""What desk and review room have in common: the list, opening a case, the case, taking a step."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, abort, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from channels.house import House
from channels.incoming.timing import desk_day
from channels.typed import read_case_number
from channels.web.pages import kept
from channels.web.pages.access import Person
from channels.web.pages.render import language, render_view
from channels.web.staff import caselists, casepage, caseviews, deciding, login, steps, watched
from channels.web.staff.caseviews import Scope
from channels.web.staff.forms import About, Spec
from channels.web.staff.once import TWICE, TWICE_GONE
from grievance import codes, vault
from grievance.case import Case
from grievance.errors import Misconfigured
from grievance.vocabulary import Step
from translations import Phrase, phrase
from workflows import casework
from workflows.casework import NoSuchStep
from workflows.knowing import conflicts

Page = dict[str, Any]
Groups = tuple[tuple[Phrase, tuple[tuple[str, Phrase, str], ...]], ...]
"""Headings, and under each the lists: key, words, tone."""
LEAVING = frozenset({Step.HAND_TO_FOCAL, Step.RECUSE})
MOVED = phrase("This step is no longer possible: the case has moved on. Look at it again.")
PROTECTED_SINCE = phrase(
    "A colleague protected this case after you opened this page: somebody may be in danger. Read it again before you decide."
)
CLOSED_KEY = phrase("Open the review key first: without it no text can be shared with a desk.")
UNREADABLE = phrase("Something was left out or could not be read: look at the form.")


class Room:
    """One face's pages over one house; `key` gives what opens texts for a person, or None while it is closed."""

    def __init__(
        self,
        house: House,
        face: str,
        *,
        views: Groups,
        key: Callable[[Person], vault.Key | None],
        note: Callable[[Person], str],
    ) -> None:
        self.house = house
        self.face = face
        self.views = views
        self.key = key
        self.note = note

    def scope(self, person: Person) -> Scope:
        """Say what somebody may see today."""
        rules = self.house.rules
        calendar = rules.calendar(rules.current.version, site=None, operator=person.operator)
        today, hour = desk_day(calendar, self.house.now())
        off = self.house.store.read(lambda conn: conflicts.off(conn, person.id))
        return Scope(self.face, person.id, person.operator, person.sites, today, hour, off)

    def listing(self, person: Person, *, more: Mapping[str, Any] | None = None) -> BaseResponse:
        """Show a list, or go to the case whose number was typed."""
        scope, tongue = self.scope(person), language(self.house)
        typed = request.args.get("q", "").strip()[:40]
        number = read_case_number(typed)
        if number and self.house.store.read(lambda c: caseviews.find(c, scope, number)) is not None:
            return redirect(f"/{self.face}/cases/{number}", 303)
        page = self.house.store.read(
            lambda c: self._list(c, person, scope, tongue, after=request.args.get("after", "")[:60])
        )
        page |= {
            "search": typed,
            "empty": phrase("No case of yours has that number.")
            if typed
            else phrase("Nothing is waiting here."),
        }
        if typed:
            page |= {"groups": [], "count": 0, "more": ()}
        return self._render(f"{self.face}_list.html", page | dict(more or {}))

    def open(self, person: Person, number: str) -> BaseResponse:
        """Open a case: an entry in the record, then the case."""
        scope = self.scope(person)
        case = self._case(scope, number)
        at = self.house.moment()
        outcome = self.house.store.transact(
            lambda c: casework.take(c, case.id, Step.OPEN, actor=person.actor, rules=self.house.rules, at=at)
        )
        if outcome.refusals:
            return self._door(
                person, scope, case, refused=[one.reason for one in outcome.refusals], status=409
            )
        return redirect(f"/{self.face}/cases/{case.number}", 303)

    def case(self, person: Person, number: str) -> BaseResponse:
        """Show a case that this person opened; else only a door."""
        scope = self.scope(person)
        case = self._case(scope, number)
        if not self.house.store.read(lambda c: caseviews.was_opened(c, scope, case.id)):
            return self._door(person, scope, case)
        done = request.args.get("done", "")
        label = next((spec.label for spec in steps.SPECS if spec.key == done), None)
        return self._show(person, scope, case, said=phrase("Recorded: {what}", what=label) if label else "")

    def step(self, person: Person, number: str, key: str) -> BaseResponse:
        """Take a step, or show the case again with the reasons and everything that was typed."""
        scope, tongue = self.scope(person), language(self.house)
        case = self._case(scope, number)
        held = self.key(person)

        def look(conn: Connection) -> tuple[bool, About]:
            known = casepage.about(conn, self.house, scope, person, case, key=held, language=tongue)
            return caseviews.was_opened(conn, scope, case.id), known

        opened, known = self.house.store.read(look)
        if not opened:
            return self._door(person, scope, case, status=409)
        if not any(one.key == key for one in steps.SPECS):
            abort(404)
        spec = steps.find(known, key)
        typed = (key, request.form, dict[str, Phrase]())
        if spec is not None and kept.stands():
            return self._show(person, scope, case, typed=typed)
        reasons, errors = (
            ([_gone(person, known, key)], {}) if spec is None else self._try(person, case, spec, known, held)
        )
        if spec is None or reasons:
            typed = (key, request.form, dict(errors))
            return self._show(person, scope, case, typed=typed, refused=reasons, status=409)
        if spec.step in LEAVING:
            return redirect(f"/{self.face}", 303)
        return redirect(f"/{self.face}/cases/{case.number}?done={spec.key}", 303)

    def _try(
        self, person: Person, case: Case, spec: Spec, known: About, held: vault.Key | None
    ) -> tuple[list[Phrase], Mapping[str, Phrase]]:
        """Take a step; say every reason why not, and what could not be read of the form."""
        brought = spec.read(request.form, known)
        if brought.errors:
            return [UNREADABLE, *brought.errors.values()], brought.errors
        try:
            outcome = deciding.take(
                self.house, person, case.id, brought.step or spec.step, brought, key=held, after=_shown()
            )
        except deciding.Twice:
            return [TWICE], {}
        except deciding.ProtectedSince:
            return [PROTECTED_SINCE], {}
        except NoSuchStep:
            return [MOVED], {}
        except Misconfigured:
            return [CLOSED_KEY], {}
        return [one.reason for one in outcome.refusals], {}

    def _case(self, scope: Scope, number: str) -> Case:
        digits = "".join(sign for sign in number if sign in "0123456789")
        found = self.house.store.read(lambda c: caseviews.find(c, scope, digits))
        if found is None:
            abort(404)
        return found

    def _show(
        self,
        person: Person,
        scope: Scope,
        case: Case,
        *,
        typed: tuple[str, Any, Mapping[str, Phrase]] | None = None,
        refused: list[Phrase] | None = None,
        said: Phrase | str = "",
        status: int = 200,
    ) -> BaseResponse:
        tongue, key = language(self.house), self.key(person)

        def look(conn: Connection) -> Page:
            now = caseviews.find(conn, scope, case.number) or case
            known = casepage.about(conn, self.house, scope, person, now, key=key, language=tongue)
            page = self._list(conn, person, scope, tongue, current=case.number)
            return page | casepage.build(
                conn, self.house, scope, person, known, key=key, typed=typed, refused=refused or (), said=said
            )

        page = self.house.store.read(look)
        return self._render(
            "desk_case.html", page | {"as_shown": phrase("as the desk reads it")}, status=status
        )

    def _door(
        self,
        person: Person,
        scope: Scope,
        case: Case,
        *,
        refused: list[Phrase] | None = None,
        status: int = 200,
    ) -> BaseResponse:
        tongue = language(self.house)
        page = self.house.store.read(lambda c: self._list(c, person, scope, tongue, current=case.number))
        hint: Phrase = phrase("Who opens a case, and on which day, stands in its record.")
        door = {
            "action": f"/{self.face}/cases/{case.number}/open",
            "label": phrase("Open the case (this is recorded)"),
            "hint": caselists.joined(refused) if refused else hint,
        }
        page |= {"number": codes.show(case.number), "summary": "", "door": door}
        return self._render("desk_case.html", page, status=status)

    def _list(
        self,
        conn: Connection,
        person: Person,
        scope: Scope,
        tongue: str,
        *,
        after: str = "",
        current: str = "",
    ) -> Page:
        numbers = caseviews.counts(conn, scope)
        names = {key: words for _, group in self.views for key, words, _ in group}
        view = request.args.get("view", "")
        view = view if view in names else next(iter(names))
        rows, cursor = caseviews.queue(conn, scope, view, after=after, key=self.key(person))
        before, following = caseviews.neighbours(rows, current)
        shown = [
            {
                "name": name,
                "views": [
                    (f"/{self.face}?view={key}", words, numbers[key], tone, key == view)
                    for key, words, tone in group
                ],
            }
            for name, group in self.views
        ]
        return login.frame(self.face, staff=person.login, note=self.note(person)) | {
            "view_groups": [
                *shown,
                *watched.voices(conn, self.face, person),
                watched.dangers(conn, self.face, person, self.house.now()),
                watched.group(conn, self.face, person, scope.today),
            ],
            "view": names[view],
            "count": numbers[view],
            "order": phrase("Order: next date"),
            "groups": caselists.grouped(rows, scope, self.house.rules, tongue, current=current),
            "open_action": f"/{self.face}",
            "search": "",
            "search_action": f"/{self.face}",
            "empty": phrase("Nothing is waiting here."),
            "said": "",
            "csv": "",
            "previous": f"/{self.face}/cases/{before}/open" if before else "",
            "next": f"/{self.face}/cases/{following}/open" if following else "",
            "more": (f"/{self.face}?view={view}&after={cursor}", phrase("Next page")) if cursor else (),
            "locked": None,
            "figures": (),
        }

    def _render(self, template: str, page: Page, *, status: int = 200) -> Response:
        return render_view(template, page, house=self.house, status=status)


def _shown() -> int | None:
    """Say how many steps they had taken in the case when its page was made; `None` where the form does not say it."""
    text = request.form.get("after", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004


def _gone(person: Person, known: About, key: str) -> Phrase:
    """Say why a step is possible no more: this person took it a click ago, or the case moved on."""
    step = next(one.step for one in steps.SPECS if one.key == key)
    return TWICE_GONE if deciding.is_twice(known.entries, person, step, _shown()) else MOVED
