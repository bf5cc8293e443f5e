"""Every message we may owe somebody, by template key: its words for SMS, its budget, and what fills it.

The words are chosen when a message is sent or shown, never before. A budget counts SMS segments in GSM-7
(GSM 03.38) with worst-case values; `{text}` is what an officer or reviewer wrote. A draft may take one segment
more where only one is allowed: its words are long, and it carries the mark of a draft.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from translations import SOURCE, Phrase, catalogue, family, is_unread, phrase, tongue_of

MOST_OF_A_DRAFT = 2


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of message: words, most segments it may take, and whether it carries a secret or a code."""

    words: Phrase
    segments: int
    clave: bool = False
    code: bool = False
    text: bool = False


def _t(
    sentence: Phrase, segments: int = 1, *, clave: bool = False, code: bool = False, text: bool = False
) -> Template:
    return Template(sentence, segments, clave=clave, code=code, text=text)


TEMPLATES: Mapping[str, Template] = {
    "receipt": _t(
        phrase(
            "We have it. Case {number}. Key {clave}: tell nobody. First answer by {date}. To see it send STATUS."
        ),
        clave=True,
    ),
    "receipt_again": _t(
        phrase(
            "AGAIN: case {number}. New key {clave}: tell nobody. First answer by {date}. To see it send STATUS."
        ),
        clave=True,
    ),
    "request_receipt": _t(
        phrase(
            "We have your request. Case {number}. Key {clave}: tell nobody. Answer by {date}. To see it send STATUS."
        ),
        clave=True,
    ),
    "request_help": _t(
        phrase(
            "To ask something write QUESTION and then what you want to know. It is free and needs no name."
        )
    ),
    "new_clave": _t(
        phrase("Case {number}. New key {clave}: tell nobody. It opens what is said from now on."), clave=True
    ),
    "ask_place": _t(
        phrase("Case {number} is safe. Where is it? Send the name of the place or mine: {places}.")
    ),
    "place_noted": _t(phrase("Thank you. Case {number} goes to the right team.")),
    "place_unknown": _t(phrase("Thank you. An independent person decides who answers case {number}.")),
    "added": _t(phrase("Case {number}: we added what you wrote. In danger? Send 9.")),
    "added_asked": _t(
        phrase(
            "Case {number}: we added what you wrote. Your answer is still missing: send the same code or key and only the number you choose."
        )
    ),
    "not_arrived": _t(
        phrase(
            "Case {number}: your picture or voice did not reach us. Your case goes on. Answer {code} and tell us in words what it shows."
        ),
        code=True,
    ),
    "withheld": _t(
        phrase(
            "Case {number}: is this about {older}? Then answer {code}. If not, do nothing: it is a case of its own."
        ),
        code=True,
    ),
    "enough": _t(
        phrase(
            "We have all that you wrote. We answered many times, so for a while we only read. In danger? Send 9."
        )
    ),
    "joined": _t(phrase("Thank you. {number} is now part of case {older}.")),
    "wrong_code": _t(
        phrase(
            "That code does not fit. Send the 4 digits of our last message, or your key, and then the word."
        )
    ),
    "code_first": _t(
        phrase(
            "The code is missing. Send the 4 digits that follow the word answer in our message, and then your answer. Or your key, and then your answer."
        )
    ),
    "clave_first": _t(
        phrase("For that send first your key, the 16 digits of our first message, and then the word.")
    ),
    "needs_clave": _t(
        phrase(
            "This is serious: to accept send here your key and then 1. Or use your key at {web} or at the office."
        )
    ),
    "clave_fits": _t(
        phrase(
            "Your key fits case {number}. For 30 minutes you can answer here without a code. Now delete your message with the key."
        )
    ),
    "wrong_clave": _t(
        phrase("That key opens no case. Look at each digit and send it again. We keep no key that you send.")
    ),
    "acknowledgement": _t(
        phrase(
            "Case {number}: a person is on it. First answer by {date}. You may say no, ask an independent person, "
            "or go to court or the ombudsman at any time. It is free. To add something answer {code} and your words."
        ),
        2,
        code=True,
    ),
    "hearing": _t(
        phrase(
            "Case {number}: we want to hear you before we answer. You may bring somebody. Answer {code} and say how, or use your key."
        ),
        code=True,
    ),
    "question": _t(
        phrase(
            "Case {number}: {text} Answer {code} and your words. We wait for you until {date}; then our time runs on."
        ),
        4,
        code=True,
        text=True,
    ),
    "update": _t(
        phrase("Case {number}: {text} To add something answer {code} and your words."),
        4,
        code=True,
        text=True,
    ),
    "extension": _t(
        phrase(
            "Case {number}: we need more time, until {date}. {text} If you disagree answer {code} and your words."
        ),
        4,
        code=True,
        text=True,
    ),
    "extension_review": _t(
        phrase("Case {number}: the independent person needs more time, until {date}. {text}"), 4, text=True
    ),
    "advisers": _t(
        phrase(
            "Case {number}: somebody looks into it now. Before you agree to anything these advise you, free and from outside: {advisers}"
        ),
        2,
    ),
    "proposal": _t(
        phrase(
            "Case {number}: {text} Answer {code} and 1 I accept 2 Talk 3 Independent review. You can go to court."
        ),
        4,
        code=True,
        text=True,
    ),
    "referral": _t(
        phrase(
            "Case {number}: {text} May they get it? Not before you say yes. Answer {code} and 1 Yes 2 No. It goes on here too."
        ),
        4,
        code=True,
        text=True,
    ),
    "referred": _t(
        phrase(
            "Case {number}: they have it now, as you said. Does it end here, or go on here too? Answer {code} and 1 It ends 2 It goes on."
        ),
        code=True,
    ),
    "how_it_went": _t(
        phrase(
            "Case {number}: four weeks ago another body got your case. How did it go? Answer {code} and your words."
        ),
        code=True,
    ),
    "pressed": _t(
        phrase(
            "Case {number}: is somebody pressing you to withdraw it? The company does not see your answer. Answer {code} and 1 Yes 2 No."
        ),
        code=True,
    ),
    "erase_pressed": _t(
        phrase(
            "Case {number}: is somebody pressing you to erase it? The company does not see your answer. If yes answer {code} and 1. To erase it answer {code} ERASE."
        ),
        code=True,
    ),
    "who_read": _t(phrase("Case {number} was opened {times} times, last on {date}: {readers}.")),
    "who_none": _t(phrase("Case {number}: nobody has opened it yet.")),
    "news": _t(phrase("There is something new for you. See it with your key at {web}.")),
    "shared_noted": _t(
        phrase(
            "From now on we only say here that there is something new. See it with your key at {web}. To undo it answer {code} PRIVATE."
        ),
        code=True,
    ),
    "own_noted": _t(phrase("From now on we write everything to this phone again.")),
    "group_noted": _t(
        phrase(
            "Case {number}: noted that it is a group's. Before you agree to anything your assembly says who may agree for all. "
            "To stay out: code and DOES NOT BIND ME."
        )
    ),
    "answer_noted": _t(phrase("Case {number}: we have your answer.")),
    "protected_now": _t(
        phrase(
            "Case {number}: from now on only an independent person reads it. What was read before stays read. Danger now? Call {emergency}."
        )
    ),
    "routed": _t(phrase("Case {number}: the team of the place has it now. They read it without your name.")),
    "transferred": _t(phrase("Case {number}: another team takes care of it now. Your dates stay the same.")),
    "released": _t(
        phrase(
            "Case {number}: from now on the company's team reads it too, without your name. If that puts you in danger send 9."
        )
    ),
    "marked": _t(
        phrase(
            "Case {number}: the independent person asks not to send it like this again: {text} Your case goes on. "
            "If you do not agree answer {code} PANEL."
        ),
        4,
        code=True,
        text=True,
    ),
    "appeal_noted": _t(
        phrase("Case {number}: the panel that watches over us looks at it. We tell you what it says.")
    ),
    "mark_lifted": _t(phrase("Case {number}: the panel agreed with you. The mark is gone.")),
    "mark_stays": _t(
        phrase("Case {number}: the panel looked at it, and the mark stays. Your case goes on all the same.")
    ),
    "serious_now": _t(
        phrase(
            "Case {number}: it is more serious than we said. To accept an answer we now ask for your key and give you 7 days to think."
        )
    ),
    "late": _t(
        phrase(
            "Case {number}: we missed our date, {date}. An independent person was told. To ask for review answer {code} REVIEW."
        ),
        code=True,
    ),
    "late_waits": _t(
        phrase(
            "Case {number}: we missed our date, {date}. An independent person knows and decides if it takes twice as long. "
            "To add answer {code} and your words."
        ),
        code=True,
    ),
    "not_yet": _t(
        phrase("Case {number}: what you answered could not be done. {why} To see it send STATUS."), 2
    ),
    "late_review": _t(
        phrase(
            "Case {number}: the independent person missed their date, {date}. The panel that watches over them knows. They still have to decide."
        ),
    ),
    "escalated": _t(
        phrase("Case {number}: the company took twice its time. An independent person decides now.")
    ),
    "review_ends": _t(
        phrase(
            "Case {number}: until {date} you can ask that an independent person looks at the answer: answer {code} REVIEW. It is free."
        ),
        code=True,
    ),
    "escalated_apart": _t(
        phrase("Case {number}: it took twice the time we gave you. Another independent person decides now.")
    ),
    "nobody_else": _t(
        phrase(
            "Case {number}: nobody else at the company could look at its answer again. An independent person decides now."
        )
    ),
    "order": _t(phrase("Case {number}: the independent person decided. {text}"), 4, text=True),
    "confirmed": _t(
        phrase(
            "Case {number}: the independent person decided. {text} You can still go to court or the ombudsman. "
            "What do you think of it? Answer {code} and 1 Good 2 Partly 3 Bad."
        ),
        4,
        code=True,
        text=True,
    ),
    "returned": _t(
        phrase("Case {number}: the independent person sent it back. The company must answer by {date}.")
    ),
    "returned_because": _t(
        phrase(
            "Case {number}: the independent person sent it back. {text} The company must answer by {date}."
        ),
        4,
        text=True,
    ),
    "complete_it": _t(
        phrase(
            "Case {number}, for the independent person: {text} Answer {code} and your words until {date}. If not, they decide on what is there."
        ),
        4,
        code=True,
        text=True,
    ),
    "dissent": _t(
        phrase("Case {number}: another independent person sees it otherwise. {text} The decision stands."),
        4,
        text=True,
    ),
    "done": _t(
        phrase("Case {number}: the company says it is done. Is it? Answer {code} and 1 Yes 2 No."), code=True
    ),
    "closing_letter": _t(
        phrase(
            "Case {number}: {text} To open it again answer {code} REOPEN within 12 months. You can go to court."
        ),
        4,
        code=True,
        text=True,
    ),
    "closed": _t(
        phrase(
            "Case {number} is closed. What do you think of the answer? Answer {code} and 1 Good 2 Partly 3 Bad. To open it again answer {code} REOPEN."
        ),
        code=True,
    ),
    "verdict_more": _t(
        phrase(
            "Thank you. Only sums are kept: nobody reads yours. And how were you treated? "
            "Answer {code} and 1 Well 2 Partly 3 Badly. To open it again: {code} REOPEN."
        ),
        code=True,
    ),
    "ended": _t(
        phrase(
            "Case {number} is closed. To open it again answer {code} REOPEN within 12 months, or use your key."
        ),
        code=True,
    ),
    "out_of_scope": _t(
        phrase("Case {number} is not for us. {text} You can ask again or go to the ombudsman."), 4, text=True
    ),
    "no_contact": _t(
        phrase(
            "Case {number}: we could not reach you, so it is closed. To open it again answer {code} REOPEN."
        ),
        code=True,
    ),
    "withdrawing": _t(
        phrase(
            "Case {number}: you withdrew it. It closes after {date}. Until then one word takes that back, all as it was: answer {code} REOPEN."
        ),
        code=True,
    ),
    "regretted": _t(phrase("Case {number} goes on, all as it was. To see it send STATUS.")),
    "withdrawn": _t(
        phrase("Case {number} is closed because you asked. To open it again answer {code} REOPEN."), code=True
    ),
    "erased": _t(phrase("We erased what you told us. Case {number} is closed.")),
    "reopened": _t(phrase("Case {number} is open again. New date: {date}.")),
    "stolen_how": _t(
        phrase(
            "Was your phone stolen? From another one send here your key and then STOLEN. Or say it with your key at {web} or at the office."
        )
    ),
    "stolen_noted": _t(
        phrase(
            "Case {number}: that phone no longer counts. Nothing goes there and nothing it sends is heard. See your case with your key at {web}."
        )
    ),
    "found_noted": _t(phrase("Case {number}: that phone counts again, and we write to it again.")),
    "stopped": _t(
        phrase("Done. We send you nothing more. Your case goes on. Send ALTA to hear from us again.")
    ),
    "started": _t(phrase("Done. We write to you again.")),
    "help": _t(
        phrase(
            "Write what happened and send it: that is your complaint. Free, no name needed. STATUS: your case. STOP: no messages. 9: danger. {web}"
        )
    ),
    "status": _t(phrase("Case {number}: {status}. Next date {date}.")),
    "status_over": _t(phrase("Case {number}: {status}.")),
    "request_answered": _t(
        phrase(
            "Request {number}: {answer}. Everybody can read it, without your name: {web}/requests/{public}"
        )
    ),
    "request_answered_alone": _t(
        phrase("Request {number}: {answer}. Nobody else reads it yet. See it with your key at {web}/follow")
    ),
    "embargo_ends": _t(
        phrase(
            "Request {number}: from {date} everybody can read it, without your name. If you do not want that answer {code} ERASE."
        ),
        code=True,
    ),
    "attended": _t(
        phrase(
            "Who should talk with you? You may choose. Answer {code} and 1 A woman 2 A man 3 Anybody. It is free."
        ),
        code=True,
    ),
    "number_unknown": _t(
        phrase("Of that number we tell nothing here. Look at each digit, or use your key at {web}/follow")
    ),
    "commitment_stands": _t(
        phrase("Commitment {which}: {stands}. To be done by {by}. Everybody can read it: {web}/commitments")
    ),
    "commitment_unknown": _t(
        phrase("There is no public commitment {which}. All of them are at {web}/commitments")
    ),
    "no_case": _t(
        phrase(
            "We find no case of this phone. Send your key if you have one, or write what happened. No name is needed."
        )
    ),
    "ask_words": _t(phrase("Tell us a little more: what happened, and where? We keep what you sent.")),
    "ask_stop": _t(phrase("Do you want no more messages? Then send BAJA. Your case goes on.")),
    "language": _t(phrase("From now on we write to you in English.")),
    "tongues": _t(phrase("Which language? Send one word: Castellano, Quechua, Aymara, English.")),
    "checkin": _t(
        phrase(
            "An independent person asks: how have you been since your case closed? Answer 1 Well 2 Not sure 3 Badly. The company does not see it."
        )
    ),
    "checkin_noted": _t(phrase("Thank you. Only an independent person sees your answer.")),
    "checkin_quiet": _t(
        phrase("How are you? Answer {code} and 1 Well 2 Not sure 3 Badly. It is free."), code=True
    ),
    "noted_quiet": _t(phrase("Thank you. We have it.")),
    "survey_in": _t(
        phrase(
            "Thank you. Now and then we ask 5 things, answered by a number. You need not: it is free and changes nothing in a case. To end: SURVEY NO."
        )
    ),
    "survey_out": _t(phrase("Done. We ask you no more questions in surveys. In a case nothing changes.")),
    "survey_trust": _t(
        phrase(
            "Survey, 1 (no) to 5 (yes): do you trust that complaints are treated fairly here? Answer one number. To end: SURVEY NO."
        )
    ),
    "survey_heard": _t(
        phrase(
            "Survey, 1 (no) to 5 (yes): does somebody here listen to people? Answer one number. To end: SURVEY NO."
        )
    ),
    "survey_safe": _t(
        phrase(
            "Survey, 1 (no) to 5 (yes): can people complain here without being punished? Answer one number. To end: SURVEY NO."
        )
    ),
    "survey_number": _t(
        phrase(
            "Survey, 1 (no) to 5 (yes): would you know how to reach us if something happened? Answer one number. To end: SURVEY NO."
        )
    ),
    "survey_respect": _t(
        phrase(
            "Survey, 1 (no) to 5 (yes): are people treated with respect here? Answer one number. To end: SURVEY NO."
        )
    ),
    "survey_again": _t(
        phrase("Please answer the survey with one number from 1 (no) to 5 (yes). To end: SURVEY NO.")
    ),
    "survey_done": _t(
        phrase("Thank you, that was all. We keep only sums: nobody can see who answered what.")
    ),
    "page": _t(phrase("Something waits for you in the review room. Please open it within the hour.")),
    "hazard_page": _t(
        phrase("Danger to many in {place}: {hazard}. {urgency}. Act now, then say at the desk what you did."),
        2,
    ),
    "safe_first": _t(
        phrase(
            "Case {number}. Key {clave}: tell nobody. Only an independent person reads it, not the company. Danger now? Call {emergency}."
        ),
        clave=True,
    ),
    "safe_care": _t(
        phrase(
            "Case {number}. Key {clave}: tell nobody. It is not your fault. The company can't see it. Help: {services}. Danger {emergency}."
        ),
        clave=True,
    ),
}


def is_draft(template: Template, language: str) -> bool:
    """Tell whether a message in a language is said in words that no native speaker has read."""
    return is_unread(tongue_of(template.words.msgid, language))


def budget_of(template: Template, language: str) -> int:
    """Give the most segments a message may take in a language."""
    return max(template.segments, MOST_OF_A_DRAFT) if is_draft(template, language) else template.segments


def speaks(template: str, language: str) -> bool:
    """Tell whether a template exists in a language, or in the one it is a variety of (English is what it is written in)."""
    known = TEMPLATES.get(template)
    if known is None or language == SOURCE:
        return known is not None
    return any(known.words.msgid in catalogue(tongue) for tongue in family(language))
