"""The registers take what the right person says, in the right words, and refuse the rest kindly."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from grievance import record, register, staff, vocabulary
from grievance.errors import Unknown
from grievance.store import Store
from grievance.vocabulary import ROOT_CAUSES, Role, State, Step
from tests import factories
from tests.factories import NOON, a_case, a_focal_point, a_reviewer, an_officer
from translations import translate
from workflows.anonymity.masking import mask
from workflows.criterion import Actor
from workflows.registry import clusters, registerbook, registers
from workflows.registry.registerbook import BY_KEY, CAUSES, REGISTERS
from workflows.registry.registers import NotWritten
from workflows.registry.registershape import Asks
from workflows.rulebook import Rulebook

TODAY = NOON.date()
OFFICER, FOCAL, REVIEWER = an_officer(sites=("qorimayu", "yanaqaqa")), a_focal_point(), a_reviewer()
ANOTHER = an_officer(name="julio", sites=("qorimayu", "yanaqaqa"))
OF_ILLAPA = an_officer(name="marisol", operator="illapa", sites=("illapa",))
DIALOGUE: Mapping[str, object] = {
    "held_on": TODAY, "kind": "assembly", "zone": "ichupata", "women": 12, "men": 9, "company": 2, "authority": 1,
    "commitments": 1, "objective": "Hablar del canal", "result": "Se acordó una visita",
}  # fmt: skip
COMMITMENT: Mapping[str, object] = {
    "held_on": TODAY, "owed_by": "company", "owed_to": "community", "site": "qorimayu",
    "until": TODAY + timedelta(days=30), "proof": "none", "text": "Reparar el canal",
}  # fmt: skip


class Desk:
    """Somebody writes in a register of one deployment."""

    def __init__(self, store: Store, rules: Rulebook) -> None:
        self.store = store
        self.rules = rules

    def write(self, key: str, state: str, by: Actor, item: str = "", **answers: Any) -> str:
        texts = {one.key for one in BY_KEY[key].fields if one.kind is Asks.TEXT}
        words = {k: v for k, v in answers.items() if k in texts}
        fields = {k: v for k, v in answers.items() if k not in texts}
        return self.store.transact(
            lambda c: registers.write(
                c, key, state, fields, words, by=by, rules=self.rules, at=factories.moment(), item=item
            )
        )

    def refused(self, key: str, state: str, by: Actor, item: str = "", **answers: Any) -> dict[str, str]:
        with pytest.raises(NotWritten) as said:
            self.write(key, state, by, item, **answers)
        return {reason.field: str(reason.words) for reason in said.value.reasons}

    def item(self, item: str, key: str) -> Any:
        return next(row for row in self.store.read(lambda c: register.items(c, key)) if row.id == item)

    def hire(self, name: str, role: Role, operator: str | None = None) -> None:
        row = {
            "id": name, "login": name, "role": str(role), "face": "desk", "operator": operator, "sites": "[]",
            "unit": None, "password": "", "totp": b"", "totp_last": 0, "active": True,
        }  # fmt: skip
        self.store.transact(lambda c: c.execute(staff.Staff.__table__.insert(), row))  # type: ignore[attr-defined]


@pytest.fixture
def desk(store: Store, rules: Rulebook) -> Desk:
    return Desk(store, rules)


def test_a_dialogue_is_written_with_its_place_and_its_entry(desk: Desk) -> None:
    item = desk.write("dialogue", "held", OFFICER, **DIALOGUE)

    row = desk.item(item, "dialogue")
    entries = desk.store.read(lambda c: record.entries_of(c, item))
    assert (row.operator, row.site, row.zone, row.held_on) == ("qorimayu", "qorimayu", "ichupata", TODAY)
    assert register.facts_of(row)["women"] == 12
    assert register.words_of(row)["result"] == "Se acordó una visita"
    assert "canal" not in entries[0].facts


@pytest.mark.parametrize(
    ("key", "by"),
    [("panel", OFFICER), ("independence", OFFICER), ("adviser", OFFICER), ("channel_test", OFFICER), ("survey", OFFICER)],
)  # fmt: skip
def test_what_is_not_the_companys_to_say_its_officer_cannot_write(desk: Desk, key: str, by: Actor) -> None:
    state = next(iter(BY_KEY[key].states))

    assert desk.refused(key, state, by, held_on=TODAY)[""] == "Your role does not write in this register."


def test_the_panel_is_written_by_the_third_party(desk: Desk) -> None:
    facts = {"held_on": TODAY, "present": 5, "seats": 6, "outside": 4, "minutes": "Se pidió un plan."}

    item = desk.write("panel", "held", REVIEWER, **facts)

    assert register.facts_of(desk.item(item, "panel"))["present"] == 5


def test_the_panel_decides_about_a_version_or_about_somebodys_cases(desk: Desk) -> None:
    desk.hire("rosa-id", Role.OFFICER, "qorimayu")
    facts = {"held_on": TODAY, "present": 5, "seats": 6, "outside": 4, "minutes": "Se votó."}

    voted = desk.write("panel", "held", REVIEWER, **facts, decided="procedure", about="2026-02")
    allowed = desk.write("panel", "held", REVIEWER, **facts, decided="caseload", about="rosa-id")
    reasons = desk.refused("panel", "held", REVIEWER, **facts, decided="caseload", about="¿quién?")

    assert desk.item(voted, "panel").about == "2026-02"
    assert desk.item(allowed, "panel").about == "rosa-id"
    assert list(reasons) == ["about"]


def test_an_officer_records_a_colleagues_training_and_nobody_elses(desk: Desk) -> None:
    desk.hire("rosa", Role.OFFICER, "qorimayu")
    desk.hire("julio", Role.OFFICER, "qorimayu")
    desk.hire("marisol", Role.OFFICER, "illapa")
    desk.hire("ines", Role.REVIEWER)
    facts = {"held_on": TODAY, "module": "respect", "until": TODAY + timedelta(days=700)}

    desk.write("training", "held", OFFICER, about="julio", **facts)

    for nobody in ("rosa", "marisol", "ines"):
        assert "about" in desk.refused("training", "held", OFFICER, about=nobody, **facts)


def test_nobody_records_their_own_training(desk: Desk) -> None:
    desk.hire("ines", Role.REVIEWER)
    desk.hire("luz", Role.FOCAL)
    facts = {"held_on": TODAY, "module": "respect", "until": TODAY + timedelta(days=700)}

    desk.write("training", "held", FOCAL, about="ines", **facts)

    assert "about" in desk.refused("training", "held", REVIEWER, about="ines", **facts)


def test_a_reviewer_signs_only_for_themself(desk: Desk) -> None:
    item = desk.write(
        "independence", "signed", REVIEWER, held_on=TODAY, until=TODAY + timedelta(days=365), about="luz"
    )

    assert desk.item(item, "independence").about == "ines"


def test_a_company_never_says_that_its_own_commitment_was_kept(desk: Desk) -> None:
    item = desk.write("commitment", "agreed", OFFICER, **COMMITMENT)

    done = desk.write("commitment", "done", OFFICER, item, proof="photo")
    reasons = desk.refused("commitment", "kept", ANOTHER, item)
    desk.write("commitment", "kept", FOCAL, item, proof="visit")

    assert done == item
    assert reasons == {"state": "Only the other side can say that it was kept."}
    assert desk.item(item, "commitment").state == "kept"


def test_what_the_independent_entity_owes_only_the_company_confirms(desk: Desk) -> None:
    item = desk.write("commitment", "agreed", FOCAL, **{**COMMITMENT, "owed_by": "host", "site": ""})

    reasons = desk.refused("commitment", "kept", REVIEWER, item)

    assert reasons == {"state": "Only the other side can say that it was kept."}


def test_who_wrote_a_commitment_does_not_confirm_it(desk: Desk) -> None:
    item = desk.write("commitment", "agreed", FOCAL, **COMMITMENT)

    reasons = desk.refused("commitment", "kept", FOCAL, item)
    desk.write("commitment", "kept", REVIEWER, item)

    assert reasons == {"state": "Somebody else has to confirm what you wrote yourself."}
    assert desk.item(item, "commitment").state == "kept"


def test_a_commitment_is_not_born_kept(desk: Desk) -> None:
    reasons = desk.refused("commitment", "kept", REVIEWER, **COMMITMENT)

    assert list(reasons) == ["state"]


def test_what_was_agreed_stays_as_it_was_written(desk: Desk) -> None:
    item = desk.write("commitment", "agreed", OFFICER, **COMMITMENT)

    reasons = desk.refused("commitment", "done", OFFICER, item, text="Mirar el canal", proof="photo")
    desk.write("commitment", "done", OFFICER, item, proof="photo")

    row = desk.item(item, "commitment")
    assert reasons == {"text": "What was agreed stays as it was written: What will be done."}
    assert register.words_of(row) == {"text": "Reparar el canal"}
    assert row.until == COMMITMENT["until"]


def test_only_the_third_party_says_that_a_commitment_was_missed(desk: Desk) -> None:
    item = desk.write("commitment", "agreed", OFFICER, **COMMITMENT)

    reasons = desk.refused("commitment", "missed", OFFICER, item)
    desk.write("commitment", "missed", REVIEWER, item)

    assert reasons == {"state": "Only the independent entity can say that."}


def test_a_finished_item_does_not_change_any_more(desk: Desk) -> None:
    item = desk.write("commitment", "agreed", OFFICER, **COMMITMENT)
    desk.write("commitment", "kept", FOCAL, item)

    reasons = desk.refused("commitment", "missed", REVIEWER, item)

    assert reasons == {"": "This is finished. It can be read, and not changed any more."}


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("objective", "Llame al 987654321", "Everybody will read this."),
        ("result", "Escriba a ana@ejemplo.org", "Everybody will read this."),
        ("result", "x" * 601, "Write it shorter"),
        ("result", "", "Fill this in"),
        ("kind", "quarrel", "Choose from the list"),
        ("zone", "wilakota", "Choose from the list"),
        ("women", -1, "Write a whole number"),
        ("women", "doce", "Write a whole number"),
        ("held_on", "mañana", "Write a day"),
        ("held_on", TODAY + timedelta(days=1), "That day is still to come"),
        ("mood", "good", "This register asks no such thing"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_in_words(
    desk: Desk, field: str, value: object, reason: str
) -> None:
    reasons = desk.refused("dialogue", "held", OFFICER, **{**DIALOGUE, field: value})

    assert list(reasons) == [field]
    assert reasons[field].startswith(reason)


def test_every_reason_is_said_at_once(desk: Desk) -> None:
    reasons = desk.refused("dialogue", "held", OFFICER)

    assert set(reasons) == {one.key for one in BY_KEY["dialogue"].asked if one.required}


def test_an_end_before_its_beginning_is_refused(desk: Desk) -> None:
    reasons = desk.refused(
        "commitment", "agreed", OFFICER, **{**COMMITMENT, "until": TODAY - timedelta(days=1)}
    )

    assert reasons == {"until": "The end cannot lie before the beginning."}


def test_a_state_that_a_register_does_not_know_is_refused(desk: Desk) -> None:
    assert desk.refused("dialogue", "cancelled", OFFICER, **DIALOGUE) == {
        "state": "Choose a state from the list."
    }


def test_an_officer_changes_nothing_of_another_company(desk: Desk) -> None:
    item = desk.write("commitment", "agreed", OFFICER, **COMMITMENT)

    with pytest.raises(Unknown):
        desk.write("commitment", "done", OF_ILLAPA, item, proof="photo")

    assert desk.item(item, "commitment").state == "agreed"


def test_an_officer_sees_their_own_sites_and_what_belongs_to_nobody(desk: Desk) -> None:
    mine = desk.write("dialogue", "held", OFFICER, **DIALOGUE)
    theirs = desk.write("dialogue", "held", OF_ILLAPA, **{**DIALOGUE, "zone": "wilakota"})
    common = desk.write("dialogue", "held", REVIEWER, **{**DIALOGUE, "zone": ""})

    def seen(by: Actor) -> set[str]:
        return {row.id for row in desk.store.read(lambda c: registers.visible(c, "dialogue", by=by))}

    assert seen(OFFICER) == {mine, common}
    assert seen(OF_ILLAPA) == {theirs, common}
    assert seen(FOCAL) == {mine, theirs, common}


def test_a_register_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(Unknown):
        registers.find("gossip")

    assert registers.find("lesson").key == "lesson"


def test_every_register_is_well_formed_and_every_obligation_has_one() -> None:
    fed = {one for of in REGISTERS for one in of.feeds}

    assert {f"O{n:02}" for n in range(1, 25)} == fed
    assert set(CAUSES) == set(ROOT_CAUSES)
    assert set(registerbook.MODULES) == set(vocabulary.MODULES)
    for of in REGISTERS:
        assert len(of.key) <= 24
        assert set(of.only) | of.final <= set(of.states)
        assert all(one.options or one.among for one in of.fields if one.kind in (Asks.CODE, Asks.CODES))


def test_a_refusal_is_said_in_spanish_and_masks_nothing_itself() -> None:
    sentence = "Only the other side can say that it was kept."

    assert translate(sentence, "es") == "Que se cumplió solo lo puede decir la otra parte."
    assert mask(translate(sentence, "es")).kinds == frozenset()


# --- clusters ----------------------------------------------------------------------------------------------


def learned(
    store: Store, rules: Rulebook, times: int, *, zone: str = "ichupata", protected: bool = False
) -> list[str]:
    made = [a_case(store, rules, state=State.VERIFIED, zone=zone, protected=protected) for _ in range(times)]
    for case in made:
        by = a_focal_point() if protected else an_officer()
        factories.take(store, case, Step.LEARN, actor=by, rules=rules, facts=factories.LEARNED)
    return [case.id for case in made]


def found(store: Store, *, protected: bool = False, on: date = TODAY) -> list[tuple[str, str, int, bool]]:
    seen = store.read(lambda c: clusters.clusters(c, on, protected=protected))
    return [(one.cause, one.zone, one.cases, one.acted) for one in seen]


def test_three_cases_of_one_cause_and_place_make_a_cluster(sqlite_store: Store, rules: Rulebook) -> None:
    learned(sqlite_store, rules, 2)
    before = found(sqlite_store)
    learned(sqlite_store, rules, 1)

    assert before == []
    assert found(sqlite_store) == [("maintenance", "ichupata", 3, False)]
    assert found(sqlite_store, on=TODAY + timedelta(days=91)) == []


def test_cases_that_an_officer_linked_are_a_cluster_all_the_same(
    sqlite_store: Store, rules: Rulebook
) -> None:
    first, *others = learned(sqlite_store, rules, 3)
    for other in others:
        facts = {"other": other}
        factories.take(sqlite_store, first, Step.LINK, actor=an_officer(), rules=rules, facts=facts).settle()

    assert found(sqlite_store) == [("maintenance", "ichupata", 3, False)]


def test_cases_of_different_places_make_none(sqlite_store: Store, rules: Rulebook) -> None:
    learned(sqlite_store, rules, 2)
    learned(sqlite_store, rules, 2, zone="huaylluray")

    assert found(sqlite_store) == []


def test_an_open_action_of_that_cause_answers_a_cluster(sqlite_store: Store, rules: Rulebook) -> None:
    learned(sqlite_store, rules, 3)
    action = {
        "held_on": TODAY,
        "zone": "ichupata",
        "until": TODAY + timedelta(days=30),
        "text": "Revisar cada semana.",
    }
    Desk(sqlite_store, rules).write("action", "open", OFFICER, cause="weather", **action)
    other = found(sqlite_store)
    Desk(sqlite_store, rules).write("action", "open", OFFICER, cause="maintenance", **action)

    said = sqlite_store.read(lambda c: clusters.public(clusters.clusters(c, TODAY)))
    assert other[0][3] is False
    assert found(sqlite_store)[0][3] is True
    assert said == {"maintenance": True}


def test_a_cluster_of_protected_cases_is_known_to_review_alone(sqlite_store: Store, rules: Rulebook) -> None:
    learned(sqlite_store, rules, 3, protected=True)

    assert found(sqlite_store) == []
    assert [one[2] for one in found(sqlite_store, protected=True)] == [3]
