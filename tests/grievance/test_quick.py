"""The short way to SQLite answers as the long one does, at the first asking and at the tenth."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    event,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import (
    IntegrityError,
    MultipleResultsFound,
    NoResultFound,
    OperationalError,
    ResourceClosedError,
    StatementError,
)

from grievance.quick import Quick
from grievance.store import Store

ASKINGS = 4
"""Once to see it, once to find the way, and twice along it."""
PAD = Table(
    "pad", MetaData(), Column("id", Integer, primary_key=True), Column("said", String(20)), Column("on", Date),
    Column("at", DateTime), Column("known", Boolean), Column("body", LargeBinary), Column("tries", Integer, default=7),
)  # fmt: skip
FIRST = {
    "id": 1, "said": "agua", "on": date(2026, 3, 2), "at": datetime(2026, 3, 2, 9, 30, tzinfo=UTC).replace(tzinfo=None),
    "known": True, "body": b"\x00\x01", "tries": 1,
}  # fmt: skip
SECOND = {"id": 2, "said": None, "on": None, "at": None, "known": False, "body": None, "tries": 2}
ROWS = tuple(tuple(row.values()) for row in (FIRST, SECOND))
ALL = select(PAD).order_by(PAD.c.id)
ONE = select(PAD).where(PAD.c.id == bindparam("which"))
SINCE = select(PAD.c.id).where(PAD.c.on >= bindparam("since"), PAD.c.known.is_(True))
NAMED = select(PAD.c.id).where(PAD.c.said.in_(("agua", "polvo")), PAD.c.tries < bindparam("most"))
AMONG = select(PAD.c.id).where(PAD.c.id.in_(bindparam("ids", expanding=True))).order_by(PAD.c.id)
TOLD = text("SELECT said FROM pad WHERE id = :which")
OTHER = PAD.alias("other")
TWICE = (
    select(PAD.c.id, OTHER.c.id, func.count())
    .join(OTHER, OTHER.c.id > PAD.c.id)
    .group_by(PAD.c.id, OTHER.c.id)
)
WRITE = insert(PAD)
AGAIN = (
    update(PAD).where(PAD.c.id == bindparam("which")).values(tries=PAD.c.tries + 1, on=bindparam("new_on"))
)
GONE = delete(PAD).where(PAD.c.id == bindparam("which"))


def test_postgresql_too_is_asked_the_short_way(postgres_store: Store) -> None:
    asked: list[tuple[Any, dict[str, Any]]] = [
        (ALL, {}), (ONE, {"which": 1}), (ONE, {"which": 3}), (SINCE, {"since": date(2026, 1, 1)}), (NAMED, {"most": 2}),
        (AMONG, {"ids": [1, 2, 3]}), (AMONG, {"ids": []}), (TWICE, {}),
    ]  # fmt: skip

    def fill(conn: Connection) -> list[int]:
        PAD.create(conn)
        conn.execute(WRITE, [FIRST, SECOND])
        for n in range(10, 10 + ASKINGS):
            conn.execute(WRITE, {"id": n, "said": "50 %s"})
            conn.execute(WRITE, [{**SECOND, "id": n + 10}, {**SECOND, "id": n + 20}])
        return [conn.execute(AGAIN, {"which": n, "new_on": date(2026, 4, n)}).rowcount for n in range(10, 15)]

    def look(conn: Connection) -> list[list[Any]]:
        return [[conn.execute(what, values).all() for _ in range(ASKINGS)] for what, values in asked]

    touched = postgres_store.transact(fill)
    with pytest.raises(IntegrityError, match="pad_pkey"):
        postgres_store.transact(lambda conn: conn.execute(WRITE, FIRST))
    answers = postgres_store.read(look)

    with postgres_store.engine.connect() as plain:
        assert answers == [[plain.execute(what, values).all()] * ASKINGS for what, values in asked]
        assert plain.execute(ALL.where(PAD.c.id == 10)).one()[1:3] == ("50 %s", date(2026, 4, 10))
    assert touched == [1, 1, 1, 1, 0]


def test_what_was_asked_the_short_way_is_taken_back_with_the_rest(postgres_store: Store) -> None:
    postgres_store.transact(PAD.create)
    with postgres_store.connect() as conn:
        for n in range(ASKINGS):
            conn.execute(WRITE, {"id": n})
        conn.commit()
        conn.execute(WRITE, FIRST | {"id": 20})
        conn.execute(WRITE, {"id": 21})
        conn.rollback()
        conn.execute(WRITE, {"id": 30})
        conn.commit()

    assert postgres_store.read(lambda conn: conn.execute(select(PAD.c.id).order_by(PAD.c.id)).scalars().all()) == [
        *range(ASKINGS), 30,
    ]  # fmt: skip


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Connection, Connection]]:
    """Give a quick connection and a plain one to a database with two rows."""
    store = Store(f"sqlite:///{tmp_path}/pad.db")
    with store.connect() as quick, store.engine.connect() as plain:
        PAD.create(plain)
        plain.execute(WRITE, [FIRST, SECOND])
        yield quick, plain
    store.close()


def test_every_asking_of_a_question_is_answered_alike(both: tuple[Connection, Connection]) -> None:
    quick, plain = both
    asked: list[tuple[Any, dict[str, Any]]] = [
        (ALL, {}),
        (ONE, {"which": 1}),
        (ONE, {"which": 2}),
        (ONE, {"which": 3}),
        (SINCE, {"since": date(2026, 1, 1)}),
        (NAMED, {"most": 2}),
        (AMONG, {"ids": [1, 2, 3]}),
        (AMONG, {"ids": [2]}),
        (AMONG, {"ids": []}),
        (AMONG, {"ids": {1}}),
        (AMONG, {"ids": list(range(100))}),
        (TOLD, {"which": 1}),
        (TWICE, {}),
    ]

    answers = [
        [quick.execute(what, values).mappings().all() for _ in range(ASKINGS)] for what, values in asked
    ]

    expected = [plain.execute(what, values).mappings().all() for what, values in asked]
    assert isinstance(quick, Quick)
    assert answers == [[one] * ASKINGS for one in expected]


def test_a_row_is_read_by_name_by_place_and_as_the_kind_it_was_stored_as(
    both: tuple[Connection, Connection],
) -> None:
    quick, _ = both

    answers = [quick.execute(ONE, {"which": 1}).one() for _ in range(ASKINGS)]

    assert {tuple(row) for row in answers} == {ROWS[0]}
    assert {(row.on, row[2], row._mapping[PAD.c.on]) for row in answers} == {(FIRST["on"],) * 3}


def test_one_answer_is_asked_for_and_two_are_refused(both: tuple[Connection, Connection]) -> None:
    quick, _ = both
    for _ in range(ASKINGS):
        quick.execute(ALL).all()

    with pytest.raises(MultipleResultsFound):
        quick.execute(ALL).one_or_none()

    assert quick.execute(ALL).first() is not None
    assert quick.execute(ONE, {"which": 3}).one_or_none() is None


def test_an_answer_is_taken_in_every_way_it_can_be(both: tuple[Connection, Connection]) -> None:
    quick, plain = both
    takings: list[Callable[[Any], Any]] = [
        lambda answer: answer.all() + answer.all(),
        lambda answer: [list(answer), answer.first()],
        lambda answer: [answer.fetchone(), answer.fetchone(), answer.fetchone()],
        lambda answer: answer.fetchmany(1),
        lambda answer: answer.scalars().all(),
        lambda answer: answer.scalars(1).all(),
        lambda answer: answer.scalars("on").first(),
        lambda answer: answer.scalar(),
        lambda answer: answer.scalars().unique().all(),
        lambda answer: answer.columns("said", "id").all(),
        lambda answer: answer.unique(lambda _: 1).all(),
        lambda answer: list(answer.keys()),
    ]
    for _ in range(ASKINGS):
        quick.execute(ALL).all()

    taken = [taking(quick.execute(ALL)) for taking in takings]

    assert taken == [taking(plain.execute(ALL)) for taking in takings]


def test_one_value_is_given_where_there_is_one_and_refused_where_there_are_none_or_two(
    both: tuple[Connection, Connection],
) -> None:
    quick, plain = both
    for _ in range(ASKINGS):
        quick.execute(ALL).all()
        quick.execute(ONE, {"which": 1}).all()

    found = [conn.execute(ONE, {"which": 2}).scalar_one() for conn in (quick, plain)]
    none = [conn.execute(ONE, {"which": 3}).scalar_one_or_none() for conn in (quick, plain)]

    with pytest.raises(NoResultFound):
        quick.execute(ONE, {"which": 3}).one()
    with pytest.raises(MultipleResultsFound):
        quick.execute(ALL).scalar_one_or_none()
    spent = quick.execute(ALL)
    assert spent.first() == ROWS[0]
    with pytest.raises(ResourceClosedError):
        spent.all()
    assert (found, none) == ([2, 2], [None, None])


def test_what_is_written_the_short_way_is_stored_as_it_would_have_been(
    both: tuple[Connection, Connection],
) -> None:
    quick, plain = both

    for n in range(10, 10 + ASKINGS):
        quick.execute(WRITE, {**FIRST, "id": n})
        quick.execute(WRITE, [{**SECOND, "id": n + 10}, {**SECOND, "id": n + 20}])
    touched = [quick.execute(AGAIN, {"which": n, "new_on": date(2026, 4, n)}).rowcount for n in range(10, 15)]
    gone = [quick.execute(GONE, {"which": n}).rowcount for n in range(20, 25)]

    plain.execute(WRITE, {**FIRST, "id": 15, "tries": 2})
    kept = {
        tuple(row)
        for row in plain.execute(
            text(
                "SELECT said, typeof(\"on\"), at, known, body, tries FROM pad WHERE said = 'agua' AND id > 1"
            )
        )
    }
    stored = plain.execute(ALL.where(PAD.c.id != 15)).all()
    assert [tuple(row)[1:] for row in stored if 10 <= row.id < 20] == [
        ("agua", date(2026, 4, n), FIRST["at"], True, b"\x00\x01", 2) for n in range(10, 14)
    ]
    assert [tuple(row)[1:] for row in stored if row.id >= 30] == [ROWS[1][1:]] * ASKINGS
    assert len(kept) == 1
    assert touched == [1, 1, 1, 1, 0]
    assert gone == [1, 1, 1, 1, 0]


def test_a_value_that_nobody_gave_gets_its_default_every_time(both: tuple[Connection, Connection]) -> None:
    quick, _ = both

    for n in range(10, 10 + ASKINGS):
        quick.execute(WRITE, {"id": n, "said": "polvo"})

    assert quick.execute(select(PAD.c.tries).where(PAD.c.id >= 10)).scalars().all() == [7] * ASKINGS


def test_the_order_in_which_values_are_named_says_nothing(both: tuple[Connection, Connection]) -> None:
    quick, _ = both
    between = select(PAD.c.id).where(PAD.c.id > bindparam("low"), PAD.c.id < bindparam("high"))

    answers = [
        quick.execute(between, values).scalars().all()
        for values in [{"low": 0, "high": 2}, {"high": 2, "low": 0}] * ASKINGS
    ]

    assert answers == [[1]] * len(answers)


def test_what_the_database_refuses_is_refused_in_the_same_words(both: tuple[Connection, Connection]) -> None:
    quick, plain = both
    for n in range(10, 10 + ASKINGS):
        quick.execute(WRITE, {**FIRST, "id": n})

    with pytest.raises(IntegrityError, match="UNIQUE") as short:
        quick.execute(WRITE, FIRST)
    with pytest.raises(IntegrityError, match="UNIQUE") as long:
        plain.execute(WRITE, FIRST)
    with pytest.raises(StatementError):
        quick.execute(ONE, {"other": 1})

    assert str(short.value.orig) == str(long.value.orig)


def test_a_table_that_is_gone_is_an_error_of_the_database(both: tuple[Connection, Connection]) -> None:
    quick, plain = both
    for _ in range(ASKINGS):
        quick.execute(ALL).all()
    plain.execute(text("DROP TABLE pad"))

    with pytest.raises(OperationalError):
        quick.execute(ALL)


def test_who_listens_hears_every_statement(both: tuple[Connection, Connection]) -> None:
    quick, _ = both
    for _ in range(ASKINGS):
        quick.execute(ALL).all()
    heard: list[str] = []

    event.listen(quick.engine, "before_cursor_execute", lambda *told: heard.append(told[2]))
    for _ in range(ASKINGS):
        quick.execute(ALL).all()

    assert len(heard) == ASKINGS


def test_a_statement_that_was_let_go_is_forgotten(both: tuple[Connection, Connection]) -> None:
    quick, _ = both

    answers = [quick.execute(select(PAD.c.id).where(PAD.c.id == n)).scalar() for n in (1, 2, 3, 1, 2, 3)]

    assert answers == [1, 2, None, 1, 2, None]
