"""Where a case stands, as a sentence for the person whose case it is."""

from collections.abc import Mapping

from translations import Phrase, phrase

STATES: Mapping[str, Phrase] = {
    "received": phrase("we have it, a person reads it next"),
    "acknowledged": phrase("a person has read it"),
    "assessed": phrase("we decided how to look into it"),
    "investigating": phrase("it is being looked into"),
    "proposed": phrase("there is an answer, we wait for yours"),
    "in_dialogue": phrase("we are talking about the answer"),
    "under_review": phrase("the company looks at its answer again"),
    "under_independent_review": phrase("an independent person decides"),
    "agreed": phrase("there is an agreement"),
    "implementing": phrase("the agreement is being carried out"),
    "verified": phrase("you said it was done"),
    "reopened": phrase("it is open again"),
    "closed": phrase("it is closed"),
}
NAMES_OF_STATES: Mapping[str, Phrase] = {
    "received": phrase("Received"),
    "acknowledged": phrase("Acknowledged"),
    "assessed": phrase("Assessed"),
    "investigating": phrase("Being investigated"),
    "proposed": phrase("Answer proposed"),
    "in_dialogue": phrase("In dialogue"),
    "under_review": phrase("Under review"),
    "under_independent_review": phrase("Under independent review"),
    "agreed": phrase("Agreed"),
    "implementing": phrase("Being carried out"),
    "verified": phrase("Confirmed done"),
    "reopened": phrase("Reopened"),
    "closed": phrase("Closed"),
}
SENSES: Mapping[str, Phrase] = {
    "resolved_implemented": phrase("Remedy carried out"),
    "explained_accepted": phrase("Explanation accepted"),
    "not_upheld_by_independent_reviewer": phrase("Not upheld by the independent reviewer"),
    "withdrawn_confirmed": phrase("Withdrawn by the person"),
    "referred_accepted": phrase("Passed to another body, with the person's yes"),
    "no_contact": phrase("No contact"),
    "out_of_scope_explained": phrase("Not for this mechanism"),
    "protected_transferred": phrase("Passed on under protection"),
    "erased_by_person": phrase("Erased by the person"),
    "joined_by_person": phrase("Joined to an earlier case by the person"),
}
WHY_REVIEW: Mapping[str, Phrase] = {
    "no_answer": phrase("They did not answer"),
    "late": phrase("The answer came too late"),
    "incomplete": phrase("Something was left without an answer"),
    "disagree": phrase("I do not agree with the answer"),
    "remedy_not_delivered": phrase("What was promised was not done"),
    "unfair_treatment": phrase("I was not treated fairly"),
    "language": phrase("It was not in my language"),
    "privacy": phrase("Something private was told"),
}
"""Why somebody asks for a review, as they choose it."""
CLOCK_NAMES: Mapping[str, Phrase] = {
    "acknowledge": phrase("Acknowledgement"),
    "assess": phrase("Assessment"),
    "answer": phrase("First answer"),
    "complainant": phrase("The person's answer"),
    "review": phrase("Review by the company"),
    "independent_review": phrase("Independent review"),
    "carry_out": phrase("Carrying out"),
    "confirm": phrase("Confirmation"),
    "close": phrase("Closing"),
    "regret": phrase("Time to take a withdrawal back"),
}
CHANNELS: Mapping[str, Phrase] = {
    "sms": phrase("Text message"),
    "ussd": phrase("Phone menu"),
    "web": phrase("Web page"),
    "kiosk": phrase("Kiosk"),
    "office": phrase("Office"),
    "phone_voice": phrase("Phone call"),
    "radio_relay": phrase("Radio"),
    "whatsapp": phrase("WhatsApp"),
}
