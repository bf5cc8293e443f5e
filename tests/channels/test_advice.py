"""What a gateway cannot becomes advice, and what it can does not."""

import json
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from channels.cli import main
from channels.commands import advice
from channels.gateway import Can
from channels.simulation import demo
from channels.sms import android, envayasms
from channels.sms.jasmin import Jasmin
from grievance import mechanism
from grievance.settings import load
from tests.sending import Network
from translations import say
from workflows.promises import judge

PERFECT = Can(sees_texts=False)


def test_a_gateway_that_can_everything_needs_no_advice() -> None:
    assert advice.about("android", PERFECT) == []


@pytest.mark.parametrize("field", [one.name for one in fields(Can)])
def test_each_thing_it_cannot_is_said_in_a_sentence_of_its_own(field: str) -> None:
    lacking = Can(**{"sees_texts": False, field: not getattr(PERFECT, field)})

    (words,) = advice.about("android", lacking)

    assert "android" in say(words, "en")
    assert say(words, "es") != say(words, "en")


def test_whoever_cannot_be_asked_and_does_not_repeat_is_not_sent_to_a_command_that_asks() -> None:
    told = [say(words, "en") for words in advice.about("x", Can(asks=False, retries_inbound=False))]

    assert not any("reconcile" in words for words in told)


def test_a_phone_is_told_what_to_set_in_it_and_not_to_agree_on_a_time_with_anybody() -> None:
    told = [say(words, "en") for words in advice.about("x", Can(forgets=False, phone=True, sees_texts=False))]

    assert [("inbox" in words, "agree" in words) for words in told] == [(True, False)]


@pytest.mark.parametrize("can", [android._CAN, envayasms.CAN])
def test_a_phone_of_ones_own_never_claims_that_it_forgets(can: Can) -> None:
    assert (can.forgets, can.phone) == (False, True)


def test_a_single_gateway_is_warned_of_and_two_are_not() -> None:
    one, two = Network(name="one", can=PERFECT), Network(name="two", can=PERFECT)

    assert [name for name, _ in advice.on({"one": one, "simulator": two})] == ["one"]
    assert advice.on({"one": one, "two": two}) == []


class Modem(Network):
    """A gateway that the worker looks into."""

    def fetch(self, *, now: object) -> tuple[()]:  # noqa: ARG002
        return ()


@pytest.mark.parametrize(("together", "told"), [(True, 0), (False, 1)])
def test_a_gateway_that_a_worker_reads_is_warned_of_where_it_holds_no_key_that_counts(
    *, together: bool, told: int
) -> None:
    gateways = {"gammu": Modem(name="gammu", can=PERFECT), "kannel": Network(name="kannel", can=PERFECT)}

    found = [say(words, "en") for _, words in advice.on(gateways, together=together)]

    assert sum("count as one" in words for words in found) == told


@pytest.mark.parametrize(
    ("number", "countries", "told"),
    [("2020", {}, 1), ("2020", {"": "PE"}, 0), ("2020", {"2020": "PE"}, 0), ("+51970001122", {}, 0)],
)
def test_a_short_code_whose_country_nobody_said_is_warned_of(
    number: str, countries: dict[str, str], told: int
) -> None:
    made = Jasmin(user="u", password="p", sender=number, token="t", base_url="http://127.0.0.1")
    made.countries = countries

    found = [say(words, "en") for name, words in advice.on({"jasmin": made}) if name == "jasmin"]

    assert sum("GRIEVANCE_JASMIN_COUNTRY" in words for words in found) == told


class Calling(Network):
    """A gateway that can call."""

    def call(self, to: str, *, sender: str) -> None:
        raise NotImplementedError


@pytest.mark.parametrize(("ringing", "calls", "told"), [(True, False, 1), (True, True, 0), (False, False, 0)])
def test_numbers_that_call_back_where_nobody_can_are_warned_of(
    *, ringing: bool, calls: bool, told: int
) -> None:
    one = (Calling if calls else Network)(name="kannel", can=PERFECT)

    found = [say(words, "en") for _, words in advice.on({"kannel": one}, ringing=ringing)]

    assert sum("GRIEVANCE_RING_BACK" in words for words in found) == told


def test_the_check_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env = {
        "GRIEVANCE_DEMO": "1", "GRIEVANCE_HOME": str(tmp_path), "GRIEVANCE_ENVAYASMS_PASSWORD": "una clave muy larga",
        "GRIEVANCE_ENVAYASMS_NUMBER": "+51900000002",
    }  # fmt: skip
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    demo.install_only(load(env, extra=["ENVAYASMS_PASSWORD", "ENVAYASMS_NUMBER"]))

    told = json.loads(CliRunner().invoke(main, ["check", "--json"]).output)
    said = CliRunner().invoke(main, ["check"]).output

    assert {name for name, _ in told["gateways"]} == {"envayasms"}
    assert "see envayasms never tells whether a message arrived" in said


@pytest.mark.parametrize(
    ("gateways", "verdict"),
    [(["simulator"], "by_trust"), (["android", "simulator"], "enforced"), (["twilio"], "enforced")],
)
def test_only_simulated_phones_are_said_to_be_so(gateways: list[str], verdict: str) -> None:
    tenth = judge(load({"GRIEVANCE_DEMO": "1"}), mechanism.example(), gateways=gateways)[-1]

    assert (tenth.number, tenth.verdict) == (10, verdict)
