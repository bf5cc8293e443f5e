"""The field's words, spelled once: the same in code, database, screens and statistics."""

from enum import StrEnum


class State(StrEnum):
    """Where a case stands (DESIGN 7). Steps are verbs, states are participles."""

    NEW = "new"
    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    ASSESSED = "assessed"
    INVESTIGATING = "investigating"
    PROPOSED = "proposed"
    IN_DIALOGUE = "in_dialogue"
    UNDER_REVIEW = "under_review"
    UNDER_INDEPENDENT_REVIEW = "under_independent_review"
    AGREED = "agreed"
    IMPLEMENTING = "implementing"
    VERIFIED = "verified"
    REOPENED = "reopened"
    CLOSED = "closed"


class Step(StrEnum):
    """What somebody does to a case."""

    RECEIVE = "receive"
    ACKNOWLEDGE = "acknowledge"
    ASSESS = "assess"
    INVESTIGATE = "investigate"
    PROPOSE = "propose"
    ACCEPT = "accept"
    DECLINE = "decline"
    TALK = "talk"
    ASK_REVIEW = "ask_review"
    ASK_INDEPENDENT_REVIEW = "ask_independent_review"
    ESCALATE = "escalate"
    DISPUTE = "dispute"
    CONFIRM_ANSWER = "confirm_answer"
    ORDER = "order"
    RETURN = "return"
    ASK_TO_COMPLETE = "ask_to_complete"
    DISSENT = "dissent"
    CARRY_OUT = "carry_out"
    CONFIRM = "confirm"
    CLOSE = "close"
    ASK_WITHDRAWAL = "ask_withdrawal"
    REGRET = "regret"
    WITHDRAW = "withdraw"
    ACCEPT_REFERRAL = "accept_referral"
    ERASE = "erase"
    CLOSE_NO_CONTACT = "close_no_contact"
    RULE_OUT_OF_SCOPE = "rule_out_of_scope"
    HAND_OVER = "hand_over"
    REOPEN = "reopen"
    ADD = "add"
    ASSIGN = "assign"
    ASK = "ask"
    RESUME = "resume"
    EXTEND = "extend"
    UPDATE = "update"
    HEAR = "hear"
    TRANSFER = "transfer"
    ROUTE = "route"
    RELEASE = "release"
    HAND_TO_FOCAL = "hand_to_focal"
    CORRECT = "correct"
    COMMIT = "commit"
    KEEP = "keep"
    MISS = "miss"
    REFER = "refer"
    RECUSE = "recuse"
    LEARN = "learn"
    ATTEMPT_CONTACT = "attempt_contact"
    OPEN = "open"
    JOIN = "join"
    REACH = "reach"
    OVERDUE = "overdue"
    MARK_VEXATIOUS = "mark_vexatious"
    APPEAL = "appeal"
    PANEL = "panel"
    LINK = "link"
    MANDATE = "mandate"
    CONSENT = "consent"
    INTERIM = "interim"
    SECOND = "second"
    UNMASK = "unmask"


class Role(StrEnum):
    """Who acts. `complainant` holds a credential (a phone, a code, a clave), never an account.

    A `relay` takes down at a radio station or an office what somebody says, and sees no case afterwards.
    """

    COMPLAINANT = "complainant"
    CHANNEL = "channel"
    OFFICER = "officer"
    FOCAL = "focal"
    REVIEWER = "reviewer"
    RELAY = "relay"
    CLOCK = "clock"
    ADMIN = "admin"


class Kind(StrEnum):
    """What a stream of entries is about. The first two are kinds of case."""

    GRIEVANCE = "grievance"
    INFORMATION_REQUEST = "information_request"
    MECHANISM = "mechanism"
    RELEASE = "release"
    KEY = "key"
    REGISTER = "register"


CASE_KINDS = (Kind.GRIEVANCE, Kind.INFORMATION_REQUEST)


class Sense(StrEnum):
    """How a case ended (standards 1.0). There is deliberately none that says `rejected by the company`."""

    RESOLVED_IMPLEMENTED = "resolved_implemented"
    EXPLAINED_ACCEPTED = "explained_accepted"
    NOT_UPHELD = "not_upheld_by_independent_reviewer"
    WITHDRAWN_CONFIRMED = "withdrawn_confirmed"
    REFERRED_ACCEPTED = "referred_accepted"
    NO_CONTACT = "no_contact"
    OUT_OF_SCOPE_EXPLAINED = "out_of_scope_explained"
    PROTECTED_TRANSFERRED = "protected_transferred"
    ERASED_BY_PERSON = "erased_by_person"
    JOINED_BY_PERSON = "joined_by_person"


class Channel(StrEnum):
    """By which door a complaint came in (standards 3.3, T02)."""

    SMS = "sms"
    USSD = "ussd"
    WEB = "web"
    KIOSK = "kiosk"
    OFFICE = "office"
    PHONE_VOICE = "phone_voice"
    RADIO_RELAY = "radio_relay"
    WHATSAPP = "whatsapp"


