"""A text opens for its readers, in its own place, and for nobody else."""

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from grievance import vault
from grievance.errors import Damaged, Unknown
from grievance.store import Store

WORDS = "El agua sale turbia desde el lunes; avisé a María."


def a_key(reader: str) -> vault.Key:
    return vault.Key(reader, X25519PrivateKey.generate())


DESK, REVIEW, OTHER = a_key("desk:qorimayu"), a_key("review"), a_key("desk:illapa")


def readers(*keys: vault.Key) -> dict[str, bytes]:
    return {key.reader: key.public for key in keys}


def stored(
    store: Store, words: str = WORDS, *, text_id: str = "a" * 32, keys: tuple[vault.Key, ...] = (DESK, REVIEW)
) -> str:
    sealed = vault.seal(words, text_id=text_id, field="narrative", readers=readers(*keys))
    store.transact(lambda conn: vault.store(conn, [sealed], case="c" * 32))
    return text_id


def opened(store: Store, text_id: str, key: vault.Key) -> str:
    return store.read(lambda conn: vault.read(conn, text_id, key))


@given(st.text(max_size=2000))
def test_any_words_come_back_as_they_were(words: str) -> None:
    sealed = vault.seal(words, text_id="t", field="narrative", readers=readers(DESK))
    place = {"text_id": "t", "field": "narrative", "version": 1}

    key = vault.unwrap(sealed.wrapped[DESK.reader], DESK, **place)  # type: ignore[arg-type]

    assert vault.unseal(sealed.body, key, **place) == words  # type: ignore[arg-type]


def test_every_reader_opens_a_text_and_nobody_else(store: Store) -> None:
    text_id = stored(store)

    assert opened(store, text_id, DESK) == WORDS
    assert opened(store, text_id, REVIEW) == WORDS
    with pytest.raises(Unknown):
        opened(store, text_id, OTHER)


def test_a_key_under_a_readers_name_opens_nothing(store: Store) -> None:
    text_id = stored(store)

    with pytest.raises(Damaged):
        opened(store, text_id, a_key(DESK.reader))


def test_many_texts_are_opened_with_one_look_and_those_for_others_are_left_out(store: Store) -> None:
    mine, theirs = stored(store, text_id="1" * 32), stored(store, text_id="2" * 32, keys=(OTHER,))

    found = store.read(lambda conn: vault.read_all(conn, [mine, theirs, "b" * 32], DESK))
    nothing = store.read(lambda conn: vault.read_all(conn, [], DESK))

    assert (found, nothing) == ({mine: WORDS}, {})
    with pytest.raises(Damaged):
        store.read(lambda conn: vault.read_all(conn, [mine], a_key(DESK.reader)))


def test_a_text_that_is_not_there_looks_like_one_that_is_not_for_you(store: Store) -> None:
    text_id = stored(store)

    with pytest.raises(Unknown) as missing:
        opened(store, "b" * 32, DESK)
    with pytest.raises(Unknown) as foreign:
        opened(store, text_id, OTHER)

    assert str(missing.value) == str(foreign.value)


def test_a_text_without_a_reader_is_refused() -> None:
    with pytest.raises(ValueError, match="reader"):
        vault.seal(WORDS, text_id="t", field="narrative", readers={})


def test_two_texts_that_were_swapped_open_nothing(store: Store) -> None:
    one, two = stored(store, "one", text_id="1" * 32), stored(store, "two", text_id="2" * 32)
    assert opened(store, one, DESK) == "one"

    bodies = store.read(lambda conn: {r.id: r.body for r in conn.execute(text("SELECT id, body FROM texts"))})
    change = text("UPDATE texts SET body = :body WHERE id = :id")
    store.transact(
        lambda conn: conn.execute(
            change, [{"id": one, "body": bodies[two]}, {"id": two, "body": bodies[one]}]
        )
    )

    for text_id in (one, two):
        with pytest.raises(Damaged):
            opened(store, text_id, DESK)


