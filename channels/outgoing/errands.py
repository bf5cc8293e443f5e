"""What the process that sends does besides, round after round.

It looks into gateways that cannot knock, asks after what was missed, makes providers forget, and finds another
way out for what waits for a gateway that is gone.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from channels.gateway import Erasing, Inbound, Polled, Remembering
from channels.house import House
from channels.incoming import catching, leftovers, parts
from channels.outgoing import delivery, failover
from grievance.errors import Busy

ASK_EVERY: Final = timedelta(minutes=10)
REST: Final = timedelta(minutes=5)
"""So long a gateway that failed is left alone: its silence must not hold up what is owed."""

logger = logging.getLogger(__name__)


@dataclass
class Errands:
    """The errands of one process, and when each is due again."""

    _not_before: dict[str, datetime] = field(default_factory=dict)

    def __call__(self, house: House) -> None:
        """Go round once."""
        now = house.now()
        for name, gateway in house.gateways.items():
            if isinstance(gateway, Polled):
                self._try(f"fetch/{name}", now, partial(fetch, house, gateway))
            if isinstance(gateway, Remembering):
                self._try(f"ask/{name}", now, partial(catching.catch_up, house, name), every=ASK_EVERY)
        self._try("forget", now, partial(self._forget, house, now))
        self._try("other ways", now, partial(failover.send_otherwise, house))

    def _forget(self, house: House, now: datetime) -> None:
        names = [name for name, at in house.gateways.items() if isinstance(at, Erasing)]
        rested = [name for name in names if self._due(f"forget/{name}", now)]
        for name in leftovers.clear(house, rested) if rested else ():
            self._not_before[f"forget/{name}"] = now + REST

    def _try(
        self, errand: str, now: datetime, work: Callable[[], object], *, every: timedelta = timedelta()
    ) -> None:
        """Do one errand, if it is due; what goes wrong with it does not keep the others waiting."""
        if not self._due(errand, now):
            return
        self._not_before[errand] = now + every
        try:
            work()
        except Busy:
            logger.info("an errand waits", extra={"round": errand})
        except Exception as cause:  # noqa: BLE001  whatever it is, the other errands are done
            self._not_before[errand] = now + max(every, REST)
            logger.warning("an errand was in vain", extra={"why": type(cause).__name__, "round": errand})

    def _due(self, errand: str, now: datetime) -> bool:
        return self._not_before.get(errand, now) <= now


def fetch(house: House, gateway: Polled) -> int:
    """Take in what a gateway holds; it forgets each thing once that is safe here, and not before.

    Raises:
        Undelivered, Uncertain: it cannot be looked into now.
        Busy: nothing more is taken in now; it stays there.
    """
    found = 0
    for each in gateway.fetch(now=house.now()):
        try:
            if isinstance(each.what, Inbound):
                parts.take_in(house, each.what)
            elif each.what is not None:
                delivery.status(house, each.what)
            each.done()
        except Busy:
            raise
        except Exception as cause:  # noqa: BLE001  one that breaks stays there, and those behind it come in
            logger.error(  # noqa: TRY400  a traceback could hold words
                "one thing was left", extra={"gateway": gateway.name, "why": type(cause).__name__}
            )
            continue
        found += 1
    return found