class Clock(StrEnum):
    """What is owed by when."""

    ACKNOWLEDGE = "acknowledge"
    ASSESS = "assess"
    ANSWER = "answer"
    COMPLAINANT = "complainant"
    REVIEW = "review"
    INDEPENDENT_REVIEW = "independent_review"
    CARRY_OUT = "carry_out"
    CONFIRM = "confirm"
    CLOSE = "close"
    REGRET = "regret"


class Ending(StrEnum):
    """The one terminal event of a clock: its cohort."""

    MET = "met"
    LATE = "late"
    STOPPED = "stopped"
    CLOSED = "closed"


class NoticeState(StrEnum):
    """How far a message that is owed has come. Status moves forward, never back."""

    QUEUED = "queued"
    HELD = "held"
    CLAIMED = "claimed"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


class CommitmentState(StrEnum):
    """A commitment is agreed by both or it is none; kept only when the other side, or a reviewer, says so."""

    OFFERED = "offered"
    AGREED = "agreed"
    DONE_BY_COMPANY = "done_by_company"
    KEPT = "kept"
    MISSED = "missed"


FLAGS = (
    "life_threat",
    "sexual_violence",
    "child",
    "retaliation",
    "trafficking",
    "security_force_abuse",
    "common_danger",
)
"""Reasons for the protected track (standards 6); `common_danger` shares the hazard, never the person."""

ROOT_CAUSES = (
    "operation",
    "contractor",
    "maintenance",
    "communication",
    "unkept_promise",
    "design",
    "weather",
    "outside_the_mine",
    "not_established",
)
"""Closed list of causes recorded at closing (G30)."""

WHY_REVIEW = (
    "no_answer",
    "late",
    "incomplete",
    "disagree",
    "remedy_not_delivered",
    "unfair_treatment",
    "language",
    "privacy",
)
"""Why somebody asks for a review (standards 3, T08), if they choose to say it."""

REPEATS = ("again", "first")
"""Whether a case that ends had the cause of another one that ended in its place within 180 days (I-31)."""

CORRECTIONS = ("misread", "person_said", "looked_into")
"""Closed list of why something said of a case is corrected; that it is another kind of case is a reason of its own.

The old value stands in the entry beside the new one."""

ADMISSIONS = ("admitted", "asked_to_complete", "rejected")
"""What becomes of a request for independent review before it is decided (standards 3, as Mexico's)."""

RULINGS = {
    Step.CONFIRM_ANSWER: ("confirm", "dismiss", "not_proceed"),
    Step.ORDER: ("modify", "revoke", "order_answer"),
    Step.RETURN: ("remit", "reject", "late_filing"),
}
"""How an independent review may end; the first of each step is what it says when nothing more is said."""

HEARINGS = ("none", "offered", "held")
"""Whether the person was heard in an independent review: worked out from who offered it and the day it was held."""

WHY_LATE = ("not_known", "not_told", "could_not_come", "afraid")
"""Why a review was asked for after its days, as the reviewer who looks at it finds; nobody has to prove it."""

EXTENDING = ("sample", "visit", "other_people", "many_questions", "no_staff")
"""Why an answer takes longer; the words to the person say it in full."""

SEVERITIES = ("low", "medium", "high")
"""How serious a case is, from the least on."""

VEXATIOUS = ("same_facts_decided", "automatic_messages", "abuse_only")
"""Reasons for which a reviewer may mark a case as vexatious (G40); none of them is about the person."""

INTERIM_MEASURES = ("none", "stop_work", "clean_water", "relocate_guard", "road_closed", "shelter", "other")
"""What can be decided within 48 hours when a case is serious; `none` is a decision too (G39)."""

UNMASKING = ("nobodys_name", "their_own_wish", "they_agreed", "acts_for_company")
"""Why a covered passage may be read by a desk; names of others only by the last two."""

MODULES = ("respect", "confidentiality", "referral")
"""What whoever takes cases on was trained in, within two years (G02)."""

ANSWER_TYPES = (
    "full",
    "partial",
    "publicly_available",
    "not_held",
    "not_competent_redirected",
    "confidential",
    "reserved",
    "refused_other",
)
"""How a request for information is answered (standards 3.3, T05); what was asked back, or never came, is no answer."""

LEGAL_REASONS = (
    "personal_data",
    "trade_secret",
    "court_case",
    "safety_of_people",
    "public_security",
    "law_forbids",
)
"""Why something may be kept back. Whoever keeps something back says which of these it is."""

REDACTIONS = ("personal_data", "third_party", "safety", "law")
"""Why a passage was taken out of what the archive shows."""

ANSWERED_ON_TIME = {"not_competent_redirected": 3, "publicly_available": 5}
"""Working days within which a kind of answer has to be given, where it is fewer than for an answer (Mexico)."""

WITHOUT_CONSENT = ("life", "child")
"""Why an outside body may get a protected case without the person's yes: a life is in danger now, or a child is harmed."""

RISKS = range(1, 6)
"""How likely it is that somebody in danger is harmed, and how badly: from 1 to 5 each (standards 6)."""

PROOFS = ("visit", "photo", "document", "sample")
"""How it can be seen that a commitment was carried out; money is shown by a document, a signed receipt (G29)."""
