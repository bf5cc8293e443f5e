"""The words of the case pages for what is stored as codes: danger, causes, proofs, steps, clocks, dates."""

from collections.abc import Mapping
from datetime import date

from grievance.case import CaseClock
from grievance.vocabulary import Clock, Ending, Role
from translations import Phrase, phrase
from translations.states import CLOCK_NAMES

FLAGS: Mapping[str, Phrase] = {
    "life_threat": phrase("Somebody's life or body is threatened"),
    "sexual_violence": phrase("Sexual violence"),
    "child": phrase("A child is harmed or works"),
    "retaliation": phrase("Threats or reprisals for speaking"),
    "trafficking": phrase("Forced work or people held"),
    "security_force_abuse": phrase("Abuse by guards, police or soldiers"),
    "common_danger": phrase("A spill, a dam or an explosion in danger"),
}
EXTENDING: Mapping[str, Phrase] = {
    "sample": phrase("A sample or a measurement is not ready"),
    "visit": phrase("Somebody still has to go there"),
    "other_people": phrase("Others have to be heard first"),
    "many_questions": phrase("There are many questions to answer"),
    "no_staff": phrase("There are not enough people to answer in time"),
}
SEVERITIES: Mapping[str, Phrase] = {"low": phrase("Low"), "medium": phrase("Medium"), "high": phrase("High")}
EVIDENCE: Mapping[str, Phrase] = {
    "visit": phrase("A visit to the place"),
    "sample": phrase("A sample or a measurement"),
    "document": phrase("A document"),
    "conversation": phrase("A conversation"),
}
PROOFS: Mapping[str, Phrase] = {
    "visit": phrase("Somebody saw it at the place"),
    "photo": phrase("A photo of the place"),
    "document": phrase("A signed document"),
    "sample": phrase("A sample or a measurement"),
}
CAUSES: Mapping[str, Phrase] = {
    "operation": phrase("How the mine works"),
    "contractor": phrase("What a contractor did"),
    "maintenance": phrase("Missing upkeep"),
    "communication": phrase("People were not told"),
    "unkept_promise": phrase("A promise that was not kept"),
    "design": phrase("How it was planned or built"),
    "weather": phrase("Weather or nature"),
    "outside_the_mine": phrase("Something outside the mine"),
    "not_established": phrase("The cause could not be found"),
}
CORRECTING: Mapping[str, Phrase] = {
    "misread": phrase("It had been read wrongly"),
    "person_said": phrase("The person said more"),
    "looked_into": phrase("It turned out when somebody looked into it"),
}
ASKING: Mapping[str, Phrase] = {
    "need_info": phrase("We need information"),
    "complainant_asked_wait": phrase("The person asked us to wait"),
    "access_to_place": phrase("We need to see the place"),
}
WAYS: Mapping[str, Phrase] = {
    "sms": phrase("Text message"),
    "phone_voice": phrase("Phone call"),
    "office": phrase("At the office"),
    "radio_relay": phrase("Radio"),
}
CONFIRMING: Mapping[str, Phrase] = {
    "evidence_supports": phrase("What was found supports the answer"),
    "remedy_adequate": phrase("What was offered repairs the harm"),
    "no_link_found": phrase("No link with the mine was found"),
}
DECIDING: Mapping[str, Phrase] = {
    **CONFIRMING,
    "no_matter_left": phrase("There is nothing left to decide"),
    "modify": phrase("The answer is changed: this is ordered"),
    "revoke": phrase("The answer is taken back: this is ordered"),
    "order_answer": phrase("The company never answered: this is ordered"),
    "remit": phrase("The company must look at it again"),
    "inadmissible": phrase("It came here too early: the company answers first"),
    "late": phrase("It was asked for too late, and nothing speaks for looking at it"),
}
"""All that a reviewer can decide, by the keys of `workflows.knowing.rulings.DECISIONS`."""
LATENESS: Mapping[str, Phrase] = {
    "not_known": phrase("It is not known why"),
    "not_told": phrase("They were not told of the date"),
    "could_not_come": phrase("Distance, weather or illness"),
    "afraid": phrase("They were afraid"),
}
OUTSIDE: Mapping[str, Phrase] = {
    "no_link_to_mine": phrase("It has nothing to do with these mines"),
    "other_body": phrase("Another body has to decide it"),
    "already_decided": phrase("A court is deciding or has decided it"),
}
YES_NO: Mapping[str, Phrase] = {"yes": phrase("Yes"), "no": phrase("No")}
ROOMS_WHY: Mapping[str, Phrase] = {
    "withheld": phrase("May belong to the same person"),
    "danger": phrase("Danger spoken of in the other case"),
    "joined": phrase("Joined by the person"),
    "recast": phrase("The same, as another kind of case"),
    "ordinary": phrase("Looked at, a case of its own"),
}
DONE: Mapping[str, Phrase] = {
    "receive": phrase("The complaint arrived"),
    "acknowledge": phrase("Acknowledged"),
    "assess": phrase("Assessed"),
    "investigate": phrase("Investigation opened"),
    "propose": phrase("Answer proposed"),
    "accept": phrase("The person accepted"),
    "decline": phrase("The person said no"),
    "talk": phrase("The person wants to talk"),
    "ask_review": phrase("The person asked the company to look again"),
    "ask_independent_review": phrase("The person asked for independent review"),
    "escalate": phrase("Passed to independent review: twice the time"),
    "dispute": phrase("The person says it was not done"),
    "confirm_answer": phrase("The reviewer confirmed the answer"),
    "order": phrase("The reviewer ordered a remedy"),
    "return": phrase("The reviewer sent it back"),
    "ask_to_complete": phrase("The reviewer asked the person to complete it"),
    "dissent": phrase("Another reviewer sees it otherwise"),
    "carry_out": phrase("Carrying out began"),
    "confirm": phrase("Confirmed as done"),
    "close": phrase("Closed"),
    "ask_withdrawal": phrase("The person withdrew it, and can take that back"),
    "regret": phrase("The person took the withdrawal back"),
    "withdraw": phrase("Withdrawn by the person"),
    "accept_referral": phrase("Passed on with the person's yes"),
    "erase": phrase("Erased by the person"),
    "close_no_contact": phrase("Closed: no contact"),
    "rule_out_of_scope": phrase("Closed: not for this mechanism"),
    "hand_over": phrase("Handed to an outside body"),
    "reopen": phrase("Opened again"),
    "add": phrase("The person added something"),
    "assign": phrase("Taken on by an officer"),
    "ask": phrase("A question was asked"),
    "resume": phrase("The clock runs again"),
    "extend": phrase("The date was extended"),
    "update": phrase("A message was written"),
    "hear": phrase("Offered to be heard"),
    "transfer": phrase("Transferred"),
    "route": phrase("Routed to an operator"),
    "release": phrase("Released to the desk"),
    "hand_to_focal": phrase("Handed to the protection focal point"),
    "correct": phrase("Something said of the case was corrected"),
    "commit": phrase("A commitment was added"),
    "keep": phrase("The company says a commitment is done"),
    "miss": phrase("A commitment was missed"),
    "refer": phrase("Referred"),
    "recuse": phrase("Somebody was recused"),
    "learn": phrase("Cause and lesson recorded"),
    "attempt_contact": phrase("Tried to reach the person"),
    "open": phrase("Somebody opened the case"),
    "join": phrase("Joined to an earlier case"),
    "reach": phrase("A message reached the person"),
    "overdue": phrase("A date was missed"),
    "mark_vexatious": phrase("Marked by the reviewer"),
    "appeal": phrase("The person asked the panel about the mark"),
    "panel": phrase("The panel ruled on the mark"),
    "link": phrase("Linked to another case"),
    "mandate": phrase("The group's mandate was recorded"),
    "consent": phrase("The person said yes or no to what they were asked"),
    "interim": phrase("Decided what cannot wait"),
    "second": phrase("A second person agreed"),
    "unmask": phrase("A covered passage was released to the desk"),
}
MARKED: Mapping[tuple[str, bool], Phrase] = {
    ("shared_phone", True): phrase("The person says that others read this phone"),
    ("shared_phone", False): phrase("The person says that nobody else reads this phone"),
    ("collective", True): phrase("The person says that it is a group's complaint"),
}
"""What the person said of their phone or of a group, which stands in the history as such."""
ASKED_TO_WAIT = phrase("The person asked us to wait")
STAYS_OUT = phrase("The person stays out of what a group agrees to")
COMES_BACK = phrase("The person is bound again by what a group agrees to")
WHO: Mapping[str, Phrase] = {
    "complainant": phrase("the person"),
    "channel": phrase("the mechanism"),
    "clock": phrase("the mechanism"),
    "officer": phrase("an officer"),
    "focal": phrase("the focal point"),
    "reviewer": phrase("the reviewer"),
}
READERS: Mapping[str, Phrase] = {
    Role.OFFICER: phrase("An officer of the company"),
    Role.REVIEWER: phrase("The independent reviewer"),
    Role.FOCAL: phrase("The protection focal point"),
}
WENT: Mapping[str, Phrase] = {
    "visit": phrase("Went to see the place, and wrote to the person what was seen"),
    "no_visit": phrase("Wrote to the person why nobody goes to see the place"),
}
NOTICES: Mapping[str, Phrase] = {
    "acknowledgement": phrase("Acknowledgement, with the date and the person's rights"),
    "hearing": phrase("Offer to be heard"),
    "question": phrase("Question"),
    "update": phrase("Message"),
    "extension": phrase("New date"),
    "extension_review": phrase("New date"),
    "referral": phrase("Question whether another body may get it"),
    "referred": phrase("Question whether it ends here"),
    "advisers": phrase("List of those who advise free of charge"),
    "proposal": phrase("Proposal"),
    "done": phrase("Question whether it was done"),
    "closing_letter": phrase("Closing letter"),
    "closed": phrase("Word that the case is closed"),
    "ended": phrase("Word that the case is closed"),
    "late": phrase("Word that the date was missed"),
    "late_waits": phrase("Word that the date was missed"),
    "order": phrase("The reviewer's order"),
    "confirmed": phrase("The reviewer's decision"),
    "returned_because": phrase("The reviewer's decision"),
    "complete_it": phrase("What the reviewer still needs to know"),
    "dissent": phrase("How another reviewer sees it"),
}
COMMITMENT_STATES: Mapping[str, Phrase] = {
    "offered": phrase("offered"),
    "agreed": phrase("agreed"),
    "done_by_company": phrase("done, says the company"),
    "kept": phrase("kept"),
    "missed": phrase("missed"),
}
_SOON = 2