def test_two_seals_that_were_swapped_open_nothing(store: Store) -> None:
    one, two = stored(store, "one", text_id="1" * 32), stored(store, "two", text_id="2" * 32)

    seals = store.read(
        lambda conn: {
            r.text: r.wrapped
            for r in conn.execute(text("SELECT text, wrapped FROM seals WHERE reader = 'desk:qorimayu'"))
        }
    )
    change = text("UPDATE seals SET wrapped = :wrapped WHERE text = :text AND reader = 'desk:qorimayu'")
    store.transact(
        lambda conn: conn.execute(
            change, [{"text": one, "wrapped": seals[two]}, {"text": two, "wrapped": seals[one]}]
        )
    )

    with pytest.raises(Damaged):
        opened(store, one, DESK)


@pytest.mark.parametrize("change", ["field = 'proposal'", "version = 2"])
def test_a_text_moved_to_another_place_opens_nothing(store: Store, change: str) -> None:
    text_id = stored(store)

    store.transact(lambda conn: conn.execute(text(f"UPDATE texts SET {change}")))  # noqa: S608  changes of our own

    with pytest.raises(Damaged):
        opened(store, text_id, DESK)


def test_one_changed_bit_is_noticed(store: Store) -> None:
    text_id = stored(store)
    body = store.read(lambda conn: conn.execute(text("SELECT body FROM texts")).scalar_one())

    broken = body[:-1] + bytes([body[-1] ^ 1])
    store.transact(lambda conn: conn.execute(text("UPDATE texts SET body = :body"), {"body": broken}))

    with pytest.raises(Damaged):
        opened(store, text_id, DESK)


def test_a_forgotten_text_is_gone_for_every_reader_and_others_stay(store: Store) -> None:
    gone, kept = stored(store, text_id="1" * 32), stored(store, "kept", text_id="2" * 32)

    store.transact(lambda conn: vault.forget(conn, [gone]))

    assert opened(store, kept, DESK) == "kept"
    with pytest.raises(Unknown):
        opened(store, gone, REVIEW)
    assert store.read(lambda conn: conn.execute(text("SELECT count(*) FROM seals")).scalar_one()) == 2


def test_a_reader_shares_a_text_with_another(store: Store) -> None:
    text_id = stored(store, keys=(REVIEW,))

    store.transact(lambda conn: vault.share(conn, text_id, REVIEW, readers(DESK, REVIEW)))

    assert opened(store, text_id, DESK) == WORDS
    assert opened(store, text_id, REVIEW) == WORDS


def test_nobody_shares_what_they_cannot_open(store: Store) -> None:
    text_id = stored(store, keys=(REVIEW,))

    with pytest.raises(Unknown):
        store.transact(lambda conn: vault.share(conn, text_id, OTHER, readers(OTHER)))


def test_a_text_is_closed_to_one_reader_and_open_to_the_others(store: Store) -> None:
    text_id = stored(store)

    store.transact(lambda conn: vault.close_to(conn, text_id, REVIEW.reader))

    assert opened(store, text_id, DESK) == WORDS
    with pytest.raises(Unknown):
        opened(store, text_id, REVIEW)


@given(st.integers(0, 2 * vault.BUCKET), st.integers(0, 2 * vault.BUCKET))
def test_padding_hides_how_much_somebody_wrote(one: int, other: int) -> None:
    bodies = [
        vault.seal("x" * n, text_id="t", field="narrative", readers=readers(DESK)).body for n in (one, other)
    ]

    same_bucket = (one + 1 + vault.BUCKET - 1) // vault.BUCKET == (
        other + 1 + vault.BUCKET - 1
    ) // vault.BUCKET
    assert (len(bodies[0]) == len(bodies[1])) == same_bucket


def test_the_same_words_are_never_sealed_alike() -> None:
    one, two = (vault.seal(WORDS, text_id="t", field="narrative", readers=readers(DESK)) for _ in range(2))

    assert one.body != two.body
    assert one.digest != two.digest
    assert one.wrapped != two.wrapped


def test_no_word_stands_in_the_database(store: Store) -> None:
    stored(store)

    rows = store.read(lambda conn: conn.execute(text("SELECT id, field, body FROM texts")).all())
    assert all(b"agua" not in bytes(row.body) for row in rows)
