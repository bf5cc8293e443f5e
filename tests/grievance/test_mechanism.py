"""The mechanism as data: what loads, what is refused and in which words."""

import json
from importlib import resources
from pathlib import Path

import pytest

from grievance.errors import Misconfigured, Unknown
from grievance.mechanism import DEADLINES, SHARED, Unit, check, example, load, read_document

EXAMPLE = resources.files("grievance").joinpath("example_mechanism.toml").read_text(encoding="utf-8")


def test_the_example_has_two_operators_four_sites_and_six_themes() -> None:
    mechanism = example()

    assert [len(mechanism.sites_of(operator.key)) for operator in mechanism.operators] == [2, 2]
    assert {theme.key for theme in mechanism.themes} == {"water", "dust", "roads", "land", "work", "other"}
    assert all(3 <= len(mechanism.zones_of(site.key)) <= 5 for site in mechanism.sites)
    assert len(mechanism.sites_of(SHARED)) == 4
    assert mechanism.site("yanaqaqa").first_reader == "focal"
    assert mechanism.calendar_of("illapa").zone == "America/La_Paz"


def test_themes_have_names_in_spanish_and_english_and_fall_back_to_english() -> None:
    water = example().theme("water")

    assert [water.name(language) for language in ("es", "en", "pt")] == ["Agua", "Water", "Water"]


def test_a_number_tells_whose_it_is_however_it_is_written() -> None:
    mechanism = example()

    found = [
        mechanism.channel_for(gateway, number)
        for gateway, number in (
            ("twilio", "+51 900 000 002"), ("simulator", "59170000003"), ("twilio", "+51900000001")
        )
    ]  # fmt: skip

    assert [channel and channel.operator for channel in found] == ["qorimayu", "illapa", SHARED]


def test_a_number_nobody_declared_is_no_channel() -> None:
    mechanism = example()

    assert mechanism.channel_for("twilio", "+51999999999") is None
    assert mechanism.channel_for("twilio", "") is None


def test_an_unknown_key_is_unknown() -> None:
    mechanism = example()

    for lookup in (
        mechanism.site,
        mechanism.operator,
        mechanism.theme,
        mechanism.deadline,
        mechanism.calendar,
    ):
        with pytest.raises(Unknown, match="nowhere"):
            lookup("nowhere")


def test_deadlines_that_are_not_named_keep_the_default() -> None:
    start, end = EXAMPLE.index("[deadlines]"), EXAMPLE.index("# --- Who else")

    mechanism = load(EXAMPLE[:start] + EXAMPLE[end:])

    assert mechanism.deadlines == DEADLINES
    assert example().deadlines == DEADLINES


def test_a_deadline_can_be_shorter() -> None:
    mechanism = load(EXAMPLE.replace("assess = { days = 5,", "assess = { days = 4,"))

    assert (mechanism.deadline("assess").days, mechanism.deadline("assess").unit) == (4, Unit.WORKING)


def test_the_canonical_form_reads_back_to_the_same_mechanism() -> None:
    mechanism = example()

    again = read_document(json.loads(mechanism.to_json()))

    assert again == mechanism
    assert again.digest == mechanism.digest


def test_any_change_changes_the_digest_and_a_comment_does_not() -> None:
    assert load(EXAMPLE.replace("population = 150", "population = 151")).digest != example().digest
    assert load(EXAMPLE + "\n# a word to the reader\n").digest == example().digest


