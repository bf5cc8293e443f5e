"""A leaf opens field by field: who shows one field shows no other."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from grievance import leaf
from tests.factories import moment

SOME = {name: f"value of {name}" for name in leaf.FIELDS}
values = st.fixed_dictionaries({name: st.text(max_size=30) for name in leaf.FIELDS})


def salts(made: leaf.Leaf) -> dict[str, bytes]:
    joined = made.coarse_salts + made.exact_salts
    return {name: joined[i * leaf.SALT : (i + 1) * leaf.SALT] for i, name in enumerate(leaf.FIELDS)}


def digests(made: leaf.Leaf) -> list[bytes]:
    return [made.digests[i : i + 32] for i in range(0, len(made.digests), 32)]


@given(values)
def test_every_field_opens_with_its_own_salt(fields: dict[str, str]) -> None:
    made = leaf.make(fields, at=moment(), label="x/0")

    for name, salt in salts(made).items():
        assert leaf.commit(name, fields[name], salt) in digests(made)


@given(values, st.sampled_from(leaf.FIELDS), st.text(min_size=1, max_size=5))
def test_a_changed_field_does_not_open(fields: dict[str, str], name: str, more: str) -> None:
    made = leaf.make(fields, at=moment(), label="x/0")

    assert leaf.commit(name, fields[name] + more, salts(made)[name]) not in digests(made)


@given(values)
def test_a_value_does_not_open_under_another_name_or_salt(fields: dict[str, str]) -> None:
    made = leaf.make(fields, at=moment(), label="x/0")
    own = salts(made)

    assert leaf.commit("zone", fields["site"], own["site"]) not in digests(made)
    assert leaf.commit("site", fields["site"], own["zone"]) not in digests(made)


@given(values)
def test_the_length_of_a_leaf_says_nothing(fields: dict[str, str]) -> None:
    made = leaf.make(fields, at=moment(), label="x/0")

    assert len(made.digests) == 32 * leaf.PADDED_TO
    assert len(leaf.canonical_leaf(made.digests)) == len(
        leaf.canonical_leaf(leaf.make(SOME, at=moment(), label="y/7").digests)
    )


def test_the_order_of_the_digests_says_nothing_about_the_fields() -> None:
    made = leaf.make(SOME, at=moment(), label="x/0")

    assert digests(made) == sorted(digests(made))


def test_the_salts_of_exact_times_and_places_stand_apart_so_that_they_can_be_erased() -> None:
    made = leaf.make(SOME, at=moment(), label="x/0")

    coarse = {made.coarse_salts[i : i + leaf.SALT] for i in range(0, len(made.coarse_salts), leaf.SALT)}
    assert len(made.coarse_salts) == leaf.SALT * len(leaf.COARSE)
    assert len(made.exact_salts) == leaf.SALT * len(leaf.EXACT)
    assert all(
        made.exact_salts[i : i + leaf.SALT] not in coarse for i in range(0, len(made.exact_salts), leaf.SALT)
    )


def test_two_leaves_of_the_same_words_have_nothing_in_common() -> None:
    one = leaf.make(SOME, at=moment(), label="x/0")
    other = leaf.make(SOME, at=moment(), label="x/0")

    assert set(digests(one)).isdisjoint(digests(other))


def test_work_that_runs_twice_writes_the_same_leaf() -> None:
    at = moment()

    assert leaf.make(SOME, at=at, label="x/0") == leaf.make(SOME, at=at, label="x/0")
    assert leaf.make(SOME, at=at, label="x/0") != leaf.make(SOME, at=at, label="x/1")


def test_the_hash_is_the_leaf_hash_of_rfc_6962() -> None:
    made = leaf.make(SOME, at=moment(), label="x/0")

    assert made.hash == hashlib.sha256(b"\x00" + leaf.canonical_leaf(made.digests)).digest()


def test_an_instant_is_written_in_utc_without_fractions() -> None:
    lima = timezone(timedelta(hours=-5))

    assert leaf.instant(datetime(2026, 3, 4, 12, 0, 5, 999, tzinfo=lima)) == "2026-03-04T17:00:05Z"
    assert leaf.instant(datetime(2026, 3, 4, 17, 0, 5, tzinfo=UTC)) == "2026-03-04T17:00:05Z"
