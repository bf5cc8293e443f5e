"""What a gateway can and cannot, as advice to whoever runs the server: `grievance check` prints it."""

from collections.abc import Mapping, Sequence

from channels.gateway import Can, Gateway, Polled
from channels.gateway_names import RING_BACK, SIMULATED, WITH_A_COUNTRY, of_its_country
from channels.sms.senders import country_for
from channels.telephone.rings import is_caller
from grievance.settings import PREFIX
from translations import Phrase, phrase


def on(
    gateways: Mapping[str, Gateway], *, together: bool = True, ringing: bool = False
) -> Sequence[tuple[str, Phrase]]:
    """Give what to know and to do about each gateway that is set up, by its name.

    `together`: one process does everything, and so holds every key. `ringing`: numbers are named that call back.
    """
    real = {name: gateway for name, gateway in gateways.items() if name != SIMULATED}
    found = [(name, words) for name in sorted(real) for words in about(name, real[name].can)]
    found += [
        (
            name,
            phrase(
                "{gateway} is read by the worker: it needs web's keys `contributor.…` too, or all its people count as one.",
                gateway=name,
            ),
        )
        for name in sorted(real)
        if isinstance(real[name], Polled) and not together
    ]
    found += [
        (
            name,
            phrase(
                "{gateway}: our number there names no country. Set {setting}, as PE: else numbers written without one"
                " are taken for names, and nobody answers them.",
                gateway=name,
                setting=PREFIX + of_its_country(name),
            ),
        )
        for name in sorted(real)
        if name in WITH_A_COUNTRY and not _knows_its_country(real[name])
    ]
    if ringing and not any(is_caller(gateway) for gateway in real.values()):
        found.append(
            (
                RING_BACK,
                phrase(
                    "{setting} names numbers that call back, and no gateway here can call:"
                    " who rings is forgotten in three days.",
                    setting=PREFIX + RING_BACK,
                ),
            )
        )
    if len(real) == 1:
        (name,) = real
        found.append(
            (name, phrase("{gateway} is the only way by telephone: when it fails, no other takes over.", gateway=name))
        )  # fmt: skip
    return found


def _knows_its_country(gateway: Gateway) -> bool:
    home = str(getattr(gateway, "home", ""))
    return country_for("", home, getattr(gateway, "countries", {})) is not None


def about(name: str, can: Can) -> Sequence[Phrase]:
    """Give the advice that follows from what one gateway can."""
    told: list[tuple[bool, Phrase]] = [
        (
            not can.two_way,
            phrase("{gateway} carries messages one way only: the other way needs a second gateway.", gateway=name),
        ),
        (
            not can.receipts,
            phrase("{gateway} never tells whether a message arrived: what it took counts as sent.", gateway=name),
        ),
        (
            not can.retries_inbound and can.asks,
            phrase(
                "What this server misses {gateway} does not repeat: set a fallback address, run `grievance reconcile`.",
                gateway=name,
            ),
        ),
        (
            not can.retries_inbound and not can.asks,
            phrase("{gateway} may not repeat what this server missed: who got no receipt writes again.", gateway=name),
        ),
        (
            can.answers_stop_itself,
            phrase(
                "{gateway} answers STOP itself and then blocks us: those people follow their case in other ways.",
                gateway=name,
            ),
        ),
        (
            not can.asks,
            phrase(
                "{gateway} cannot be asked whether it took a message: a receipt may come twice, marked so.",
                gateway=name,
            ),
        ),
        (
            not can.joins_parts,
            phrase(
                "{gateway} hands long texts over in parts: they wait here, sealed, until they are whole.",
                gateway=name,
            ),
        ),
        (
            can.phone,
            phrase(
                "{gateway}: the phone's inbox keeps every text, and nothing here can delete it there. In the phone's own"
                " messages app have old texts deleted; no copies to a cloud, nothing on the locked screen; lock and encrypt"
                " it.",
                gateway=name,
            ),
        ),
        (
            not can.forgets and not can.phone,
            phrase(
                "{gateway} keeps texts and this server cannot delete them there: agree on the shortest time with it.",
                gateway=name,
            ),
        ),
        (
            not can.signed,
            phrase(
                "Only the secret in our address proves what {gateway} sends: keep it out of logs, admit its network only.",
                gateway=name,
            ),
        ),
        (
            can.sees_texts,
            phrase(
                "{gateway} sees every number and text: its account must not be the company's; have texts erased there.",
                gateway=name,
            ),
        ),
    ]  # fmt: skip
    return [words for needed, words in told if needed]
