"""What the environment says, read once, checked across, frozen. Nothing else reads the environment.

Every name has the prefix `GRIEVANCE_`; an unknown one is an error, because a misspelt setting is a promise
quietly broken. Gateways declare their own names (`channels.sms`), which arrive here as `extra`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from grievance.errors import Misconfigured

PREFIX = "GRIEVANCE_"
FACES = ("public", "intake", "desk", "review", "kiosk", "radio")
PROCESSES_OF = {
    "public": "web",
    "intake": "web",
    "kiosk": "web",
    "radio": "web",
    "desk": "desk",
    "review": "review",
}
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NAMES = (
    "DATABASE_URL",
    "REDIS_URL",
    "HOME",
    "BASE_URL",
    "FACES",
    "KEYS_DIR",
    "MECHANISM",
    "OPERATOR",
    "LOG",
    "DEMO",
    "SCRYPT_LOG_N",
    "BATCHES",
    "EXIT_URL",
    "REPLIES",
)
SAFE_LOG_N = 15
DEMO_MARKER = "demo.json"
"""The file that says of a home that everybody in it is made up; it is opened as a demo's without being told again."""
DEMO_LOG_N = 7
"""Worth nothing on purpose: a demo draws and opens claves by the thousand while it makes its past."""
LEAST_REPLIES = 3
"""A receipt, the question that follows it, and the answer to what was said there."""
MOST_LOG_N = 20


@dataclass(frozen=True, slots=True)
class Settings:
    """One deployment's settings.

    `batches` are the site's hours at which the desk sees what arrived; none means at once. `replies`: so many messages
    at most answer one sender by themselves, in an hour and in a day.
    """

    home: Path
    database_url: str
    redis_url: str | None
    base_url: str
    faces: tuple[str, ...]
    keys_dir: Path
    mechanism: Path | None
    operator: str | None
    log: str
    demo: bool
    scrypt_log_n: int
    batches: tuple[int, ...]
    exit_url: str
    replies: tuple[int, int] = (20, 60)
    extra: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def embedded(self) -> bool:
        """One process does everything: serves every room, sends, and keeps the clock."""
        return self.redis_url is None and {"intake", "desk", "review"} <= set(self.faces)

    @property
    def processes(self) -> frozenset[str]:
        """The processes whose keys these faces may hold."""
        return frozenset(PROCESSES_OF[face] for face in self.faces)


def load(env: Mapping[str, str], *, extra: Iterable[str] = ()) -> Settings:
    """Read the environment.

    Raises:
        Misconfigured: an unknown name, a value that cannot be, or one that would break a promise.
    """
    given = {k.removeprefix(PREFIX): v for k, v in env.items() if k.startswith(PREFIX)}
    known = {*NAMES, *extra}
    unknown = sorted(set(given) - known)
    if unknown:
        near = get_close_matches(unknown[0], known, n=1)
        meant = f"is {PREFIX}{near[0]} meant? " if near else ""
        raise Misconfigured(
            f"unknown setting {PREFIX}{unknown[0]}: {meant}docs/operate.md and docs/gateways.md name them all"
        )
    home = Path(given.get("HOME", "var/home")).absolute()
    demo = _truth(given, "DEMO") if given.get("DEMO") else (home / DEMO_MARKER).is_file()
    log_n = _number(
        given, "SCRYPT_LOG_N", DEMO_LOG_N if demo else SAFE_LOG_N, low=DEMO_LOG_N, high=MOST_LOG_N
    )
    if log_n < SAFE_LOG_N and not demo:
        raise Misconfigured(
            f"{PREFIX}SCRYPT_LOG_N below {SAFE_LOG_N} makes claves cheap to guess; only a demo may"
        )
    return Settings(
        home=home,
        database_url=_database(given.get("DATABASE_URL", f"sqlite:///{home / 'grievance.db'}")),
        redis_url=_redis(given.get("REDIS_URL", "")),
        base_url=_base_url(given.get("BASE_URL", "http://127.0.0.1:8000")),
        faces=_faces(given.get("FACES", "public,intake,desk,review,kiosk,radio")),
        keys_dir=Path(given.get("KEYS_DIR", str(home / "keys"))).absolute(),
        mechanism=Path(given["MECHANISM"]).absolute() if given.get("MECHANISM") else None,
        operator=given.get("OPERATOR") or None,
        log=_one_of(given, "LOG", "info", ("debug", "info", "warning", "error")),
        demo=demo,
        scrypt_log_n=log_n,
        batches=_batches(given.get("BATCHES", "" if demo else "9,15"), demo=demo),
        exit_url=given.get("EXIT_URL", "https://www.wikipedia.org/"),
        replies=_replies(given.get("REPLIES", "20,60")),
        extra={k: v for k, v in given.items() if k not in NAMES},
    )