def test_it_loads_from_a_file_and_says_when_there_is_none(tmp_path: Path) -> None:
    path = tmp_path / "mechanism.toml"
    path.write_text(EXAMPLE, encoding="utf-8")

    assert load(path) == load(str(path)) == example()
    with pytest.raises(Misconfigured, match="cannot be read"):
        load(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ('version = "2026-01"', "", "version: missing"),
        ('version = "2026-01"', "version = 1", "version: got 1"),
        ('version = "2026-01"', "version = ", "not valid TOML"),
        ('version = "2026-01"', 'version = "1"\nlangauges = ["es"]', "langauges: no such setting"),
        ('default_language = "es"', 'default_language = "pt"', "one of es, qu, ay, en"),
        ('["es", "qu", "ay", "en"]', '["español"]', "two or three letters"),
        ('key = "qorimayu"\nname = "Minera', 'key = "shared"\nname = "Minera', "several operators"),
        (
            'operator = "illapa"\ncountry',
            'operator = "ilapa"\ncountry',
            r"sites\[illapa\].operator: got 'ilapa'",
        ),
        ('calendar = "bo"', 'calendar = "cl"', "one of bo, pe"),
        ('country = "BO"\ncalendar', 'country = "Bolivia"\ncalendar', "two capital letters"),
        ('first_reader = "focal"\nplaces', 'first_reader = "boss"\nplaces', "one of desk, focal"),
        ('site = "sajrapunku"', 'site = "sajra"', r"zones\[thayapampa\].site"),
        ("population = 150", "population = -1", "whole number"),
        ("population = 150", "population = true", "whole number"),
        ('key = "qarwamaya"', 'key = "thayapampa"', "stands there 2 times"),
        ('key = "qarwamaya"', 'key = "Qarwa Maya"', "short word"),
        (
            'key = "other"\nnames = { es = "Otro", en = "Other", qu',
            'key = "rest"\nnames = { es = "O", qu',
            "other",
        ),
        ('names = { es = "Agua", en = "Water", qu', 'names = { en = "Water", qu', "no name in 'es'"),
        ('names = { es = "Agua", en = "Water", qu = "Yaku", ay = "Uma" }', "names = {}", "names such as"),
        ("cost_to_user = 0", "cost_to_user = 1", "must cost nothing"),
        ("cost_to_user = 0", "", "must cost nothing"),
        ('kind = "web"', 'kind = "pigeon"', "one of sms"),
        ('number = "+51900000001"', 'number = "900-1"', "a number such as"),
        ('number = "+51900000001"', 'number = "+51900000002"', "belongs to 'shared' already"),
        ('gateway = "android"', "", "gateway: missing"),
        ('site = "illapa"\ncost', 'site = "qorimayu"\ncost', r"channels\[office-illapa\].operator"),
        ('name = "pe"\nzone = "America/Lima"', 'name = "pe"\nzone = "America/Limo"', r"calendars\[pe\].zone"),
        ('fixed = "07-28"', 'fixed = "07-32"', "holidays.*07-32"),
        ('fixed = "07-28", ', "", "exactly one of"),
        ('weekend = ["saturday", "sunday"]', 'weekend = ["domingo"]', "days of monday"),
        ("assess = {", "asess = {", "deadlines.asess: no such deadline"),
        ("ceiling = 7", "ceiling = 2", "at least the 3 days"),
        ("assess = { days = 5", "assess = { days = 0", "whole number from 1"),
        ("quorum = 4", "quorum = 7", "at most the 6 seats"),
        ("outside = false", 'outside = "no"', "true or false"),
        ("addresses_days = 180", "addresses_days = 365", "at most 180"),
        ('note = "verify"', 'verified_on = "last week"', "a day such as"),
        ('kind = "ncp"', 'kind = "friend"', "one of ombudsman"),
    ],
)
def test_a_mistake_is_refused_by_name_with_what_would_be_right(was: str, becomes: str, says: str) -> None:
    assert was in EXAMPLE

    with pytest.raises(Misconfigured, match=says):
        load(EXAMPLE.replace(was, becomes, 1))


def test_a_mechanism_without_operators_is_refused() -> None:
    document = example().document() | {"operators": [], "sites": [], "zones": [], "channels": []}

    with pytest.raises(Misconfigured, match="operators: missing"):
        read_document(document)


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ('kind = "radio"', 'kind = "web"', "no channel works without a telephone"),
        ("population = 150", "population = 0", "Zone qarwamaya"),
        ("assess = { days = 5", "assess = { days = 9", "9 days are longer"),
        ("complainant = { days = 15", "complainant = { days = 5", "less time than the usual 15"),
        (", ceiling = 7", ", ceiling = 9", "ceiling of 7"),
        ("outside = true", "outside = false", "fewer than half"),
        ('qu = "Yaku", ', "", "Theme water: no name in qu for water"),
    ],
)
def test_what_is_weak_but_allowed_is_named_by_the_check(was: str, becomes: str, says: str) -> None:
    before = check(example())

    after = check(load(EXAMPLE.replace(was, becomes)))

    assert not any(says in warning for warning in before)
    assert any(says in warning for warning in after)


def test_a_site_that_few_doors_serve_is_named_by_the_check() -> None:
    document = example().document()
    document["channels"] = [each for each in document["channels"] if each["key"] == "sms-qorimayu"]
    document["advisers"], document["outside_routes"] = [], []

    warnings = check(read_document(document))

    for said in (
        "Site illapa: 0 channel",
        "Site yanaqaqa: 1 channel",
        "Advisers: 0",
        "Country PE: no outside route",
    ):
        assert any(warning.startswith(said) for warning in warnings)


def test_a_verified_route_is_no_longer_a_warning() -> None:
    checked = load(EXAMPLE.replace('note = "verify"', "verified_on = 2026-01-15"))

    assert checked.outside_routes[1].verified_on is not None
    assert not any("pe-police" in warning for warning in check(checked))


CEILING = "income_ceiling = 50 "
PARTY = '[[governance.third_parties]]\nkey = "independent"\nname = "Entidad independiente (ejemplo)"\n'


def test_without_a_list_of_third_parties_the_host_is_the_one_and_a_missing_ceiling_is_said() -> None:
    silent = load(EXAMPLE.replace(CEILING, "# ").replace(PARTY, ""))

    assert [party.name for party in silent.governance.third_parties] == [silent.governance.host]
    assert any("income_ceiling" in line for line in check(silent))
    assert not any("income_ceiling" in line for line in check(example()))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (CEILING, "income_ceiling = 101 ", "at most 100"),
        ("review_share = 60 ", "review_share = 101 ", "at most 100"),
        (PARTY, PARTY * 2, "each key once"),
    ],
)
def test_a_ceiling_is_a_percentage_and_a_third_party_stands_there_once(old: str, new: str, said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        load(EXAMPLE.replace(old, new))


NUMBER = 'emergency = "+51900000008"'


def test_a_company_without_an_emergency_number_is_reported_and_one_nobody_can_text_is_refused() -> None:
    silent = load(EXAMPLE.replace(NUMBER, "# "))

    assert [line for line in check(silent) if "emergency" in line] == [
        "Operator qorimayu: no number is named that a danger to many people is sent to (emergency)."
    ]
    with pytest.raises(Misconfigured, match="takes text messages"):
        load(EXAMPLE.replace(NUMBER, 'emergency = "105"'))
