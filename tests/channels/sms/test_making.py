"""Gateways are made of settings, strictly: what is set up by half, or weakly, does not start."""

from pathlib import Path
from typing import Any

import pytest

from channels.gateway_names import MORE, NEEDED, SETTINGS
from channels.sms import build
from channels.sms.infobip import Infobip
from channels.sms.jasmin import Jasmin
from channels.sms.vonage import Vonage
from grievance import settings
from grievance.errors import Misconfigured
from grievance.keyring import Ring
from tests.factories import NOON

LONG = "un secreto bastante largo"
WHOLE = {
    "twilio": {},
    "africastalking": {},
    "envayasms": {},
    "external": {},
    "infobip": {"INFOBIP_API_BASE": "https://x.example", "INFOBIP_WEBHOOK_SECRET": LONG},
    "jasmin": {},
    "telerivet": {},
    "vonage": {},
}


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    file = tmp_path / "recipe.toml"
    file.write_text(
        'number = "+51900000002"\n[proof]\nheader = "X"\n[inbound]\nsender = "s"\ntext = "t"\n',
        encoding="utf-8",
    )
    return file


def given(name: str, recipe: Path) -> dict[str, str]:
    return (
        dict.fromkeys(NEEDED[name], LONG)
        | ({"EXTERNAL": str(recipe)} if name == "external" else {})
        | WHOLE[name]
    )


def made(ring: Ring, **env: str) -> dict[str, object]:
    loaded = settings.load({f"GRIEVANCE_{k}": v for k, v in env.items()}, extra=SETTINGS)
    return dict(build(loaded, ring))


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_gateway_with_what_it_needs_is_made_and_no_other(name: str, ring: Ring, recipe: Path) -> None:
    assert sorted(made(ring, **given(name, recipe))) == [name]


@pytest.mark.parametrize(("name", "one"), [(name, one) for name in sorted(WHOLE) for one in NEEDED[name]])
def test_a_gateway_set_up_by_half_does_not_start(name: str, one: str, ring: Ring, recipe: Path) -> None:
    half = {key: value for key, value in given(name, recipe).items() if key != one}
    half = half or {MORE[name][0]: LONG}

    with pytest.raises(Misconfigured, match=f"(still missing.*{one})|{one}"):
        made(ring, **half)


def test_two_gateways_stand_beside_each_other(ring: Ring, recipe: Path) -> None:
    both = given("vonage", recipe) | given("jasmin", recipe)

    assert sorted(made(ring, **both)) == ["jasmin", "vonage"]


@pytest.mark.parametrize(
    "secret", ["AFRICASTALKING_TOKEN", "ENVAYASMS_PASSWORD", "EXTERNAL_SECRET", "INFOBIP_WEBHOOK_SECRET",
               "JASMIN_TOKEN", "TELERIVET_SECRET", "VONAGE_SIGNATURE_SECRET"],
)  # fmt: skip
def test_a_secret_of_ours_that_is_short_does_not_start(secret: str, ring: Ring, recipe: Path) -> None:
    name = secret.partition("_")[0].lower()

    with pytest.raises(Misconfigured, match="at least"):
        made(ring, **given(name, recipe) | {secret: "short"})


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("infobip", {"INFOBIP_WEBHOOK_USER": "u"}),
        ("infobip", {"INFOBIP_WEBHOOK_SECRET": ""}),
        ("infobip", {"INFOBIP_API_BASE": "http://x.example"}),
        ("jasmin", {"JASMIN_ALPHABET": "klingon"}),
        ("jasmin", {"JASMIN_API_BASE": "http://10.0.0.7:1401"}),
        ("vonage", {"VONAGE_SIGNATURE_METHOD": "none"}),
    ],
)
def test_what_cannot_be_does_not_start(name: str, wrong: dict[str, str], ring: Ring, recipe: Path) -> None:
    with pytest.raises(Misconfigured):
        made(ring, **given(name, recipe) | wrong)


def test_settings_reach_their_gateway(ring: Ring, recipe: Path) -> None:
    vonage = made(ring, **given("vonage", recipe), VONAGE_SIGNATURE_METHOD="SHA512")["vonage"]
    jasmin = made(ring, **given("jasmin", recipe), JASMIN_ALPHABET="Latin-1")["jasmin"]
    by_name = {"INFOBIP_WEBHOOK_SECRET": "", "INFOBIP_WEBHOOK_USER": "u", "INFOBIP_WEBHOOK_PASSWORD": LONG}
    infobip = made(ring, **given("infobip", recipe) | by_name)["infobip"]

    assert isinstance(vonage, Vonage)
    assert vonage.method == "sha512"
    assert isinstance(jasmin, Jasmin)
    assert jasmin.latin
    assert isinstance(infobip, Infobip)
    assert (infobip.user, infobip.secret) == ("u", "")


NATIONAL = "987654321"
SHORT = "2020"


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_to_a_short_code_of_ours_a_national_number_is_a_person_of_its_country(
    name: str, ring: Ring, recipe: Path
) -> None:
    recipe.write_text(recipe.read_text(encoding="utf-8").replace("+51900000002", SHORT), encoding="utf-8")
    ours = [one for one in NEEDED[name] if one.endswith(("_FROM", "_NUMBER"))]
    short = given(name, recipe) | dict.fromkeys(ours, SHORT)
    setting = f"{name.upper()}_COUNTRY"

    def heard(**more: str) -> tuple[str | None, bool]:
        gateway: Any = made(ring, **short, **more)[name]
        if name == "twilio":
            found: tuple[str | None, bool] = gateway.read_sender(NATIONAL, to=SHORT)
            return found
        message = gateway.heard("agua", sender=NATIONAL, to=SHORT, ref="1", now=NOON)
        return message.sender, message.answerable

    assert heard() == (NATIONAL, False)
    assert heard(**{setting: "PE"}) == ("+51987654321", True)
    assert heard(**{setting: "2020=PE,3030=BO"}) == ("+51987654321", True)
    assert heard(**{setting: "3030=PE"}) == (NATIONAL, False)


def test_a_kannel_with_a_short_code_needs_its_country_and_has_it(ring: Ring) -> None:
    env = dict.fromkeys(NEEDED["kannel"], LONG) | {
        "KANNEL_URL": "http://127.0.0.1:13013", "KANNEL_SECRET": "un-secreto-de-mas-de-treinta-y-dos-letras",
        "KANNEL_FROM": SHORT,
    }  # fmt: skip

    with pytest.raises(Misconfigured):
        made(ring, **env)
    gateway: Any = made(ring, **env, KANNEL_COUNTRY="PE")["kannel"]

    assert gateway.heard("agua", sender=NATIONAL, to=SHORT, ref="1", now=NOON).sender == "+51987654321"


@pytest.mark.parametrize(
    "wrong", ["pe", "XX", "Peru", "2020=", "=PE", "x=PE", "PE,BO", "2020=PE,2020=BO", "PE,"]
)
def test_a_country_that_is_none_does_not_start(wrong: str, ring: Ring, recipe: Path) -> None:
    with pytest.raises(Misconfigured) as refusal:
        made(ring, **given("jasmin", recipe), JASMIN_COUNTRY=wrong)

    assert "GRIEVANCE_JASMIN_COUNTRY" in str(refusal.value)