def _replies(value: str) -> tuple[int, int]:
    hour, _, day = (part.strip() for part in value.partition(","))
    if not (hour.isdecimal() and day.isdecimal() and LEAST_REPLIES <= int(hour) <= int(day)):
        raise Misconfigured(
            f"{PREFIX}REPLIES must be like 20,60: at most so many an hour and a day, {LEAST_REPLIES} at the least"
        )
    return int(hour), int(day)


def _base_url(value: str) -> str:
    parts = urlsplit(value)
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
    ):
        raise Misconfigured(f"{PREFIX}BASE_URL must be like https://quejas.example, not {value!r}")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise Misconfigured(f"{PREFIX}BASE_URL must be https: a clave would cross the network in clear")
    return value.rstrip("/")


def _database(value: str) -> str:
    if value.startswith("postgres://"):
        value = "postgresql://" + value.removeprefix("postgres://")
    if value.startswith("postgresql://"):
        value = "postgresql+psycopg://" + value.removeprefix("postgresql://")
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise Misconfigured(f"{PREFIX}DATABASE_URL must begin with sqlite:/// or postgresql://")
    return value


def _redis(value: str) -> str | None:
    if value and not value.startswith(("redis://", "rediss://", "unix://")):
        raise Misconfigured(f"{PREFIX}REDIS_URL must begin with redis://, rediss:// or unix://")
    return value or None


def _faces(value: str) -> tuple[str, ...]:
    faces = tuple(f.strip() for f in value.split(",") if f.strip())
    wrong = [f for f in faces if f not in FACES]
    if wrong or not faces:
        raise Misconfigured(f"{PREFIX}FACES takes some of {', '.join(FACES)}, not {value!r}")
    return faces


def _batches(value: str, *, demo: bool) -> tuple[int, ...]:
    try:
        hours = tuple(sorted(int(h) for h in value.split(",") if h.strip()))
    except ValueError:
        raise Misconfigured(f"{PREFIX}BATCHES takes hours such as 9,15, not {value!r}") from None
    if any(not 0 <= h < 24 for h in hours):  # noqa: PLR2004  hours of a day
        raise Misconfigured(f"{PREFIX}BATCHES takes hours from 0 to 23")
    if not hours and not demo:
        raise Misconfigured(
            f"{PREFIX}BATCHES is empty: the desk would see whose phone just rang; only a demo may"
        )
    return hours


def _number(given: Mapping[str, str], name: str, default: int, *, low: int, high: int) -> int:
    try:
        value = int(given.get(name, str(default)))
    except ValueError:
        raise Misconfigured(f"{PREFIX}{name} must be a whole number") from None
    if not low <= value <= high:
        raise Misconfigured(f"{PREFIX}{name} must be from {low} to {high}")
    return value


def _truth(given: Mapping[str, str], name: str) -> bool:
    value = given.get(name, "0").lower()
    if value not in ("0", "1", "true", "false", "yes", "no"):
        raise Misconfigured(f"{PREFIX}{name} must be 1 or 0")
    return value in ("1", "true", "yes")


def _one_of(given: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    value = given.get(name, default).lower()
    if value not in choices:
        raise Misconfigured(f"{PREFIX}{name} must be one of {', '.join(choices)}")
    return value
