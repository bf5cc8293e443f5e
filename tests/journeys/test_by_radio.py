"""A resident without a telephone: said on the air, taken down, read back, heard in the list, collected with a slip."""

import io
import json
import random
import re
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from uuid import UUID

import pytest
from sqlalchemy import select

from channels.claves import pads
from channels.radio import hfmail, relaybatch, weeklylist
from channels.radio.relaying import Relay
from grievance import codes
from grievance.airing import Heard
from grievance.base import canonical
from grievance.case import CLOCKS
from grievance.complainant import Clave, Contributor
from grievance.record import Entry
from grievance.verdict import SUMS
from grievance.vocabulary import Channel, State
from reports.aloud import acklist
from tests.journeys import golden
from tests.journeys.actors import Browsing, Officer, World
from tests.journeys.station import DOOR, Station, a_station
from translations.numbers import digit_by_digit

ENTRIES = Entry.__table__  # type: ignore[attr-defined]
HEARD = Heard.__table__  # type: ignore[attr-defined]
CLAVES, TOKENS = Clave.__table__, Contributor.__table__  # type: ignore[attr-defined]
WORDS = "El agua del canal sale turbia desde el lunes, en Huaylluray"


def a_slip(world: World, *, place: str = DOOR) -> pads.Slip:
    return pads.draw(world.house, place, 1)[0]


def test_what_is_taken_down_is_a_case_that_counts_from_the_day_it_was_said(world: World) -> None:
    station = a_station(world)
    said = (world.clock.now - timedelta(days=9)).date()

    status = station.takes_down(WORDS, said_on=said.isoformat(), place="Huaylluray")

    case = world.case(station.number)
    (entry,) = world.look(select(ENTRIES).where(ENTRIES.c.stream == case.id))
    started = {row.started_on for row in world.look(select(CLOCKS).where(CLOCKS.c.case == case.id))}
    assert (status, case.channel, case.zone) == (200, Channel.RADIO_RELAY, "huaylluray")
    assert (entry.happened_on, entry.recorded_on) == (said, world.clock.now.date())
    assert started == {said}
    assert canonical({"read_back": True})[1:-1] in entry.facts
    assert '"relayed_by":"' in entry.facts


MISSING = [
    ({"said_on": "2026-02-01"}, "It was said more than 30 days ago"),
    ({"said_on": "2026-03-05"}, "That day is still to come."),
    ({"said_on": "ayer"}, "Write the day on which it was said."),
    ({"read_back": ""}, "Read it back to the person first"),
    ({"text": " "}, "Write down what happened."),
    ({"language": "fr"}, "Say in which language it was said."),
    ({"slip": "4107 3294"}, "No free slip of this pad has that number."),
    ({"programme": "veintisiete"}, "A programme has two or three digits."),
    ({"relay": "x"}, "This form has no name of its own."),
]


def test_what_is_missing_is_said_and_what_was_typed_is_kept(small_world: World) -> None:
    station = a_station(small_world)

    for typed, words in MISSING:
        status = station.takes_down(**({"text": WORDS} | typed), lang="en", place="Huaylluray, arriba")

        assert status == 400
        assert words in station.sees_words()
        assert "Huaylluray, arriba" in station.page
    assert small_world.cases() == []


def test_the_last_day_that_counts_is_thirty_days_ago(small_world: World) -> None:
    station = a_station(small_world)
    said = small_world.clock.now.date() - timedelta(days=30)

    assert station.takes_down(WORDS, said_on=said.isoformat()) == 200


def test_sending_again_on_a_bad_line_gives_the_same_number_and_no_second_slip(world: World) -> None:
    station, slip, relay = a_station(world), a_slip(world), secrets.token_hex(16)

    station.takes_down(WORDS, relay=relay, slip=slip.number)
    first = station.number
    station.takes_down(WORDS, relay=relay, slip=slip.number)

    assert station.number.replace("-", "") == first.replace("-", "") == slip.number
    assert "Ya había llegado" in station.sees_words()
    assert len(world.cases()) == 1


def test_copies_in_any_order_by_page_and_by_batch_are_one_case_each(world: World) -> None:
    station = a_station(world)
    relays = [secrets.token_hex(16) for _ in range(4)]
    lines = {one: as_line(one, f"{WORDS} {n}") for n, one in enumerate(relays)}
    everything = [*relays, *relays, relays[0]]
    random.Random(7).shuffle(everything)

    for at, relay in enumerate(everything):
        if at % 2:
            station.posts("/radio/import", written=lines[relay])
        else:
            station.takes_down(f"{WORDS} {relays.index(relay)}", relay=relay)
    station.posts("/radio/import", written="\n".join(reversed(lines.values())))

    assert len(world.cases()) == 4
    assert station.page.count("Ya había llegado.") == 4


