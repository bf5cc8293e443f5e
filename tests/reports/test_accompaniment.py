"""Plans, the reviewer's word, the company's and the context stand beside a month's figures, frozen when it is published."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from grievance.base import canonical
from grievance.store import Store
from grievance.vocabulary import Step
from reports import shelf
from reports.beside import accompaniment
from reports.month import Month
from reports.saying.definitions import WHY_CORRECTED
from reports.shelf import Release
from tests.factories import a_reviewer, an_officer
from tests.reports.months import Town, on
from workflows.anonymity import prose
from workflows.criterion import Actor
from workflows.registry import registers
from workflows.registry.registers import NotWritten
from workflows.rulebook import Rulebook

OFFICER, REVIEWER = an_officer(), a_reviewer()
OF_ILLAPA = an_officer(name="marisol", operator="illapa", sites=("illapa",))
PLAN: Mapping[str, str] = {
    "month": "2026-03", "criterion": "transparent", "reason": "El informe de febrero no salió.",
    "plan": "Desde abril hay un suplente que lo publica.", "owner": "coordination", "until": "2026-04-30",
}  # fmt: skip


@dataclass
class House:
    """A town whose staff write beside the figures."""

    store: Store
    rules: Rulebook

    def write(self, key: str, state: str, day: str, by: Actor, item: str = "", **answers: str) -> str:
        first = {} if item else {"held_on": date.fromisoformat(f"2026-{day}")}
        return self.store.transact(
            lambda c: registers.write(
                c, key, state, {**first, **answers}, {}, by=by, rules=self.rules, at=on(day), item=item
            )
        )

    def refused(
        self, key: str, state: str, day: str, by: Actor, item: str = "", **answers: str
    ) -> dict[str, str]:
        with pytest.raises(NotWritten) as said:
            self.write(key, state, day, by, item, **answers)
        return {reason.field: str(reason.words) for reason in said.value.reasons}

    def publish(self, month: str, day: str) -> Release:
        """Freeze a month without any figures: what is proved here does not hang on them."""
        of, today = Month.parse(month), date.fromisoformat(f"2026-{day}")

        def freeze(conn: Connection) -> Release:
            earlier = shelf.all_newest(conn, before=of)
            read = accompaniment.read(conn, of, printed=(), earlier=earlier, rules=self.rules, today=today)
            omissions = [{"msgid": each.words.msgid, "role": each.role} for each in read.omissions]
            told = {**read.parts, "published_on": today.isoformat(), "omissions": omissions, "tables": []}
            made = Release(of, shelf.newest_version(conn, of) + 1, "final", canonical(told))
            row = {"month": month, "version": made.version, "status": made.status, "cut_off": on(day).now,
                   "published_on": today, "value": made.value, "digest": made.digest, "signature": None}  # fmt: skip
            conn.execute(insert(shelf.RELEASES), row)
            return made

        return self.store.transact(freeze)


@pytest.fixture
def house(sqlite_store: Store, rules: Rulebook) -> House:
    return House(sqlite_store, rules)


def omitted(release: Release) -> list[tuple[str, str]]:
    return [(each["msgid"], each["role"]) for each in release.document["omissions"]]


def plans(release: Release) -> list[tuple[str, str, str, str | None]]:
    return [(p["month"], p["criterion"], p["state"], p["ended_on"]) for p in release.document["plans"]]


def test_a_miss_without_a_plan_is_printed_with_the_role_that_owes_it(house: House) -> None:
    house.publish("2026-01", "02-20")

    made = house.publish("2026-03", "04-20")

    words = accompaniment.WITHOUT_A_PLAN["transparent"].msgid
    assert (words, "reviewer") in omitted(made)
    assert (accompaniment.NO_STATEMENT.msgid, "reviewer") in omitted(made)


def test_a_plan_takes_the_place_of_the_omission(house: House) -> None:
    house.publish("2026-01", "02-20")
    house.write("plan", "open", "04-08", REVIEWER, **PLAN)

    made = house.publish("2026-03", "04-20")

    assert accompaniment.WITHOUT_A_PLAN["transparent"].msgid not in dict(omitted(made))
    plan = made.document["plans"][0]
    assert (plan["month"], plan["state"], plan["due_on"]) == ("2026-03", "open", "2026-04-30")
    assert plan["owner_words"]["msgid"] == "Coordination of the mechanism"
    assert plan["operator"] is None


def test_earlier_plans_stand_in_the_next_releases_as_late_or_kept_by_themselves(
    store: Store, rules: Rulebook
) -> None:
    house = House(store, rules)
    late = house.write("plan", "open", "04-08", OFFICER, **{**PLAN, "criterion": "predictable"})
    kept = house.write("plan", "open", "04-08", OFFICER, **{**PLAN, "criterion": "learning"})
    march = house.publish("2026-03", "04-10")
    house.write("plan", "done", "04-28", OFFICER, kept)
    house.write("plan", "kept", "05-06", REVIEWER, kept)
    april = house.publish("2026-04", "05-10")
    house.write("plan", "kept", "06-01", REVIEWER, late)
    may = house.publish("2026-05", "06-10")
    june = house.publish("2026-06", "07-10")

    march_03 = ("2026-03", "predictable"), ("2026-03", "learning")
    assert plans(march) == [(*march_03[0], "open", None), (*march_03[1], "open", None)]
    assert plans(april) == [(*march_03[0], "late", None), (*march_03[1], "kept", "2026-04-28")]
    assert plans(may) == [(*march_03[0], "kept_late", "2026-06-01")]
    assert plans(june) == []


def test_what_the_company_calls_done_in_time_is_not_late_while_the_reviewer_looks(house: House) -> None:
    item = house.write("plan", "open", "04-08", OFFICER, **PLAN)
    house.write("plan", "done", "04-29", OFFICER, item)

    made = house.publish("2026-04", "05-12")

    assert plans(made) == [("2026-03", "transparent", "done", None)]


def test_nobody_confirms_their_own_plan_and_the_company_confirms_none(house: House) -> None:
    own = house.write("plan", "open", "04-08", REVIEWER, **PLAN)
    theirs = house.write("plan", "open", "04-08", OFFICER, **PLAN)

    assert "state" in house.refused("plan", "kept", "04-20", REVIEWER, own)
    assert "state" in house.refused("plan", "kept", "04-20", OFFICER, theirs)
    assert "state" in house.refused("plan", "kept", "04-20", REVIEWER, **PLAN)
    assert house.write("plan", "kept", "04-20", REVIEWER, theirs) == theirs


@pytest.mark.parametrize(
    ("key", "field", "by"),
    [("plan", "reason", OFFICER), ("plan", "plan", OFFICER), ("statement", "text", REVIEWER),
     ("verdict", "text", REVIEWER), ("company_comment", "text", OFFICER), ("context", "text", OFFICER),
     ("context", "source", REVIEWER)],
)  # fmt: skip
def test_no_text_beside_the_figures_tells_a_small_figure(
    house: House, key: str, field: str, by: Actor
) -> None:
    state = "open" if key == "plan" else "written"
    answers: dict[str, Any] = {
        "plan": dict(PLAN),
        "verdict": {"month": "2026-03", "criterion": "learning", "result": "partly"},
        "context": {"month": "2026-03", "what": "rain", "text": "Llovió.", "source": "Senamhi"},
    }.get(key, {"month": "2026-03"})

    told = house.refused(key, state, "04-08", by, **{**answers, field: "Un caso llegó en domingo."})
    item = house.write(key, state, "04-08", by, **{**answers, field: "Hubo tres días de lluvia."})

    assert told == {field: str(prose.REFUSED)}
    assert item


def test_a_persons_name_is_covered_and_a_number_refused(house: House) -> None:
    text = "Lo dijo Juana Mamani en la asamblea de Ichupata."

    house.write("company_comment", "written", "04-08", OFFICER, month="2026-03", text=text)
    told = house.refused(
        "company_comment", "written", "04-08", OFFICER, month="2026-03", text="Llame al 951 234 567"
    )
    made = house.publish("2026-03", "04-10")

    assert made.document["comment"][0]["text"] == "Lo dijo [nombre] en la asamblea de Ichupata."
    assert list(told) == ["text"]


def test_the_reviewer_and_each_company_speak_for_themselves(house: House) -> None:
    house.write("statement", "written", "04-07", REVIEWER, month="2026-03", text="Los plazos estaban bien.")
    house.write(
        "statement", "written", "04-08", REVIEWER, month="2026-03", text="Los plazos estaban bien contados."
    )
    house.write("company_comment", "written", "04-08", OF_ILLAPA, month="2026-03", text="Faltó personal.")
    house.write("company_comment", "written", "04-08", OFFICER, month="2026-02", text="De otro mes.")
    house.write("verdict", "written", "04-08", REVIEWER, month="2026-03", criterion="transparent", result="not_met",
                text="Salió sin audio.")  # fmt: skip

    made = house.publish("2026-03", "04-10").document

    assert made["statement"]["text"] == "Los plazos estaban bien contados."
    assert [(c["operator"], c["text"]) for c in made["comment"]] == [("illapa", "Faltó personal.")]
    row = next(r for r in made["scorecard"]["rows"] if r["criterion"] == "transparent")
    assert (row["result"], row["independent"]) == ("met", "not_met")
    assert made["verdicts"][0]["text"] == "Salió sin audio."


def test_the_company_writes_no_statement_and_the_reviewer_no_comment_of_the_company(house: House) -> None:
    assert "" in house.refused("statement", "written", "04-08", OFFICER, month="2026-03", text="Todo bien.")
    assert "" in house.refused("company_comment", "written", "04-08", REVIEWER, month="2026-03", text="Bien.")


@pytest.mark.parametrize(
    ("month", "taken"), [("2026-04", True), ("2026-05", False), ("2026-13", False), ("abril", False)]
)
def test_only_a_month_that_has_begun_is_written_about(house: House, month: str, *, taken: bool) -> None:
    answers = {"month": month, "what": "rain", "text": "Llovió.", "source": "Senamhi"}

    if taken:
        assert house.write("context", "written", "04-08", OFFICER, **answers)
    else:
        assert list(house.refused("context", "written", "04-08", OFFICER, **answers)) == ["month"]


def test_the_context_is_told_in_the_order_in_which_it_happened(house: House) -> None:
    for day, what in (("03-20", "stoppage"), ("03-04", "rain")):
        house.write("context", "written", day, OFFICER, month="2026-03", what=what, text="Se cerró la vía.",
                    source="Radio local")  # fmt: skip

    made = house.publish("2026-03", "04-10").document

    assert [(c["what"], c["held_on"]) for c in made["context"]] == [
        ("rain", "2026-03-04"),
        ("stoppage", "2026-03-20"),
    ]


def test_a_new_version_of_an_earlier_month_is_listed_in_the_next_release(house: House) -> None:
    house.publish("2026-01", "02-05")
    house.publish("2026-02", "03-05")
    house.publish("2026-01", "03-20")

    made = house.publish("2026-03", "04-08").document

    listed = [(v["month"], v["version"], v["published_on"]) for v in made["corrections"]["versions"]]
    assert listed == [("2026-01", 2, "2026-03-20")]


def test_why_something_was_corrected_is_told_as_far_as_it_is_printed(
    sqlite_store: Store, rules: Rulebook
) -> None:
    town = Town(sqlite_store, rules)
    people = town.crowd("03-02", 14)
    for n, case in enumerate(people):
        why = "misread" if n < 8 else "looked_into" if n < 12 else "person_said"
        town.officer(case, Step.CORRECT, "03-04", facts={"theme": "dust", "reason": why})

    made = town.publish("2026-03", day="04-07")

    told = {one["reason"]: one["n"] for one in made.document["corrections"]["reasons"]}
    table = made.complaints["corrections"]
    assert made.document["corrections"]["total"] == 14
    assert told == {reason: table.value(reason) for reason in WHY_CORRECTED}
    assert (told["misread"], told["person_said"]) == (8, None)
