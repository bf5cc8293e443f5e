import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.mechanism import example
from translations.folding import sounded
from translations.lists import _COMMANDS, DANGERS, every_command, every_danger
from workflows.danger import flags

DANGEROUS = [
    ("nos quieren matar por la mina", "life_threat"),
    ("si reclamas te vamos a matar", "life_threat"),
    ("ME AMENAZARON de muerte", "life_threat"),
    ("me amenazaaaan", "life_threat"),
    ("quemaron mi casa anoche", "life_threat"),
    ("hay balazos y heridos", "life_threat"),
    ("they said they will kill us", "life_threat"),
    ("wañuchisqaykiku niwanku", "life_threat"),
    ("jiwayapxitaniwa", "life_threat"),
    ("un ingeniero me violó", "sexual_violence"),
    ("el capataz me manoseó en el campamento", "sexual_violence"),
    ("my boss keeps touching me", "sexual_violence"),
    ("tengo 14 años y trabajo en la mina", "child"),
    ("hay niñas trabajando en el socavón", "child"),
    ("golpearon a un niño de la escuela", "child"),
    ("children of ten are working underground", "child"),
    ("me despidieron por reclamar", "retaliation"),
    ("saben quién soy y me siguen", "retaliation"),
    ("tengo miedo de hablar", "retaliation"),
    ("they fired me because i complained", "retaliation"),
    ("manchachiwanku", "retaliation"),
    ("los policías nos golpearon en el bloqueo", "security_force_abuse"),
    ("la seguridad de la mina nos insulta", "security_force_abuse"),
    ("guards beat my brother", "security_force_abuse"),
    ("nos quitaron los documentos y no nos dejan salir", "trafficking"),
    ("they took our passports", "trafficking"),
    ("hay un derrame de relave en el río", "common_danger"),
    ("se rompió el dique", "common_danger"),
    ("quedó un tiro cortado cerca de la casa", "common_danger"),
    ("the tailings dam has a crack", "common_danger"),
    ("aparecieron peces muertos", "common_danger"),
    ("el relave se está saliendo", "common_danger"),
    ("hay olor a gas y los niños vomitan", "common_danger"),
    ("el agua nos está matando las vacas", "common_danger"),
    ("people are getting sick from the water now", "common_danger"),
    ("desapareció mi esposo", "life_threat"),
    ("me mandaron decir que cuide a mis hijos", "life_threat"),
    ("me dijeron que me voy a arrepentir", "retaliation"),
    ("they follow me home", "retaliation"),
    ("mi hija fue tocada por un trabajador", "sexual_violence"),
    ("la chica de 14 trabaja de noche en el campamento", "child"),
    ("no nos pagan y no podemos irnos", "trafficking"),
]

HARMLESS = [
    "El agua sale turbia desde el lunes",
    "Hay mucho polvo en la carretera",
    "La pared de mi casa tiene una grieta",
    "No nos pagan desde agosto",
    "Los camiones pasan muy rápido",
    "El ruido no nos deja dormir",
    "Las plantas de mate se secaron",
    "Compré tomates en el mercado",
    "Mi trabajo terminó y no renuevan el contrato",
    "The road is full of dust",
    "Unu qanqa",
    "Queremos cuidar a nuestros hijos del polvo",
    "Mi hijo menor tose por el polvo",
    "El relave afecta nuestra salud",
    "El camión sale muy temprano y no podemos dormir",
    "",
]


@pytest.mark.parametrize(("text", "flag"), DANGEROUS)
def test_danger_is_heard_in_every_language_at_once(text: str, flag: str) -> None:
    assert flag in flags(text, every_danger())


# As people type who write what they hear: e for i, b for v, no h, words together and apart.
TYPED_AS_HEARD = """
me an menazado; nos amenasaron; me kieren matar; me qieren matar; nos ban amatar; me bana matar; me van matar
si ablo me matan; disen que nos van a quemar la casa; nos ban a quemar la kasa; prendieron fuego a mi casa
quemaron la casa de mi vecino; me golpeó mi jefe; nos golpiaron; me an pegado; mi esposo me pega; le mataron
an matado a un comunero; me quiero matar; tengo mucho miedo; tingo muxo miedo; estamos con miedo
nos da miedo hablar; me van a hacer daño; me ba a aser daño; mi quirin matar; mi amenasan; me bioló
la biolaron a mi ija; me an violado; me tokó; me manoceó; el injeniero me acoza a mi y me a violado
tengo trece años; tengo 13 anios; mi ija de 14 esta embarazada; saven kien soy; saven donde bivo; me bijilan
me siguieron; m percigue; me botaron x reclamar; me votaron por reclamar; me quieren meter preso
me hicieron firmar; valazos; sacaron piztola; me saco cuchiyo; hay eridos; desaparesio mi esposo
se yebaron a mi ermano; la polisia nos golpeo; los wardias me pegaron; me kitaron mi dni; me tienen enserrada
el dike se rompe; sianuro en el agua; tiro kortado; relave sale al rio i animales se mueren
estoy en peligro por la mina; ayudenme por favor; sokorro; huañuchihuanqa; guañuchiwanku; macahuanku
wasiyta kañanqaku; sipiwanqaku; sipisqayki; manchacuni; k'amiwanku; warmiyta abusanku; jihuayapxitani; hiwayañ muni
nuhuapxitu; asjarta; ajsarta; axsartua; utaj pichantapjjani; utaxa nakhantayapxitani; they tretened me
they hurt me; they burnd my house; i was rapd; im scared of them; they wil kil us; "me van a matar" me dijo
nadie me amenazó
"""
ALSO_HARMLESS = """
El túnel tiene agua; Paytapas nini, unu qanqa; payta munani; se secó mi cañahua; las minas usan mucha agua
el agua entró al sótano; they treat the water badly; no one reads what we wrote; la mata de papa se secó
los camiones no nos dejan descansar
"""


