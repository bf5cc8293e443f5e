"""Where a resident stands while they write: at their own phone or computer, or at a kiosk that others use next."""

from dataclasses import dataclass

from flask import request

from channels.house import House
from channels.kiosk import kiosks
from grievance.vocabulary import Channel


@dataclass(frozen=True, slots=True)
class Room:
    """What the pages of a resident depend on: their addresses, their layout, and what a filing says of its door.

    `by` is whom a release counts a complaint for where its page does not tell.
    """

    door: str = "web"
    channel: Channel = Channel.WEB
    layout: str = "base.html"
    home: str = "/"
    follow: str = "/follow"
    leave: str = "/leave"
    site: str = ""
    operator: str | None = None
    by: str = ""

    @property
    def sending(self) -> str:
        """The address below which the pages of sending lie."""
        return self.home if self.kiosk else "/complain"

    @property
    def kiosk(self) -> bool:
        """Whether others use the same screen next."""
        return self.channel == Channel.KIOSK


AT_HOME = Room()


def room_of(house: House) -> Room:
    """Say where the person of this request stands: every address of a kiosk names it."""
    key = (request.view_args or {}).get("kiosk")
    door = next((d for d in kiosks.doors(house) if d.key == key), None)
    if door is None:
        return AT_HOME
    home = f"/kiosk/{door.key}"
    return Room(
        door=door.key, channel=Channel.KIOSK, layout="kiosk_base.html", home=home, follow=f"{home}/case", leave=home,
        site=door.site, operator=door.operator, by=kiosks.token_of(house, door.key),
    )  # fmt: skip
