"""What the command about reviewers' keys does, and what is said of who cannot sign in at the review room."""

import click

from channels import staffing, wiring
from grievance import keyring, reviewkeys, vault
from grievance.errors import Refused, Unknown
from grievance.keyring import Ring
from grievance.store import Store
from workflows.knowing import conflicts

FEWEST = 2
ALONE = "one passphrase alone opens the review key: if it is lost, nobody ever reads what is sealed to review"
NOBODY = "everybody at review is off a case that only review reads: nobody handles it"


def give(login: str, *, by: str) -> None:
    """Seal the review key to one more reviewer or focal point, or anew to one whose passphrase is lost.

    Raises:
        Refused: this process has no review key, nobody opened it, or the new passphrase is short; nothing was written.
    """
    settings = wiring.settings_of()
    if "review" not in settings.faces:
        raise Refused("this process serves no review room: run it where GRIEVANCE_FACES names review")
    ring = keyring.load(settings.keys_dir, processes=wiring.processes_here(settings))
    whose, opener = staffing.login_of(login), staffing.plain(by)
    if reviewkeys.name_of(opener) not in ring.secrets:
        raise Refused(f"{opener} has no review key here: nothing was written")
    try:
        key = reviewkeys.unlock(ring, opener, _asked(f"Passphrase of {opener}", again=False))
    except Unknown:
        raise Refused(f"that is not the passphrase of {opener}: nothing was written") from None
    reviewkeys.give(settings.keys_dir, key, whose, new_passphrase(whose))
    click.echo(
        f"{reviewkeys.name_of(whose)} is written: start the review process again; where it has several hosts, "
        "copy the file to the others (mode 0600)"
    )


def shut_out(store: Store, ring: Ring) -> list[tuple[str, str]]:
    """Say who has an account at the review room and cannot open it, and whether one lost passphrase would lose it all.

    Each with the command that helps. Asked where the review key is; elsewhere nothing is known of it.
    """
    if vault.REVIEW not in ring.processes:
        return []
    there = [one.login for one in staffing.accounts(store) if one.active and one.face == "review"]
    said = [(keyless(login), how(login)) for login in there if not has_key(ring, login)]
    openers = [name for name in ring.secrets if name.startswith("reviewer.") and not name.endswith(".new")]
    if len(openers) < FEWEST:
        said.append((ALONE, how("LOGIN")))
    if store.read(conflicts.left_at_review):
        said.append((NOBODY, "grievance staff add LOGIN --role reviewer"))
    return said


def has_key(ring: Ring, login: str) -> bool:
    """Tell whether a login has a file of the review key among these keys."""
    return reviewkeys.name_of(login) in ring.secrets


def keyless(login: str) -> str:
    """Say of an account that it has none."""
    return f"{login} has no review key here and cannot sign in"


def how(login: str) -> str:
    """Name the command that gives one."""
    return f"grievance keys reviewer {login} --by SOMEBODY-WHO-HAS-ONE"


def new_passphrase(login: str) -> str:
    """Ask twice for what will open the review key.

    Raises:
        Refused: it is short.
    """
    return long_enough(_asked(f"New passphrase of {login}", again=True))


def long_enough(passphrase: str) -> str:
    """Take what will open the review key.

    Raises:
        Refused: it is short: who copied the key's file tries words at home, as many as they like.
    """
    if len(passphrase) < staffing.SHORTEST:
        raise Refused(f"a passphrase has at least {staffing.SHORTEST} letters: nothing was drawn")
    return passphrase


def _asked(words: str, *, again: bool) -> str:
    return str(click.prompt(words, hide_input=True, confirmation_prompt=again))