def _each(texts: str) -> list[str]:
    return [text for line in texts.strip().splitlines() for text in line.split("; ")]


@pytest.mark.parametrize("text", _each(TYPED_AS_HEARD))
def test_danger_is_heard_as_people_spell_it(text: str) -> None:
    assert flags(text, every_danger())


@pytest.mark.parametrize("text", _each(ALSO_HARMLESS))
def test_what_only_sounds_like_danger_to_a_machine_is_none(text: str) -> None:
    assert flags(text, every_danger()) == frozenset()


@given(st.lists(st.text(st.sampled_from("abceghijklmnopqsuvxyzñ7"), min_size=1, max_size=8), max_size=6))
def test_words_together_sound_as_each_by_itself(words: list[str]) -> None:
    assert sounded(" ".join(words)) == " ".join(map(sounded, words))


@pytest.mark.parametrize("text", HARMLESS)
def test_an_ordinary_complaint_is_not_taken_for_danger(text: str) -> None:
    assert flags(text, every_danger()) == frozenset()


@given(st.sampled_from(DANGEROUS), st.text(" .,!?¡\n\u200b-", max_size=5), st.booleans())
def test_signs_and_capitals_hide_no_danger(said: tuple[str, str], around: str, loud: bool) -> None:  # noqa: FBT001
    text, flag = said

    assert flag in flags(f"{around}{text.upper() if loud else text}{around}", every_danger())


SPOKEN = sorted(
    {(flag, phrase) for flag, phrases in every_danger().items() for phrase in phrases if "..." not in phrase}
)
TYPED = {"o": "0", "a": "4", "e": "3", "i": "1", "s": "5", "t": "7"}


@given(
    st.sampled_from(SPOKEN),
    st.text(max_size=400),
    st.text(max_size=400),
    st.sampled_from(["", *TYPED]),
    st.booleans(),
)
def test_no_danger_is_hidden_by_length_by_capitals_or_by_figures_for_letters(
    listed: tuple[str, str], before: str, after: str, letter: str, loud: bool,  # noqa: FBT001
) -> None:  # fmt: skip
    flag, phrase = listed
    said = phrase.replace("*", "")
    if letter:
        said = " ".join(
            word[0] + word[1:].replace(letter, TYPED[letter]) if word.isalpha() else word
            for word in said.split()
        )
    text = f"{before} {said.upper() if loud else said} {after}"

    assert flag in flags(text, every_danger())


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("me am3naz4n con quemar todo", "life_threat"),
        ("un ingeniero me vi0lo", "sexual_violence"),
        ("el jefe abus@ de mi", "sexual_violence"),
        ("tengo 1O años y trabajo en la mina", "child"),
        ("lo golpe4ron los gu4rdias", "security_force_abuse"),
        ("me t0ca cuando estoy sola", "sexual_violence"),
    ],
)
def test_figures_for_letters_hide_nothing(text: str, flag: str) -> None:
    assert flag in flags(text, every_danger())


@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    assert flags(text, every_danger()) <= set(DANGERS)


def test_no_word_to_us_is_taken_for_danger_but_the_cry_itself() -> None:
    heard = {kind for kind in _COMMANDS if any(flags(word, every_danger()) for word in every_command(kind))}

    assert heard == {"alarm"}


def test_words_are_found_whole_and_phrases_in_order() -> None:
    lists = {"a": ("arma",), "b": ("mat*",), "c": ("golpe* ... niño",)}

    assert flags("La ARMA", lists) == {"a"}
    assert flags("armario y tomate", lists) == frozenset()
    assert flags("la matanza", lists) == {"b"}
    assert flags("golpearon ayer a un niño", lists) == {"c"}
    assert flags("golpearon ayer por la noche a un niño", lists) == frozenset()
    assert flags("el niño golpea", lists) == frozenset()


def test_apostrophes_of_any_kind_or_none_are_one() -> None:
    lists = {"a": ("wisq'awa*",)}

    assert all(flags(text, lists) == {"a"} for text in ("wisq’awanku", "wisqʼawan", "wisqawan"))


def test_without_words_nothing_is_flagged() -> None:
    assert flags("me amenazan", {"life_threat": ()}) == frozenset()


BLOOD = {"life_threat": ("wila", "jiwaya*")}
PLACES = ("Wila Kota", "wilakota", "Mina Sajra Punku")


@pytest.mark.parametrize(
    "text",
    [
        "El agua de Wila Kota sale turbia",
        "WILA   KOTA sin agua",
        "w1la kota, polvo",
        "uma q'añu wila kotanxa",
        "wila-kota",
    ],
)
def test_the_name_of_a_place_is_no_danger(text: str) -> None:
    assert flags(text, BLOOD) == {"life_threat"}
    assert flags(text, BLOOD, places=PLACES) == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "wila en Wila Kota",
        "Wila Kota wila",
        "wila wila kota",
        "hay wila, en la kota",
        "wila kota jiwayapxitani",
    ],
)
def test_beside_the_name_of_a_place_its_words_are_what_they_are(text: str) -> None:
    assert flags(text, BLOOD, places=PLACES) == {"life_threat"}


def test_a_place_that_is_called_like_a_danger_hides_none() -> None:
    assert flags("hay wila", BLOOD, places=("Wila", "")) == {"life_threat"}
    assert flags("jiwaya", BLOOD, places=("Jiwaya",)) == {"life_threat"}


@given(st.sampled_from(DANGEROUS))
def test_no_name_in_the_example_hides_a_danger(said: tuple[str, str]) -> None:
    text, flag = said

    assert flag in flags(f"En Wila Kota {text} en Qala Uta", every_danger(), places=example().place_names())