def as_line(relay: str, text: str, **more: object) -> str:
    made = {"id": relay, "text": text, "language": "es", "said_on": "2026-03-03", "read_back": True} | more
    return json.dumps(made)


NO_RELAYS = (
    "no es nada",
    as_line("a" * 16, WORDS, read_back="yes"),
    as_line("a" * 16, WORDS, name="Juan"),
    json.dumps({"id": "a" * 16, "text": WORDS}),
    as_line("a" * 16, WORDS, read_back=False),
    as_line("a" * 16, WORDS, said_on="3 de marzo"),
)


def test_a_line_of_a_batch_that_cannot_be_read_is_named_and_the_others_are_safe(small_world: World) -> None:
    station = a_station(small_world)
    good = as_line("b" * 16, WORDS)

    station.posts("/radio/import", written="\n".join([*NO_RELAYS, good]))

    assert len(small_world.cases()) == 1
    assert station.page.count("No recibido") == len(NO_RELAYS)


@pytest.mark.parametrize("letters", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_keeps_its_letters_whichever_machine_wrote_it(small_world: World, letters: str) -> None:
    station, relay = a_station(small_world), secrets.token_hex(16)
    words = "El niño bebió del canal y enfermó"
    line = json.dumps(json.loads(as_line(relay, words)), ensure_ascii=False).encode(letters)

    station.posts("/radio/import", written="", file=(io.BytesIO(line), "relays.txt"))

    assert "No recibido" not in station.page
    assert len(small_world.cases()) == 1
    assert [one.text for one, _ in relaybatch.read(relaybatch.decoded(line)) if isinstance(one, Relay)] == [
        words
    ]


def test_words_that_lost_a_letter_on_the_way_are_not_kept_without_it(small_world: World) -> None:
    station = a_station(small_world)
    lost = json.dumps(json.loads(as_line("a" * 16, "El ni\ufffdo")), ensure_ascii=False)

    station.posts("/radio/import", written=lost)

    assert station.page.count("No recibido") == 1
    assert small_world.cases() == []


def test_a_batch_without_end_is_refused_whole() -> None:
    many = "\n".join(as_line(f"{n:016}", WORDS) for n in range(relaybatch.MOST + 1))

    read = list(relaybatch.read(many))

    assert read == [(relaybatch.TOO_MANY, "")]
    assert len(list(relaybatch.read(as_line("c" * 16, WORDS)))) == 1


def test_no_clave_is_shown_and_none_is_made_for_whoever_only_spoke(small_world: World) -> None:
    station = a_station(small_world)

    station.takes_down(WORDS)

    assert 'class="key"' not in station.page
    assert small_world.look(select(CLAVES.c.id)) == []


def test_whoever_is_there_takes_their_clave_home_on_paper(small_world: World) -> None:
    station = a_station(small_world)
    station.takes_down(WORDS, here="yes")
    clave = station.page.split('class="key">')[1].split("<")[0]
    paper = station.page.index('class="paper"')

    neighbour = small_world.neighbour()
    status = neighbour.follows(clave)

    assert status == 200
    assert station.page.index(clave) > paper
    assert station.page.count(clave) == 1


def test_a_danger_on_the_air_is_a_protected_case_and_the_operator_is_told_to_stop(small_world: World) -> None:
    station = a_station(small_world)

    station.takes_down("Me amenazaron de muerte por hablar de la mina")

    assert small_world.case(station.number).protected
    assert "Lo que se contó no se repite al aire." in station.sees_words()
    assert "lista de la semana" not in station.sees_words().partition("Diga ahora")[2], "it is on no list"
    before, _, said = station.sees_words().partition("Diga ahora")
    assert "¿Peligro ahora? Llame al 112." in before, "it is seen before anything else is said"
    assert said


@pytest.mark.parametrize("text", [WORDS, "Me amenazaron de muerte por hablar de la mina"])
def test_a_relay_whose_answer_was_lost_is_answered_alike_the_second_time(
    small_world: World, text: str
) -> None:
    station, relay = a_station(small_world), "a1b2c3d4e5f60718"

    station.takes_down(text, relay=relay)
    first = station.says_now(), "Lo que se contó no se repite al aire." in station.sees_words()
    station.takes_down(text, relay=relay)
    again = station.says_now(), "Lo que se contó no se repite al aire." in station.sees_words()

    assert (again[0][:2], again[1]) == (first[0][:2], first[1])
    assert first[1] is small_world.case(station.number).protected


def test_by_script_a_danger_names_whom_to_call_each_time_it_is_sent(small_world: World) -> None:
    station = a_station(small_world)
    form = {"id": "a1b2c3d4e5f60718", "text": "Me amenazaron de muerte", "said_on": station.today, "language": "es",
            "read_back": "yes"}  # fmt: skip

    station.gets("/radio")
    sent = [
        station.browser.post(
            "/radio", data={"csrf_token": station.csrf, **form}, headers={"Accept": "application/json"}
        )
        for _ in range(2)
    ]
    told = [answer.get_json()["stop"] for answer in sent]

    assert told[0] == told[1]
    assert "Llame al 112" in told[0]


def test_a_station_and_a_day_count_as_one_person(small_world: World) -> None:
    station = a_station(small_world)
    for _ in range(3):
        station.takes_down(WORDS)
    station.takes_down(WORDS, said_on="2026-03-03")

    tokens = small_world.look(select(TOKENS.c.token))

    assert len(tokens) == 4
    assert len({row.token for row in tokens}) == 2


def test_what_was_typed_comes_back_when_the_session_has_ended(small_world: World) -> None:
    station = a_station(small_world)
    station.gets("/radio")
    small_world.clock.now += timedelta(hours=1)

    for path, typed in (
        ("/radio", {"text": WORDS, "place": "Huaylluray, arriba"}),
        ("/radio/import", {"written": WORDS}),
        ("/radio/log", {"minutes": "17", "programme": "Huaylluray"}),
    ):
        station.gets(path)
        mine = re.findall(r'name="mine" value="([^"]+)"', station.page)[0]
        small_world.clock.now += timedelta(hours=1)
        door = station.browser.post(path, data={"csrf_token": station.csrf, "mine": mine, **typed})
        assert door.status_code == 403
        assert WORDS not in door.text
        page = comes_back(station, door.text)
        assert all(words in page for words in typed.values())
    assert small_world.cases() == []


def comes_back(station: Station, door: str) -> str:
    """Sign in on the page that keeps what was typed, and look at it."""
    carried = re.findall(r'name="kept" value="([^"]+)"', door)[0]
    station.signs_in(kept=carried)
    (action,) = re.findall(r'action="([^"]+kept=1)"', station.page)
    answer = station.browser.post(action, data={"csrf_token": station.csrf, "kept": carried})
    assert answer.status_code == 200
    return unescape(str(answer.text))


HEARD_AS = [
    ("4107-3293", "The number holds.", True),
    ("4107 3294", "A digit is wrong.", True),
    ("1407 3293", "A digit is wrong.", True),
    ("4107", "A number has eight digits.", False),
    ("4821 0937 5512 7381", "it looks like a key", False),
    ("hola", "Type the eight digits.", False),
]


def test_a_number_that_was_heard_is_checked_and_never_corrected(small_world: World) -> None:
    station = a_station(small_world)

    for typed, words, shown in HEARD_AS:
        station.posts("/radio/check?lang=en", number=typed)

        assert words in station.sees_words()
        assert ("4107-3293" in station.page) is shown
        assert "4821" not in station.page


def test_nobody_else_enters_the_radio_room_and_its_operator_enters_no_other(small_world: World) -> None:
    station, officer = a_station(small_world), small_world.officer()
    station.signs_in()
    officer.signs_in()

    for path in ("/radio", "/radio/list", "/radio/log", "/radio/import", "/radio/bulletin"):
        assert officer.browser.get(path).status_code == 302
        assert station.browser.get(path).status_code == 200
    assert station.browser.get("/desk").status_code == 302
    assert station.browser.get("/review").status_code == 302


def test_what_was_read_is_written_down_once_though_it_is_sent_twice(small_world: World) -> None:
    station = a_station(small_world)
    station.gets("/radio/log")
    read = {"held_on": station.today, "what": "spot", "language": "qu", "part": "early", "minutes": "1"}
    after = re.findall(r'name="after" value="([^"]+)"', station.page)[0]

    first = station.posts("/radio/log", **read, after=after).status_code
    again = station.posts("/radio/log", **read, after=after)

    assert (first, again.status_code) == (303, 409)
    assert "no se hizo por segunda vez" in again.text
    assert station.gets("/radio/log").text.count("<tr") == 2


def test_an_announcer_sees_one_script_and_chooses_it_by_language_and_length(small_world: World) -> None:
    station = a_station(small_world)

    shown = {
        asked: station.gets(f"/radio/bulletin?lang=es&{asked}").text
        for asked in ("", "read=spot-40", "in=qu&read=spot-40", "in=xx&read=month-7&site=nowhere")
    }

    assert all(page.count('class="reading') == 1 for page in shown.values())
    assert shown[""].count('aria-current="page">20 segundos') == 1
    assert shown["in=xx&read=month-7&site=nowhere"].count('aria-current="page">20 segundos') == 1
    assert shown["read=spot-40"].count('aria-current="page">40 segundos') == 1
    assert "No leer: ningún hablante nativo lo ha revisado" in shown["in=qu&read=spot-40"]
    assert '<div class="reading" lang="qu">' in shown["in=qu&read=spot-40"]


def test_the_list_of_a_week_stays_as_it_was_issued(world: World) -> None:
    station = a_station(world)
    station.posts("/radio/import", written=others(world, 12))
    world.clock.now += timedelta(days=19)

    first = weeklylist.of_this_week(world.house)
    station.takes_down(WORDS)
    world.clock.now += timedelta(days=2)
    again = weeklylist.of_this_week(world.house)
    page = station.gets("/radio/list").text

    assert len(first[1]) == 12
    assert again == first
    assert all(f"{line.number[:4]}-{line.number[4:]}" in page for line in first[1])


def test_a_list_of_few_people_is_not_read(small_world: World) -> None:
    station = a_station(small_world)
    for _ in range(12):
        station.takes_down(WORDS)
    small_world.clock.now += timedelta(days=19)

    _, lines = weeklylist.of_this_week(small_world.house)

    assert lines == ()
    assert "Esta semana no se leen números" in station.gets("/radio/list").text


def test_what_was_read_is_written_down_and_can_be_signed(small_world: World) -> None:
    station = a_station(small_world)
    read = {
        "held_on": station.today,
        "what": "spot",
        "language": "qu",
        "part": "early",
        "minutes": "1",
        "programme": "27",
    }

    station.posts("/radio/log", **(read | {"minutes": "600"}))
    refused = station.sees_words()
    station.posts("/radio/log", **read)
    sheet = station.gets("/radio/log").text

    assert "Minutos" in refused
    assert sheet.count("<td>Cuña</td>") == 1
    assert "27: muy pocas para decirlo" in sheet


def test_a_programme_somebody_names_is_counted_and_never_stands_with_the_case(small_world: World) -> None:
    station = a_station(small_world)
    station.takes_down(WORDS, programme="27")
    station.takes_down(WORDS, programme="27")
    case = small_world.case(station.number)

    heard = small_world.look(select(HEARD))

    assert [(row.programme, row.week) for row in heard] == [("27", date(2026, 3, 2))]
    tokens = {row.token for row in small_world.look(select(TOKENS.c.token))}
    assert heard[0].who not in tokens
    assert not any(value == "27" for value in case._mapping.values())


def as_form(relay: str, text: str, *, station: str = DOOR, slip: str = "") -> str:
    heard, words = date(2026, 3, 3), hfmail.plain(text)
    return hfmail.write(
        hfmail.Relay(UUID(relay), heard, station, "es", "water", "Huaylluray", words, slip=slip)
    )


def test_whoever_took_a_slip_where_only_hf_mail_leaves_opens_the_case_with_its_clave(world: World) -> None:
    station, slip = a_station(world), a_slip(world)

    station.posts("/radio/import", written=as_form(secrets.token_hex(16), WORDS, slip=slip.number))
    follow = world.anybody().post("/follow", data={"clave": slip.clave})
    station.posts("/radio/import", written=as_form(secrets.token_hex(16), WORDS, slip=slip.number))

    assert [case.number for case in world.cases()] == [slip.number]
    assert codes.show(slip.number) in follow.text
    assert "No recibido" in station.page


def test_a_form_that_came_by_radio_mail_is_the_same_case_as_the_page_and_counts_from_its_day(
    world: World,
) -> None:
    station, relay, other = a_station(world), secrets.token_hex(16), secrets.token_hex(16)
    mail = f"{as_form(relay, WORDS)}\n\n{as_form(other, WORDS)}\r\n"

    station.takes_down(WORDS, relay=relay)
    station.posts("/radio/import", written=mail)
    station.posts("/radio/import", written=mail)

    cases = world.cases()
    assert len(cases) == 2
    assert {case.received_on for case in cases} == {date(2026, 3, 3), date(2026, 3, 4)}
    assert station.page.count("Ya había llegado.") == 2


def test_a_whole_mail_can_be_pasted_with_what_the_station_wrote_around_its_forms(small_world: World) -> None:
    station = a_station(small_world)
    first, second = (as_form(secrets.token_hex(16), WORDS) for _ in range(2))
    mail = f"From: OA7XYZ\nBuenas, van dos.\n\n{first}\n\nEste es de ayer:\n{second}\n--\nSaludos, Wayra\n"

    station.posts("/radio/import", written=mail)

    assert len(small_world.cases()) == 2
    assert "No recibido" not in station.page


@pytest.mark.parametrize("mark", ["> ", ">", ">> ", "> > "])
def test_a_mail_that_somebody_quoted_in_their_answer_is_read_as_it_was(small_world: World, mark: str) -> None:
    station = a_station(small_world)
    first, second, plain = (as_form(secrets.token_hex(16), WORDS) for _ in range(3))
    quoted = "\r\n".join(
        (mark + line).rstrip() for line in ("Van dos:", *first.split("\n"), "", *second.split("\n"))
    )

    station.posts("/radio/import", written=f"Recibido, gracias.\r\n\r\n{quoted}\r\n\r\nY otro:\r\n{plain}")

    assert len(small_world.cases()) == 3
    assert "No recibido" not in station.page


def test_what_is_quoted_is_read_as_strictly_as_everything_else(small_world: World) -> None:
    station = a_station(small_world)
    form = as_form(secrets.token_hex(16), WORDS).split("\n")
    half = "\n".join([*(f"> {line}" for line in form[:4]), *form[4:]])
    within = "\n".join([*form[:4], f"> {form[4]}", *form[5:]])
    changed = "\n".join(f"> {line}" for line in form).replace("lunes", "martes")

    for mail in (within, changed):
        station.posts("/radio/import", written=mail)
        assert station.page.count("No recibido") == 1
    assert small_world.cases() == []

    station.posts("/radio/import", written=half)
    assert len(small_world.cases()) == 1, "a quotation that ends early leaves the lines as they were sent"


@pytest.mark.parametrize("quoted", ["", "> "])
def test_of_a_text_without_any_form_is_said_once_what_is_missing(small_world: World, quoted: str) -> None:
    station = a_station(small_world)

    station.posts(
        "/radio/import", written="\n".join(quoted + one for one in ("Buenos días", WORDS, "Saludos"))
    )

    assert station.page.count("No recibido") == 1
    assert "GRIEVANCE RELAY 1" in station.page
    assert small_world.cases() == []


@pytest.mark.parametrize("given", ["nothing", "blanks", "an empty file"])
def test_whoever_brings_in_nothing_is_told_what_is_missing(small_world: World, given: str) -> None:
    station = a_station(small_world)
    file = {"file": (io.BytesIO(b""), "relays.txt")} if given == "an empty file" else {}

    station.posts("/radio/import", written=" \r\n" if given == "blanks" else "", **file)

    assert station.page.count("péguelo aquí o elija un archivo que no esté vacío") == 2
    assert 'aria-invalid="true"' in station.page


def test_a_form_that_changed_on_the_way_or_names_no_station_of_ours_is_refused(small_world: World) -> None:
    station = a_station(small_world)
    changed = as_form(secrets.token_hex(16), WORDS).replace("lunes", "martes")
    elsewhere = as_form(secrets.token_hex(16), WORDS, station="radio-luna")

    station.posts("/radio/import", written=f"{changed}\n{elsewhere}")

    assert station.page.count("No recibido") == 2
    assert small_world.cases() == []


def test_a_text_message_that_names_a_programme_is_counted_once_for_its_phone(small_world: World) -> None:
    resident = small_world.resident()

    resident.texts("Radio 27. El agua del canal sale turbia en Huaylluray")
    resident.texts("El polvo entra a la casa, lo escuche en radio 27")
    small_world.resident().texts("La radio 105.3 no dice nada del agua sucia")

    assert [row.programme for row in small_world.look(select(HEARD))] == ["27"]


SAID = {
    "es": "El agua del canal sale turbia desde el lunes.",
    "qu": "Yarqhapi unuqa lunesmanta pacha qhillim lluqsimuchkan.",
    "ay": "Larqan umax lunesat aksarux q'añukiw juti.",
}


CLOSING = "Gracias por avisar."
YES = {"es": "Sí, así es.", "qu": "Arí, hinam.", "ay": "Jïsa, ukhamawa."}


@pytest.mark.parametrize("tongue", SAID)
def test_a_whole_path_by_radio_is_said_as_it_was_agreed(small_world: World, tongue: str) -> None:
    world = small_world
    station, officer, line = a_station(world), world.officer(), list[str]()
    slip = a_slip(world)
    line += [f"STATION> {one}" for one in station.says_first(tongue)]
    line += [f"AIR> {SAID[tongue]}", f"STATION> {SAID[tongue]}", f"AIR> {YES[tongue]}"]
    station.takes_down(SAID[tongue], language=tongue, place="Huaylluray", slip=slip.number)
    line += [f"STATION> {one}" for one in station.says_now()]
    resident = Collecting(world, world.anybody(), clave=slip.clave, tongue=tongue)
    number = codes.show(slip.number)

    def hears() -> None:
        """Hear the number in the list of a later week, among those of others: late as a list may be, it is told by then."""
        station.posts("/radio/import", written=others(world, 11))
        world.clock.now += timedelta(days=acklist.MOST_DAYS_LATE + 7)
        line.extend(f"STATION> {one}" for one in station.reads_of(slip.number, tongue) if one)

    def comes(action: str = "", **form: str) -> None:
        """Come with the paper, read, and answer."""
        resident.follows()
        line.extend(f"PAPER> {one}" for one in resident.reads())
        if action:
            line.append(f"PAPER< {resident.button(action)}")
            assert resident.does(action, **form) == 200
            line.append(f"PAPER> {resident.reads()[1]}")

    answered(world, officer, resident, number)
    hears()
    comes("accept")
    world.until(lambda: world.case(number).state == State.AGREED)
    officer.carries_out(number)
    officer.keeps_the_promise(number)
    hears()
    comes("confirm")
    world.until(lambda: world.case(number).state == State.VERIFIED)
    officer.learns(number)
    officer.writes_the_closing_letter(number, CLOSING)
    world.pass_time(minutes=5)
    officer.closes(number)
    hears()
    comes("verdict", outcome="1", process="2")
    comes()

    assert CLOSING in resident.page
    assert world.case(number).state == State.CLOSED
    assert {(row.question, row.digit): row.n for row in world.look(select(SUMS)) if row.n} == {
        ("outcome", 1): 1,
        ("process", 2): 1,
    }
    spoken = digit_by_digit(slip.number, tongue)
    golden.compare(f"radio-{tongue}", [one.replace(spoken, "(0000 0000)") for one in line])


def others(world: World, count: int) -> str:
    """Write down what others said, each on another day: so many people as a release counts them."""
    days = [(world.clock.now - timedelta(days=back)).date().isoformat() for back in range(1, count + 1)]
    return "\n".join(as_line(secrets.token_hex(16), WORDS, said_on=day, place="Huaylluray") for day in days)


@dataclass
class Collecting(Browsing):
    """Somebody who came for the answer, with the paper, to a place with a browser."""

    tongue: str = "es"

    def follows(self, clave: str = "") -> int:
        answer = self.browser.post("/follow", data={"clave": clave or self.clave, "lang": self.tongue})
        self.page = answer.text
        return int(answer.status_code)

    def does(self, action: str, **form: str) -> int:
        return super().does(action, lang=self.tongue, **form)

    def button(self, action: str) -> str:
        """Read what stands on the button of an act."""
        found = re.findall(rf'action="/follow/{action}">.*?<button[^>]*>(.*?)</button>', self.page, re.DOTALL)
        return unescape(found[0])

    def reads(self) -> list[str]:
        """Read where the case stands, what was proposed and what can be done, up to the steps."""
        shown = self.page[self.page.index("<h1") : self.page.index('<ol class="steps"')]
        parts = re.split(r"</?(?:p|h\d|li|div|section|form|button|label|legend|dt|dd)\b[^>]*>", shown)
        lines = (" ".join(unescape(re.sub(r"<[^>]+>", " ", part)).split()) for part in parts)
        return [one for one in lines if one][:-1]


def answered(world: World, officer: Officer, resident: Collecting, number: str) -> None:
    """Walk the case to its first proposal; whoever spoke comes by now and then."""
    officer.waits_for(number)
    officer.acknowledges(number)
    resident.follows()
    officer.assesses(number)
    officer.investigates(number)
    officer.hears(number)
    resident.follows()
    officer.proposes(number, "Arreglamos la compuerta del canal.", "Arreglar la compuerta")
    world.pass_time(minutes=5)
