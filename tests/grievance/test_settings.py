"""Settings that would break a promise keep the process from starting, and say what would be right."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from grievance import settings
from grievance.errors import Misconfigured


def load(**given: str) -> settings.Settings:
    return settings.load({f"GRIEVANCE_{name}": value for name, value in given.items()})


def test_without_a_word_the_defaults_are_safe() -> None:
    loaded = load()

    assert loaded.database_url.startswith("sqlite:///")
    assert loaded.batches == (9, 15)
    assert loaded.scrypt_log_n >= settings.SAFE_LOG_N
    assert not loaded.demo
    assert loaded.redis_url is None


def test_only_names_with_our_prefix_are_ours() -> None:
    assert settings.load({"PATH": "/bin", "DATABASE_URL": "nonsense"}).redis_url is None


REFUSED: list[tuple[dict[str, str], dict[str, str], str]] = [
    ({"BASE_ULR": "https://q.example"}, {"BASE_URL": "https://q.example"}, "is GRIEVANCE_BASE_URL meant"),
    ({"TWILIO_SID": "x"}, {"LOG": "debug"}, "unknown setting"),
    ({"BASE_URL": "http://q.example"}, {"BASE_URL": "http://127.0.0.1:8000"}, "must be https"),
    ({"BASE_URL": "q.example"}, {"BASE_URL": "https://q.example/"}, "must be like"),
    ({"BASE_URL": "https://q.example/path"}, {"BASE_URL": "https://q.example:8443"}, "must be like"),
    ({"BASE_URL": "https://q.example?a=b"}, {"BASE_URL": "http://localhost:1"}, "must be like"),
    ({"DATABASE_URL": "mysql://x/y"}, {"DATABASE_URL": "postgres://x/y"}, "must begin with"),
    ({"REDIS_URL": "127.0.0.1:6379"}, {"REDIS_URL": "redis://127.0.0.1:6379/0"}, "must begin with redis://"),
    ({"REDIS_URL": "http://x"}, {"REDIS_URL": "unix:///run/valkey.sock"}, "must begin with redis://"),
    ({"FACES": "public,everything"}, {"FACES": "public, intake"}, "takes some of"),
    ({"FACES": " , "}, {"FACES": "radio"}, "takes some of"),
    ({"SCRYPT_LOG_N": "12"}, {"SCRYPT_LOG_N": "12", "DEMO": "1"}, "cheap to guess"),
    ({"SCRYPT_LOG_N": "many"}, {"SCRYPT_LOG_N": "16"}, "whole number"),
    ({"SCRYPT_LOG_N": "21"}, {"SCRYPT_LOG_N": "20"}, "must be from"),
    ({"BATCHES": ""}, {"BATCHES": "", "DEMO": "1"}, "whose phone just rang"),
    ({"BATCHES": "nine"}, {"BATCHES": "9"}, "takes hours"),
    ({"BATCHES": "24"}, {"BATCHES": "0, 23"}, "from 0 to 23"),
    ({"DEMO": "perhaps"}, {"DEMO": "yes"}, "1 or 0"),
    ({"LOG": "loud"}, {"LOG": "WARNING"}, "must be one of"),
]


@pytest.mark.parametrize(
    ("wrong", "right", "why"), REFUSED, ids=[f"{r[2]}-{i}" for i, r in enumerate(REFUSED)]
)
def test_a_dangerous_value_is_refused_with_a_reason_and_its_safe_twin_is_taken(
    wrong: Mapping[str, str], right: Mapping[str, str], why: str
) -> None:
    with pytest.raises(Misconfigured, match=why):
        load(**wrong)

    assert load(**right).database_url


def test_a_gateway_declares_its_own_names() -> None:
    loaded = settings.load({"GRIEVANCE_TWILIO_SID": "AC1"}, extra=["TWILIO_SID"])

    assert loaded.extra == {"TWILIO_SID": "AC1"}


@pytest.mark.parametrize("given", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"])
def test_every_spelling_of_postgres_means_the_same_driver(given: str) -> None:
    assert load(DATABASE_URL=given).database_url == "postgresql+psycopg://u@h/d"


def test_a_process_may_hold_the_keys_of_its_faces_and_no_more() -> None:
    assert load(FACES="public,intake").processes == {"web"}
    assert load(FACES="desk").processes == {"desk"}
    assert load().processes == {"web", "desk", "review"}


def test_a_demo_is_cheap_and_at_once_and_only_because_it_says_so() -> None:
    demo = load(DEMO="1")

    assert (demo.demo, demo.batches, demo.scrypt_log_n) == (True, (), settings.DEMO_LOG_N)


@pytest.mark.parametrize(
    ("marked", "said", "is_one"),
    [(True, None, True), (False, None, False), (True, "0", False), (False, "1", True)],
)
def test_a_home_is_a_demos_by_its_marker_unless_somebody_says_otherwise(
    tmp_path: Path, *, marked: bool, said: str | None, is_one: bool
) -> None:
    if marked:
        (tmp_path / settings.DEMO_MARKER).write_text("{}")
    told = {} if said is None else {"DEMO": said}

    assert load(HOME=str(tmp_path), **told).demo is is_one
