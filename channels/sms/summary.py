"""A published month as one text message, in letters that every telephone has."""

from channels.sms.segments import measure, to_gsm7
from reports.aloud import brief
from reports.shelf import Release


def one_message(release: Release, language: str, *, base: str) -> str:
    """Write the month as one text message; a scheme before the address costs letters and says nothing.

    Args:
        release: the month.
        language: the language it is written in.
        base: the public address of the website.
    """
    address = f"{base.rstrip('/')}/reports/{release.month}".split("://", 1)[-1]

    def is_one(text: str) -> bool:
        return measure(to_gsm7(text)).segments == 1

    return to_gsm7(brief.make(release, language, address=address, fits=is_one))
