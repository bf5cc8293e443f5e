"""A key in the wrong place is the breach that no log shows: then a process does not start."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from grievance import keyring, vault
from grievance.errors import Misconfigured
from grievance.keyring import Ring

FACES = ("web", "worker", "desk", "review")


def test_each_process_starts_with_its_own_folder(key_folders: Mapping[str, Path]) -> None:
    for name in ("web", "worker", "review", "clock", "desk:qorimayu"):
        loaded = keyring.load(key_folders[name], processes=[name.partition(":")[0]])

        assert loaded.processes == {name.partition(":")[0]}


@pytest.mark.parametrize(
    ("process", "file"),
    [
        ("web", "desk.qorimayu"), ("web", "dispatch"), ("web", "reviewer"), ("worker", "desk.qorimayu"),
        ("worker", "follow"), ("worker", "contributor.2026"),
        ("desk", "dispatch"), ("desk", "pepper-pseudonym"), ("desk", "session-review"),
        ("review", "desk.qorimayu"), ("review", "dispatch"), ("clock", "mac"), ("web", "notes.txt"),
    ],
)  # fmt: skip
def test_one_key_too_many_and_the_process_does_not_start(tmp_path: Path, process: str, file: str) -> None:
    keyring.load(tmp_path, processes=[process])
    keyring.write_secret(tmp_path, file)

    with pytest.raises(Misconfigured, match=r"one key too many, or .* another process"):
        keyring.load(tmp_path, processes=[process])


@pytest.mark.parametrize(("mode", "starts"), [(0o600, True), (0o400, True), (0o640, False), (0o604, False)])
def test_a_key_that_others_on_the_machine_can_read_is_refused(
    tmp_path: Path, mode: int, *, starts: bool
) -> None:
    keyring.write_secret(tmp_path, "mac")
    (tmp_path / "mac").chmod(mode)

    if starts:
        assert "mac" in keyring.load(tmp_path, processes=["web"]).secrets
        return
    with pytest.raises(Misconfigured, match="chmod 600"):
        keyring.load(tmp_path, processes=["web"])


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="grievance init"):
        keyring.load(tmp_path / "nowhere", processes=["web"])


def test_a_secret_is_never_written_over_another(tmp_path: Path) -> None:
    first = keyring.write_secret(tmp_path, "mac")

    with pytest.raises(FileExistsError):
        keyring.write_secret(tmp_path, "mac")

    assert (tmp_path / "mac").read_bytes() == first
    assert (tmp_path / "mac").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("process", FACES)
def test_a_face_of_an_embedded_process_gets_only_its_own_ring(ring: Ring, process: str) -> None:
    face = ring.face(process)

    kinds = {name.partition(".")[0] for name in face.secrets}
    assert kinds == set(keyring.MAY_HOLD[process]) - set(keyring.NOT_KEPT)
    assert face.publics == ring.publics


def test_a_face_cannot_ask_for_what_it_does_not_hold(ring: Ring) -> None:
    assert ring.face("desk").key("desk.qorimayu", vault.desk("qorimayu")).reader == "desk:qorimayu"

    with pytest.raises(Misconfigured, match="holds no key named dispatch"):
        ring.face("desk").secret("dispatch")


def test_public_halves_belong_to_the_private_ones(ring: Ring) -> None:
    for name, reader in (("desk.illapa", "desk:illapa"), ("dispatch", "dispatch"), ("reviewer", "review")):
        assert ring.key(name, reader).public == ring.public(reader)
        assert ring.fingerprints[reader] == vault.fingerprint(ring.public(reader))


def test_a_public_half_that_is_missing_is_named(ring: Ring) -> None:
    with pytest.raises(Misconfigured, match=r"desk:nobody.*\.pub"):
        ring.public("desk:nobody")


def test_the_same_number_has_one_pseudonym_and_its_macs_are_strangers(ring: Ring) -> None:
    number = "+51900000001"

    assert ring.pseudonym(number) == ring.pseudonym(number)
    assert ring.pseudonym(number) != ring.pseudonym("+51900000002")
    assert ring.mac("pseudonym", number) != ring.pseudonym(number)
    assert ring.mac("code", "1234") != ring.mac("ref", "1234")


def test_people_are_counted_within_a_year_and_never_across_two(ring: Ring) -> None:
    assert ring.contributor(2026, "+51900000001") == ring.contributor(2026, "+51900000001")
    assert ring.contributor(2026, "+51900000001") != ring.contributor(2027, "+51900000001")


def test_no_secret_shows_when_a_ring_is_printed(ring: Ring) -> None:
    shown = repr(ring)

    assert all(repr(value)[2:-1] not in shown for value in ring.secrets.values())


@pytest.mark.parametrize(
    ("folder", "file"),
    [(process, name) for process in ("web", "worker", "review") for name in keyring.NEEDED[process]]
    + [("desk:qorimayu", name) for name in (*keyring.NEEDED["desk"], "desk.qorimayu")]
    + [("web", "review.pub"), ("worker", "dispatch.pub"), ("desk:qorimayu", "review.pub")],
)
def test_a_process_that_lost_a_key_it_works_with_is_told_which(
    key_folders: Mapping[str, Path], tmp_path: Path, folder: str, file: str
) -> None:
    mine = shutil.copytree(key_folders[folder], tmp_path / "mine")
    process = [folder.partition(":")[0]]
    keyring.check_whole(keyring.load(mine, processes=process), mine)
    (mine / file).unlink()

    with pytest.raises(
        Misconfigured, match=f"missing in .*mine: {file.replace('desk.qorimayu', 'desk.<company>')}; "
    ):
        keyring.check_whole(keyring.load(mine, processes=process), mine)


def test_the_clock_needs_no_key_to_keep_time(tmp_path: Path) -> None:
    keyring.check_whole(keyring.load(tmp_path, processes=["clock"]), tmp_path)