def due_words(due: date | None, today: date) -> tuple[str, Phrase]:
    """Say how far a date is, with the tone that goes with it; the day itself is still in time."""
    if due is None:
        return "paused", phrase("Waits for the person")
    days = (due - today).days
    if days < -1:
        return "late", phrase("Overdue by {n} days", n=-days)
    if days == -1:
        return "late", phrase("Overdue by 1 day")
    if days == 0:
        return "soon", phrase("Due today")
    if days == 1:
        return "soon", phrase("Due tomorrow")
    return "soon" if days <= _SOON else "due", phrase("Due in {n} days", n=days)


WARNED: Mapping[float, Phrase] = {
    0.75: phrase("75 % of the time is used"),
    0.9: phrase("90 % of the time is used"),
}


def clock_card(clock: CaseClock, today: date, warned: float | None = None) -> dict[str, object]:
    """Say where a clock stands; `warned`: which warning a running one has reached, if any."""
    name = CLOCK_NAMES.get(clock.name, clock.name)
    rule = phrase("due on {date}", date=clock.due_on)
    if clock.ended_on is None and clock.name == Clock.REGRET:  # it is there to run out, and warns of nothing
        return {
            "name": name,
            "state": "paused",
            "words": phrase("Until {date}", date=clock.due_on),
            "rule": "",
        }
    if clock.ended_on is None:
        state, words = (
            ("paused", phrase("Stands still")) if clock.paused_on else due_words(clock.due_on, today)
        )
        if warned is not None and state in ("due", "soon"):
            state, words = "soon", phrase("{due}: {warned}", due=words, warned=WARNED[warned])
        return {
            "name": name,
            "state": state,
            "words": words,
            "rule": phrase("was extended, due on {date}", date=clock.due_on) if clock.extended else rule,
        }
    match clock.ending:
        case Ending.MET:
            return {
                "name": name,
                "state": "met",
                "words": phrase("Done on {date}", date=clock.ended_on),
                "rule": rule,
            }
        case Ending.LATE:
            return {
                "name": name,
                "state": "late",
                "words": phrase("Done late, on {date}", date=clock.ended_on),
                "rule": rule,
            }
        case _:
            return {
                "name": name,
                "state": "",
                "words": phrase("Ended on {date}", date=clock.ended_on),
                "rule": rule,
            }


CHECKIN: Mapping[str, Phrase] = {"1": phrase("well"), "2": phrase("not sure"), "3": phrase("badly")}
"""Answers to the question of thirty and ninety days, which only the review room reads."""
