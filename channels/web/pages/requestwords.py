"""The words of requests for information: how they are answered, how they stand, what was taken out and why."""

from collections.abc import Mapping

from grievance.vocabulary import Step
from translations import Phrase, phrase

NOT_LOOKED_AT = phrase("Its words are shown once a person has looked that they name nobody.")
MEANINGS: Mapping[str, Phrase] = {
    "full": phrase("Everything that was asked was answered."),
    "partial": phrase("A part was answered. Who asked can ask for a review."),
    "publicly_available": phrase("It had been published before, and the answer says where."),
    "not_held": phrase("The company says that it does not have this. Who asked can ask for a review."),
    "not_competent_redirected": phrase(
        "The answer says which body has it. It came within three working days."
    ),
    "confidential": phrase(
        "It is about somebody's own data or a secret of trade. Who asked can ask for a review."
    ),
    "reserved": phrase("The law keeps it back for a time. Who asked can ask for a review."),
    "refused_other": phrase("The answer says why. Who asked can ask for a review."),
}
STATES: Mapping[str, Phrase] = {
    "waiting": phrase("Waits for an answer"),
    "asked_back": phrase("Waits for who asked to say more"),
    "answered": phrase("Answered"),
    "in_review": phrase("In review"),
    "ended": phrase("Ended without an answer"),
}
REDACTIONS: Mapping[str, Phrase] = {
    "personal_data": phrase("somebody's own data"),
    "third_party": phrase("about somebody else"),
    "safety": phrase("somebody's safety"),
    "law": phrase("a law keeps it back"),
}
LEGAL: Mapping[str, Phrase] = {
    "personal_data": phrase("Somebody's own data"),
    "trade_secret": phrase("A secret of trade"),
    "court_case": phrase("A case in court"),
    "safety_of_people": phrase("The safety of people"),
    "public_security": phrase("Public security"),
    "law_forbids": phrase("Another law forbids it"),
}
MEDIA: Mapping[str, Phrase] = {
    "application/pdf": phrase("PDF"),
    "text/csv": phrase("CSV table"),
    "text/plain": phrase("Plain text"),
}
HISTORY: Mapping[str, Phrase] = {
    Step.RECEIVE: phrase("The request arrived"),
    Step.ACKNOWLEDGE: phrase("A person took it on"),
    Step.ASK: phrase("Who asked was asked to say more"),
    Step.EXTEND: phrase("The date was extended"),
    Step.OVERDUE: phrase("A date was missed"),
    Step.PROPOSE: phrase("It was answered"),
    Step.ASK_REVIEW: phrase("Who asked wants the company to look again"),
    Step.ASK_INDEPENDENT_REVIEW: phrase("Who asked wants an independent review"),
    Step.ESCALATE: phrase("Passed to independent review: twice the time"),
    Step.CONFIRM_ANSWER: phrase("The reviewer confirmed the answer"),
    Step.ORDER: phrase("The reviewer ordered another answer"),
    Step.RETURN: phrase("The reviewer sent it back"),
    Step.CLOSE: phrase("Closed"),
    "published": phrase("Its words became public"),
    "document": phrase("A document became public"),
}
