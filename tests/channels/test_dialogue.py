"""The dialogue of menus and calls keeps its laws: no dead end, all reachable, every screen fits, replay is the same."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.incoming import routing
from channels.sms.segments import GSM7
from channels.sms.words import STANDS
from channels.sound.recorded import Shelf, prompts
from channels.talking import dialogue, menus
from channels.talking.dialogue import At, Begin, Entry, Event, Found, Ground, Recorded, Refusal, Step
from channels.talking.menus import FILED, HELP, PLACE, SAFE, SAID, START, STATES, STATUS, STOPPED, TELL, THEME
from channels.telephone import ussd, voice
from channels.telephone.lines import Known
from channels.web.networks.lines import in_letters
from grievance import mechanism
from grievance.codes import make_case_number, make_clave
from translations import say
from translations.pseudo import PSEUDO

MECHANISM = mechanism.example()
LANGUAGES = MECHANISM.languages
PLACES = routing.places(MECHANISM, None)
CLAVE, NUMBER = make_clave("48210937551273"), make_case_number("410732")
LONGEST = Known(
    number=NUMBER,
    date="2026-11-28",
    status="under_independent_review",
    emergency="0800-15-170",
    services="800-14-0348",
    clave=CLAVE,
    noted="unpressed_withdraw",
    words="Vamos a cambiar la tubería rota «antes» de la siembra… y daremos agua en cisterna.\n" * 4,
    written_in="es",
)
MENU = Ground(languages=LANGUAGES, places=PLACES, certain=False)
CALL = Ground(languages=LANGUAGES, places=PLACES, voice=True)
HIDDEN = Ground(languages=LANGUAGES, places=PLACES, voice=True, unreachable=True)
READS = replace(MENU, reads=True)
GROUNDS = {"a menu": MENU, "a menu that brings all": READS, "a call": CALL, "a hidden caller": HIDDEN}
ENTRIES = ("", "0", "00", "99", "*", *"123456", "9", "ayuda", "stop", "castellano", "El agua sale turbia",
           "Huaylluray", "hola", "pregunta", "me quieren matar", CLAVE, NUMBER, "1234")  # fmt: skip
OPENED = (menus.ANSWER, menus.TALKING, menus.DONE, menus.REFERRAL, menus.REFERRED, menus.OPEN, menus.KEPT)
"""Where a clave may lead."""
EVENTS: tuple[Event, ...] = (
    *(Entry(text) for text in ENTRIES),
    Recorded(),
    Found(found=True),
    Found(found=False),
    *(Found(found=True, asks=state) for state in OPENED),
    Found(found=False, asked=False),
    Refusal(),
)
FREE_TEXT = st.text(max_size=60) | st.sampled_from(ENTRIES)


def events_of(ground: Ground, at: At) -> Iterator[Event]:
    """List what can happen where somebody stands: only a voice is recorded, and only what was asked for is found."""
    for event in EVENTS:
        if isinstance(event, Recorded) and not (ground.voice and at.state == TELL):
            continue
        if isinstance(event, Found) and STATES[at.state].kind != "code":
            continue
        if isinstance(event, Refusal) and not _replies(at):
            continue
        if event == Found(found=False, asked=False) and ground.voice:
            continue  # a call shows nothing of its own number
        yield event


def _replies(at: At) -> bool:
    return any(option.goto == menus.NOTED for option in STATES[at.state].options)


def reached(ground: Ground) -> dict[At, list[At]]:
    """Walk everywhere from the beginning, and from what an earlier session left; the way back is not told apart."""
    begun = [Begin("es"), Begin("es", dialled=CLAVE), *([] if ground.voice else [Begin("es", held=At(TELL))])]
    edges: dict[At, list[At]] = {}
    waiting = [_bare(dialogue.step(At(), event, ground).at) for event in begun]
    while waiting:
        at = waiting.pop()
        if at in edges:
            continue
        edges[at] = []
        if STATES[at.state].kind != "end":
            edges[at] = [_bare(dialogue.step(at, event, ground).at) for event in events_of(ground, at)]
            waiting += edges[at]
    return edges


def _bare(at: At) -> At:
    """Leave out what changes no way: languages, pages, the way one came."""
    return replace(at, trail=(), page=0, language="es", note="", noted="")


@cache
def reached_on(name: str) -> dict[At, list[At]]:
    """Walk one ground once for all who ask, and not where tests are only listed."""
    return reached(GROUNDS[name])


def test_every_state_can_be_reached_by_a_menu_or_a_call() -> None:
    seen = {at.state for edges in map(reached_on, GROUNDS) for at in edges}

    assert seen == set(STATES)


@pytest.mark.parametrize("name", GROUNDS)
def test_from_everywhere_there_is_a_way_to_an_end(name: str) -> None:
    edges = reached_on(name)
    good = {at for at in edges if STATES[at.state].kind == "end"}

    while more := {at for at in edges if at not in good and good.intersection(edges[at])}:
        good |= more

    assert set(edges) - good == set()


@pytest.mark.parametrize("name", GROUNDS)
def test_every_option_leads_where_it_says_and_its_keys_are_one_press_each(name: str) -> None:
    for at in reached_on(name):
        options = dialogue.options_of(STATES[at.state], GROUNDS[name])
        keys = [option.key for option in options]

        assert len(set(keys)) == len(keys)
        assert all(key in set("12345678") for key in keys)
        assert all(option.goto in STATES for option in options)


@pytest.mark.parametrize("language", [*LANGUAGES, "quy"])
@pytest.mark.parametrize("why", [menus.HIDDEN, menus.BLOCKED])
def test_why_no_message_follows_is_read_on_one_page(why: str, language: str) -> None:
    screen = dialogue.screen_of(At(menus.FILED, note=menus.UNCLEAR), GROUNDS["a menu"])
    screen = replace(screen, prompt=f"{screen.prompt}{why}")

    (page,) = ussd.pages(
        ussd.lines(screen, language, in_letters(LONGEST, language)), language, last=screen.end
    )

    assert ussd.septets(page) <= ussd.MOST
    assert GSM7.issuperset(page)


@pytest.mark.parametrize("language", [*LANGUAGES, "quy", PSEUDO])
@pytest.mark.parametrize("name", ["a menu", "a menu that brings all"])
def test_every_page_of_every_screen_fits_a_menu_in_every_language(name: str, language: str) -> None:
    known = in_letters(LONGEST, language)
    longest = max(STANDS.values(), key=lambda words: len(say(words, language)))
    blanks = known | {"status": longest}
    for shown in {at.state for at in reached_on(name)}:
        for note in ("", *menus.NOTES):
            if note == menus.ADDED and STATES[shown].kind == "end":
                continue  # whoever adds something is asked on
            screen = dialogue.screen_of(At(shown, note=note), GROUNDS[name])
            said = ussd.lines(screen, language, blanks)
            pages = ussd.pages(said, language, last=screen.end)

            assert max(map(ussd.septets, pages)) <= (ussd.MOST if screen.end else ussd.AIM)
            assert GSM7.issuperset("".join(pages))
            if (
                language != PSEUDO
            ):  # a longer language cannot say an end on one page: here its lines are only parted
                assert not screen.end or len(pages) == 1, f"{shown} ends in {language} before it is read"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["a call", "a hidden caller"])
def test_everything_that_is_said_in_a_call_is_a_prompt_that_can_be_recorded(
    name: str, language: str, tmp_path: Path
) -> None:
    shelf = Shelf(tmp_path)
    for shown in {at.state for at in reached_on(name)}:
        plan = voice.plan(dialogue.screen_of(At(shown), GROUNDS[name]), language, LONGEST, shelf, place=1)

        assert plan.said
        assert all(one.key in prompts() and one.words for one in plan.said)
        assert len(plan.said) <= 75, "nobody listens so long"


def test_a_key_is_on_no_screen_of_a_menu() -> None:
    for state in {at.state for at in reached_on("a menu that brings all")}:
        screen = dialogue.screen_of(At(state), READS)

        shown = "\n".join(ussd.lines(screen, "es", in_letters(LONGEST, "es")))

        assert "4821" not in shown


@settings(max_examples=20)
@given(st.lists(FREE_TEXT, max_size=5), st.sampled_from(sorted(GROUNDS)))
def test_the_same_entries_lead_the_same_way_and_what_is_kept_can_be_read_again(
    entries: list[str], name: str
) -> None:
    ground = GROUNDS[name]

    def walk() -> list[Step]:
        at, steps = At(), []
        for entry in entries:
            steps.append(dialogue.step(at, Entry(entry), ground))
            at = dialogue.read_at(dialogue.show_at(steps[-1].at))
        return steps

    assert walk() == walk()


@given(FREE_TEXT.filter(lambda text: any(map(str.isalpha, text))))
def test_nothing_that_was_said_is_kept_with_a_session(text: str) -> None:
    kept = dialogue.show_at(dialogue.step(At(TELL), Entry(f"qx{text}qx"), MENU).at)

    assert f"qx{text}qx" not in kept


@given(st.text(min_size=3, max_size=300).filter(lambda text: sum(map(str.isalpha, text)) > 2))
def test_what_is_told_is_handed_over_before_anything_else_is_asked(text: str) -> None:
    told = dialogue.step(At(TELL), Entry(f"agua sucia {text}"), MENU)

    assert [act.kind for act in told.effects] == ["file"]
    assert told.effects[0].text.startswith("agua sucia")
    assert told.at.state in (PLACE, THEME, FILED, SAFE)


@pytest.mark.parametrize("ground", [MENU, CALL])
def test_a_number_alone_opens_no_question_and_a_clave_opens_the_one_that_waits(ground: Ground) -> None:
    by_number = dialogue.step(At(STATUS), Found(found=True), ground)
    by_clave = dialogue.step(At(STATUS), Found(found=True, asks=menus.ANSWER), ground)

    assert by_number.screen.end
    assert by_number.at.state not in menus.WITH_CLAVE
    assert [option.key for option in by_clave.screen.options] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("state", sorted(menus.WITH_CLAVE))
def test_no_way_back_leads_into_a_case_that_was_left_and_nobody_resumes_one(state: str) -> None:
    left = dialogue.step(At(state, trail=(STATUS, menus.ANSWER)), Entry("ayuda"), MENU)
    at = left.at
    for _ in range(dialogue.DEEPEST):
        at = dialogue.step(at, Entry("0"), MENU).at

        assert at.state not in menus.WITH_CLAVE
    assert not dialogue.can_go_on(At(state))
    assert dialogue.can_go_on(At(STATUS))
    assert dialogue.lapsed(At(state, trail=(STATUS, menus.ANSWER))) == At(STATUS, trail=(STATUS,))


@pytest.mark.parametrize("state", [menus.ANSWER, menus.TALKING])
def test_words_are_read_by_page_where_the_line_brings_the_key_again_and_no_key_on_a_page_answers(
    state: str,
) -> None:
    named = dialogue.step(At(state), Entry("5"), MENU)
    read = dialogue.step(At(state), Entry("5"), READS)
    leafed, slipped, back = (dialogue.step(read.at, Entry(key), READS) for key in ("99", "3", "1"))

    assert named.at.state == menus.WORDS
    assert read.at.state == leafed.at.state == slipped.at.state == menus.READING[state]
    assert [step.effects for step in (read, leafed, slipped, back)] == [()] * 4
    assert (leafed.at.page, slipped.at.note) == (1, menus.UNCLEAR)
    assert back.at.state == state
    assert dialogue.unread(read.at).state == menus.WORDS


def test_a_yes_is_asked_once_more_before_it_is_noted_and_a_step_back_is_none() -> None:
    asked = dialogue.step(At(menus.ANSWER), Entry("1"), CALL)
    noted, back = (dialogue.step(asked.at, Entry(key), CALL) for key in "10")

    assert (asked.at.state, asked.effects) == (menus.SURE, ())
    assert [(act.kind, act.text) for act in noted.effects] == [(dialogue.REPLY, "accept")]
    assert (noted.at.state, noted.at.noted) == (menus.NOTED, "accept")
    assert (back.at.state, back.effects) == (menus.ANSWER, ())


@pytest.mark.parametrize("state", [menus.ERASING, menus.WITHDRAWING])
def test_whoever_is_pressed_ends_nothing_and_is_heard_by_review(state: str) -> None:
    pressed = dialogue.step(At(state), Entry("1"), CALL)
    unpressed = dialogue.step(At(state), Entry("2"), CALL)

    assert (pressed.at.state, [act.kind for act in pressed.effects]) == (SAFE, [menus.PRESSED])
    assert (unpressed.at.state, [act.kind for act in unpressed.effects]) == (menus.NOTED, [dialogue.REPLY])


@pytest.mark.parametrize("state", [s for s in STATES if STATES[s].kind != "end"])
@pytest.mark.parametrize(
    ("said", "kind"),
    [("me quieren matar", "file"), ("9", "alarm"), ("auxilio", "file"), ("emergencia", "file")],
)
def test_danger_is_heard_wherever_somebody_stands(state: str, said: str, kind: str) -> None:
    told = dialogue.step(At(state, filed=state in (PLACE, THEME)), Entry(said), MENU)

    assert told.at.state == SAFE
    assert [act.kind for act in told.effects] == [kind]
    assert kind == "alarm" or told.effects[0].flags


@pytest.mark.parametrize("state", [START, TELL, STATUS, HELP, PLACE, THEME])
def test_stop_always_works_and_touches_no_case(state: str) -> None:
    told = dialogue.step(At(state), Entry("stop"), MENU)

    assert told.at.state == STOPPED
    assert [act.kind for act in told.effects] == ["stop"]


@pytest.mark.parametrize("ground", [MENU, CALL], ids=["a menu", "a call"])
def test_a_key_that_slipped_mutes_nobody(ground: Ground) -> None:
    asked = dialogue.step(At(), Entry("4"), ground)
    back = dialogue.step(asked.at, Entry("0"), ground)
    meant = dialogue.step(asked.at, Entry("1"), ground)

    assert (asked.effects, back.effects, back.at.state) == ((), (), START)
    assert (meant.at.state, [act.kind for act in meant.effects]) == (STOPPED, ["stop"])


def test_where_somebody_lives_is_no_danger_by_menu_and_blood_there_is() -> None:
    ground = replace(MENU, named=("Wila Kota",))

    said = dialogue.step(At(TELL), Entry("El agua sale turbia en Wila Kota"), ground)
    blood = dialogue.step(At(TELL), Entry("Hay wila en la calle de Wila Kota"), ground)

    assert (said.effects[0].flags, said.at.state == SAFE) == (frozenset(), False)
    assert (bool(blood.effects[0].flags), blood.at.state) == (True, SAFE)


def test_somebody_who_writes_at_the_first_screen_has_complained() -> None:
    told = dialogue.step(At(), Entry("El río huele mal"), MENU)

    assert [act.kind for act in told.effects] == ["file"]


@pytest.mark.parametrize("certain", [True, False])
def test_nobody_sees_more_than_five_screens_to_complain(*, certain: bool) -> None:
    ground = replace(MENU, certain=certain)
    at, screens = dialogue.step(At(), Begin("es"), ground).at, 1
    for entry in ("1", "Nos dejaron sin nada desde ayer", "no se donde queda", "6"):
        if STATES[at.state].kind != "end":
            at, screens = (
                dialogue.step(at, Entry(entry if at.state != THEME else "6"), ground).at,
                screens + 1,
            )

    assert at.state == FILED
    assert screens <= 5


def test_a_greeting_or_a_lone_digit_is_no_complaint() -> None:
    for said in ("hola", "7", "1234"):
        asked = dialogue.step(At(TELL), Entry(said), MENU)

        assert asked.effects == ()
        assert (asked.at.state, asked.at.note) == (TELL, menus.UNCLEAR)


def test_back_leads_back_and_never_files_a_thing_twice() -> None:
    told = dialogue.step(At(TELL, trail=(START,)), Entry("El agua sale turbia"), MENU)

    back = dialogue.step(told.at, Entry("0"), MENU)

    assert back.effects == ()
    assert back.at.state == FILED
    assert dialogue.step(At(TELL, trail=(START,)), Entry("0"), MENU).at.state == START


def test_whoever_dialled_a_key_behind_the_code_goes_straight_to_where_the_case_stands() -> None:
    begun = dialogue.step(At(), Begin("es", dialled=CLAVE), MENU)

    assert [(act.kind, act.code) for act in begun.effects] == [(dialogue.LOOK, CLAVE)]


def test_whoever_comes_back_is_asked_whether_to_go_on_and_sees_nothing_of_it() -> None:
    held = At(THEME, filed=True, placed=True)

    asked = dialogue.step(At(), Begin("es", held=held), MENU)
    gone_on, anew = (dialogue.step(asked.at, Entry(key), MENU) for key in "12")

    assert "{number}" not in menus.PROMPTS[asked.screen.prompt].msgid
    assert gone_on.at == held
    assert anew.at == At()


@pytest.mark.parametrize("state", [menus.RESUME, THEME, HELP])
def test_more_that_is_written_of_a_case_is_added_and_the_screen_says_to_which(state: str) -> None:
    at = At(state, filed=True, placed=True, held=THEME if state == menus.RESUME else "")

    told = dialogue.step(at, Entry("Ahora se enferman los animales"), MENU)
    nothing = dialogue.step(told.at, Entry("0000"), MENU)

    assert not told.screen.end

    said = "\n".join(ussd.lines(told.screen, "es", in_letters(LONGEST, "es")))
    assert [act.kind for act in told.effects] == ["add"]
    assert "4107-32" in said.split("lo que usted escribio")[0]
    assert "lo que usted escribio" not in "\n".join(
        ussd.lines(nothing.screen, "es", in_letters(LONGEST, "es"))
    )


@pytest.mark.parametrize("state", OPENED)
def test_what_is_written_in_a_case_that_a_clave_opened_is_added_to_it_and_is_no_new_complaint(
    state: str,
) -> None:
    told = dialogue.step(At(state), Entry("Ahora se enferman los animales"), MENU)
    unclear = dialogue.step(At(state), Entry("hola"), MENU)

    assert ([act.kind for act in told.effects], told.at.state, told.at.note) == (["add"], state, menus.ADDED)
    assert (unclear.effects, unclear.at.note) == ((), menus.UNCLEAR)


def test_adding_has_a_key_of_its_own_on_a_menu_and_leads_back_to_the_case() -> None:
    asked = dialogue.step(At(menus.OPEN), Entry("4"), MENU)
    told = dialogue.step(asked.at, Entry("Vino el inspector"), MENU)
    left = dialogue.step(asked.at, Entry("0"), MENU)

    assert (asked.at.state, asked.effects) == (menus.ADDING, ())
    assert [(act.kind, act.text) for act in told.effects] == [("add", "Vino el inspector")]
    assert (told.at.state, told.at.note) == (menus.OPEN, menus.ADDED)
    assert (left.at.state, left.effects) == (menus.OPEN, ())
    assert "4" not in [option.key for option in dialogue.step(At(menus.OPEN), Entry(""), CALL).screen.options]


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("PREGUNTA cuánta agua usa la mina", True),
        ("Pregunta: quién paga el camino", True),
        ("El agua sale turbia", False),
        ("Información falsa nos dan", False),
    ],
)
def test_a_question_on_a_menu_is_no_complaint(said: str, *, asks: bool) -> None:
    told = [dialogue.step(At(state), Entry(said), MENU) for state in (START, TELL)]

    assert [[(act.kind, act.request) for act in one.effects] for one in told] == [[("file", asks)]] * 2


def test_whoever_writes_only_the_word_for_a_question_is_asked_what_they_want_to_know() -> None:
    asked = dialogue.step(At(), Entry("pregunta"), MENU)
    noise, told = (dialogue.step(asked.at, Entry(said), MENU) for said in ("hola", "Cuánta agua usan"))

    assert (asked.at.state, asked.effects) == (menus.ASK, ())
    assert (noise.at.state, noise.effects, noise.at.note) == (menus.ASK, (), menus.UNCLEAR)
    assert [(act.kind, act.text, act.request) for act in told.effects] == [("file", "Cuánta agua usan", True)]
    assert told.at.state != THEME, "a question has no theme to choose"


def test_danger_in_a_question_is_danger() -> None:
    told = dialogue.step(At(), Entry("PREGUNTA quién me protege, me quieren matar"), MENU)

    assert told.at.state == SAFE
    assert told.effects[0].flags


def test_a_key_that_does_nothing_is_named_before_the_same_is_said_again(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for at in (At(), At(THEME, filed=True), At(menus.ANSWER)):
        wrong, silent = (dialogue.step(at, Entry(said), CALL) for said in ("#", ""))

        before, after = (
            [one.key for one in voice.plan(step.screen, "es", LONGEST, shelf, place=2).said]
            for step in (silent, wrong)
        )

        assert after == [menus.DEAD_KEY, *before]


def test_a_caller_opens_nothing_without_the_key_since_numbers_are_forged() -> None:
    asked = dialogue.step(At(STATUS), Entry("1"), CALL)

    assert asked.screen.options == ()
    assert asked.effects == ()


def test_a_voice_that_hears_nothing_three_times_says_goodbye() -> None:
    at = At()
    for _ in range(dialogue.SILENCES):
        at = dialogue.step(at, Entry(""), CALL).at

    assert at.state == menus.BYE


def test_whoever_says_nothing_after_their_complaint_hears_the_number_before_the_line_closes(
    tmp_path: Path,
) -> None:
    told = dialogue.step(At(TELL), Recorded(), CALL)
    at = told.at
    for _ in range(dialogue.SILENCES):
        at = dialogue.step(at, Entry(""), CALL).at

    assert told.at.state == THEME
    for shown in (told.at, at):
        plan = voice.plan(dialogue.screen_of(shown, CALL), "es", LONGEST, Shelf(tmp_path), place=2)
        assert [one.key for one in plan.said][:2] == ["v.case", f"number.{NUMBER[0]}"]
    assert at.state == FILED


def test_whoever_hides_the_number_is_told_the_key_in_the_call_and_asked_no_more() -> None:
    told = dialogue.step(At(TELL), Recorded(), HIDDEN)

    assert told.at.state == SAID
    assert "{clave}" in told.screen.spoken
    assert "{clave}" not in dialogue.step(At(TELL), Recorded(), CALL).screen.spoken


@pytest.mark.parametrize("state", [SAID, SAFE])
def test_a_key_that_was_said_is_not_announced_again(state: str, tmp_path: Path) -> None:
    screen, shelf = dialogue.screen_of(At(state), HIDDEN), Shelf(tmp_path)

    first = voice.plan(screen, "es", LONGEST, shelf, place=1)
    again = voice.plan(screen, "es", replace(LONGEST, clave=""), shelf, place=1)

    assert "v.key" in [one.key for one in first.said]
    assert "v.key" not in [one.key for one in again.said]
    assert "v.case" in [one.key for one in again.said]


def test_who_cares_after_violence_is_named_beside_whom_to_call_in_danger_and_only_where_there_is_somebody(
    tmp_path: Path,
) -> None:
    screen, nobody = dialogue.screen_of(At(SAFE), CALL), replace(LONGEST, services="")
    called, alone = (
        voice.plan(screen, "es", known, Shelf(tmp_path), place=2).said for known in (LONGEST, nobody)
    )
    shown, bare = (ussd.lines(screen, "es", in_letters(known, "es"))[0] for known in (LONGEST, nobody))

    said = [one.key for one in called]
    assert said[said.index(menus.CARE) + 1 :] == [f"number.{digit}" for digit in "800140348"]
    assert menus.CARE not in [one.key for one in alone]
    assert "¿Le hicieron daño? Llame al 800-14-0348." in shown
    assert "daño" not in bare


def test_a_long_line_is_parted_at_words_and_every_word_is_shown() -> None:
    words = [f"palabra{n}" for n in range(60)]

    pages = ussd.pages([" ".join(words), "1 Agua", "0 Atras"], "es")

    shown = " ".join(pages).replace("\n", " ").split()
    assert [word for word in shown if word.startswith("palabra")] == words
    assert all(ussd.septets(page) <= ussd.AIM for page in pages)
    assert "99" in pages[0]
    assert "98" not in pages[0]
    assert "99" not in pages[-1].split()


def test_what_fits_is_one_page_and_nobody_leafs_past_the_last() -> None:
    screen = dialogue.screen_of(At(HELP), MENU)

    text, page, last = ussd.render(screen, "es", {}, page=40)

    assert page == len(ussd.pages(ussd.lines(screen, "es", {}), "es")) - 1
    assert text
    assert last
    assert ussd.pages(["corto"], "es") == ["corto"]


def test_on_a_call_one_key_leads_into_another_language_and_a_menu_has_none_of_these_keys() -> None:
    tongues = dialogue.tongues_of(At(), CALL)
    called = {key: dialogue.step(At(), Entry(key), CALL) for key, _ in tongues}
    typed = dialogue.step(At(), Entry("6"), MENU)

    assert [tongue for _, tongue in tongues] == [one for one in LANGUAGES if one != "es"][:3]
    assert {key: step.at.language for key, step in called.items()} == dict(tongues)
    assert all(step.at.state == START and step.effects[0].kind == "language" for step in called.values())
    assert (typed.at.language, typed.effects) == ("es", ())
    assert not {key for key, _ in tongues} & {one.key for one in STATES[START].options}
