"""Which dialects a deployment has: of the gateways it set up, and of settings of their own."""

from channels.gateway_names import AFRICASTALKING_FROM, AFRICASTALKING_HOOK, AFRICASTALKING_TOKEN, RING_BACK
from channels.house import House
from channels.incoming.attached import recordings
from channels.sms import simulator
from channels.sms.twilio import Twilio
from channels.telephone.dialects import Dialects, UssdDialect, VoiceDialect
from channels.telephone.dialects.africastalking import AfricasTalking
from channels.telephone.dialects.simulated import Simulated
from channels.telephone.dialects.twilio import TwilioCalls
from grievance.mechanism import number_key


def dialects_of(house: House) -> Dialects:
    """Find the dialects of menus and calls of this deployment."""
    ussd: dict[str, UssdDialect] = {}
    voice: dict[str, VoiceDialect] = {}
    account = house.gateways.get("twilio")
    if isinstance(account, Twilio):
        voice["twilio"] = TwilioCalls(account)
    given = house.settings.extra
    secret = given.get(AFRICASTALKING_HOOK) or given.get(AFRICASTALKING_TOKEN, "")
    if secret:
        both = AfricasTalking(secret, base_url=house.settings.base_url, ours=_ours(house))
        ussd[both.name] = both
        if recordings.keeper_of(house, both.name) is not None:  # a voice nobody could fetch would be lost
            voice[both.name] = both
    if "simulator" in house.gateways:
        played = Simulated(simulator.key_of(house.ring))
        ussd[played.name] = voice[played.name] = played
    return Dialects(ussd, voice)


def _ours(house: House) -> frozenset[str]:
    """Give the keys of every number that people can call or write to, and of those that call back."""
    ringing = house.settings.extra.get(RING_BACK, "").split(",")
    known = (
        *ringing,
        house.settings.extra.get(AFRICASTALKING_FROM, ""),
        *(c.number for c in house.rules.current.channels),
    )
    return frozenset(number_key(one) for one in known if one.strip())
