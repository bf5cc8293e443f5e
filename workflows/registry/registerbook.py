"""The registers, as data (standards 1.2): what the mechanism does beside its cases, and who may say so.

Nobody writes what only somebody else may say: an officer no panel, no independence, no training of a
reviewer; a company not that its own commitment was kept.
"""

from collections.abc import Mapping

from grievance.vocabulary import Role
from translations import Phrase, phrase
from workflows.registry.registershape import Asks, Field, Register
from workflows.registry.reportbook import BESIDE_A_MONTH

# fmt: off
# ruff: noqa: E501  a sentence of the catalogue is one string
CODE, CODES, NUMBER, PEOPLE, DAY, TEXT, NAME = (
    Asks.CODE, Asks.CODES, Asks.NUMBER, Asks.PEOPLE, Asks.DAY, Asks.TEXT, Asks.NAME,
)
THIRD_PARTY = frozenset({Role.FOCAL, Role.REVIEWER})
HOST = THIRD_PARTY | {Role.ADMIN}
EVERYBODY = THIRD_PARTY | {Role.OFFICER}

MODULES: Mapping[str, Phrase] = {
    "respect": phrase("Treating people with respect"),
    "confidentiality": phrase("Keeping what people say confidential"),
    "referral": phrase("Where to turn after sexual violence"),
}
LANGUAGES_WAYS: Mapping[str, Phrase] = {
    "text": phrase("Written text"), "audio": phrase("Recording"), "poster": phrase("Poster"),
    "radio": phrase("Radio script"),
}
MEDIA: Mapping[str, Phrase] = {
    "radio": phrase("Radio"), "billboard": phrase("Billboard"), "office": phrase("Office"),
    "website": phrase("Web page"), "assembly": phrase("Assembly"), "school": phrase("School"),
    "visit": phrase("Visit"),
}
READ_ON_THE_AIR: Mapping[str, Phrase] = {
    "spot": phrase("Spot"), "bulletin": phrase("Bulletin of the month"), "list": phrase("Weekly list"),
    "notice": phrase("Notice"),
}
PARTS_OF_THE_DAY: Mapping[str, Phrase] = {
    "early": phrase("Early morning"), "morning": phrase("Morning"), "noon": phrase("Noon"),
    "afternoon": phrase("Afternoon"), "evening": phrase("Evening"),
}
KINDS_OF_DIALOGUE: Mapping[str, Phrase] = {
    "meeting": phrase("Meeting"), "assembly": phrase("Assembly"), "visit": phrase("Visit"),
    "mediation": phrase("Mediation"),
}
PARTIES: Mapping[str, Phrase] = {
    "company": phrase("The company"), "host": phrase("The independent entity"),
    "community": phrase("The communities"), "authority": phrase("A public authority"),
}
CAUSES: Mapping[str, Phrase] = {
    "operation": phrase("How the mine works"), "contractor": phrase("A contractor"),
    "maintenance": phrase("Missing maintenance"), "communication": phrase("Nobody was told"),
    "unkept_promise": phrase("A promise that was not kept"), "design": phrase("How it was planned or built"),
    "weather": phrase("The weather"), "outside_the_mine": phrase("Something outside the mine"),
    "not_established": phrase("The cause could not be found"),
}
HELPERS: Mapping[str, Phrase] = {
    "radio_operator": phrase("Radio operator"), "teacher": phrase("Teacher"),
    "health_post": phrase("Health post"), "interpreter": phrase("Interpreter"),
    "leader": phrase("Community leader"),
}
SERVICES: Mapping[str, Phrase] = {
    "gender_violence": phrase("After violence against women"), "child": phrase("For children"),
    "health": phrase("Health"), "shelter": phrase("Shelter"), "psychology": phrase("Psychological help"),
}
GROUPS: Mapping[str, Phrase] = {
    "remote_hamlets": phrase("Remote hamlets"), "herders": phrase("Herders"), "women": phrase("Women"),
    "youth": phrase("Young people"), "disabled": phrase("People with a disability"),
    "contract_workers": phrase("Workers of contractors"), "elders": phrase("Older people"),
}
YES: Mapping[str, Phrase] = {"yes": phrase("Yes"), "no": phrase("No")}
PROOF: Mapping[str, Phrase] = {
    "visit": phrase("Visit"), "photo": phrase("Photo"), "document": phrase("Document"),
    "none": phrase("None yet"),
}
DECIDED: Mapping[str, Phrase] = {
    "procedure": phrase("A new version of the rules"), "caseload": phrase("More cases for one officer than the rule allows"),
    "income": phrase("More income from one company than the rules allow"),
    "reviews": phrase("More reviews of one company for one reviewer than the rules allow"),
    "mark": phrase("A case that was marked as vexatious, and its person's appeal"),
}
WORKING: Mapping[str, Phrase] = {
    "officer": phrase("Case officer"), "focal": phrase("Protection focal point"), "reviewer": phrase("Reviewer"),
    "relay": phrase("Who takes things down at a station or an office"),
}
ATTEND: Mapping[str, Phrase] = {"woman": phrase("A woman"), "man": phrase("A man")}
HELD = {"held": phrase("Held")}
PUBLISHED = {"published": phrase("Published")}
CHECKED = {"answers": phrase("It answers"), "silent": phrase("It does not answer"), "ended": phrase("Ended")}

SITE = Field("site", phrase("Site"), CODE, among="sites", required=False)
ZONE = Field("zone", phrase("Place"), CODE, among="zones")
LANGUAGE = Field("language", phrase("Language"), CODE, among="languages")
CAUSE = Field("cause", phrase("Cause"), CODE, CAUSES)
DUE = Field("until", phrase("To be done by"), DAY)
WOMEN = Field("women", phrase("Women"), PEOPLE)
MEN = Field("men", phrase("Men"), PEOPLE)

REGISTERS: tuple[Register, ...] = (
    # --- what was agreed and talked about ---------------------------------------------------------------------
    Register(
        "commitment", phrase("Commitments"),
        phrase("What was promised to communities, by when, and whether the other side says it was kept."),
        {"agreed": phrase("Agreed"), "done": phrase("Done, says who owes it"), "kept": phrase("Kept, says the other side"),
         "disputed": phrase("Disputed"), "missed": phrase("Missed"), "renegotiated": phrase("Replaced by a new agreement")},
        (Field("owed_by", phrase("Who owes it"), CODE, PARTIES, fixed=True),
         Field("owed_to", phrase("To whom"), CODE, PARTIES, fixed=True), SITE,
         Field("until", phrase("To be done by"), DAY, fixed=True),
         Field("proof", phrase("Proof"), CODE, PROOF),
         Field("text", phrase("What will be done"), TEXT, fixed=True)),
        EVERYBODY, ("O18",), final=frozenset({"kept", "renegotiated"}),
        only={"kept": EVERYBODY, "disputed": THIRD_PARTY, "missed": THIRD_PARTY, "renegotiated": THIRD_PARTY},
        when=phrase("Agreed on"), numbered=True,
    ),
    Register(
        "dialogue", phrase("Dialogues"),
        phrase("Every meeting: who was there by number, what it was for, what came out of it."),
        HELD,
        (Field("kind", phrase("Kind"), CODE, KINDS_OF_DIALOGUE), SITE,
         Field("zone", phrase("Place"), CODE, among="zones", required=False), WOMEN, MEN,
         Field("company", phrase("From the company"), NUMBER, most=500),
         Field("authority", phrase("From authorities"), NUMBER, most=500),
         Field("commitments", phrase("Commitments made"), NUMBER, most=100),
         Field("objective", phrase("What it was for"), TEXT), Field("result", phrase("What came out of it"), TEXT)),
        EVERYBODY, ("O19",),
    ),
    Register(
        "consultation", phrase("Consultations: you said, we did"),
        phrase("What people said about how the mechanism works, and what was changed because of it."),
        {"heard": phrase("Heard, not answered yet"), "answered": phrase("Answered")},
        (Field("sessions", phrase("Sessions"), NUMBER, least=1, most=200),
         Field("women_only", phrase("Of them for women only"), NUMBER, most=200), WOMEN, MEN, SITE,
         Field("said", phrase("You said"), TEXT), Field("did", phrase("We did"), TEXT, required=False)),
        EVERYBODY, ("O13",),
    ),
    # --- what was learned ------------------------------------------------------------------------------------
    Register(
        "lesson", phrase("Lessons"), phrase("What cases taught, without saying whose they were."),
        {"written": phrase("Written")},
        (CAUSE, SITE, Field("text", phrase("What we learned"), TEXT)), EVERYBODY, ("O16",),
    ),
    Register(
        "action", phrase("Improvement actions"), phrase("What is changed so that it does not happen again."),
        {"open": phrase("Open"), "done": phrase("Done")},
        (CAUSE, SITE, Field("zone", phrase("Place"), CODE, among="zones", required=False, shown=False), DUE,
         Field("text", phrase("What is changed"), TEXT), Field("effect", phrase("What it brought"), TEXT, required=False)),
        EVERYBODY, ("O16",), when=phrase("Decided on"),
    ),
    # --- how people come to know it ---------------------------------------------------------------------------
    Register(
        "outreach", phrase("Telling people about it"),
        phrase("Radio minutes, assemblies, visits: where people were told that this mechanism is there."),
        HELD,
        (ZONE, Field("medium", phrase("How"), CODE, MEDIA), LANGUAGE,
         Field("minutes", phrase("Minutes"), NUMBER, most=10_000),
         Field("people", phrase("People reached"), PEOPLE, required=False)),
        EVERYBODY | {Role.ADMIN}, ("O06",),
    ),
    Register(
        "broadcast", phrase("Read on the air"),
        phrase("What a station read, in which language and on which day: people were told, and somebody signs for it."),
        {"read": phrase("Read")},
        (Field("about", phrase("Station"), CODE, among="channels"), Field("what", phrase("What was read"), CODE, READ_ON_THE_AIR),
         LANGUAGE, Field("part", phrase("Part of the day"), CODE, PARTS_OF_THE_DAY),
         Field("minutes", phrase("Minutes"), NUMBER, least=1, most=60),
         Field("programme", phrase("Code said with it, for listeners to name"), NUMBER, least=10, most=999, required=False)),
        HOST | {Role.RELAY}, (),
    ),
    Register(
        "stakeholder_map", phrase("Who lives here"), phrase("The groups of people the mechanism must reach, looked at every year."),
        PUBLISHED, (Field("groups", phrase("Groups"), CODES, GROUPS), SITE), HOST, ("O07",),
    ),
    Register(
        "helper", phrase("People who help with a complaint"),
        phrase("Radio operators, teachers, health posts and interpreters who promised to keep what they hear to themselves."),
        {"active": phrase("Active"), "ended": phrase("Ended")},
        (ZONE, Field("kind", phrase("Kind"), CODE, HELPERS), Field("pledge", phrase("Signed to keep it confidential"), CODE, YES),
         Field("languages", phrase("Languages"), CODES, among="languages")),
        HOST, ("O08",), when=phrase("Since"),
    ),
    Register(
        "channel_test", phrase("Test complaints"), phrase("Somebody outside the company tries every door, every month."),
        {"worked": phrase("It worked"), "failed": phrase("It failed")},
        (Field("about", phrase("Door"), CODE, among="channels"), LANGUAGE,
         Field("minutes", phrase("Minutes until the receipt came"), NUMBER, most=10_000)),
        HOST, ("O05",),
    ),
    Register(
        "procedure_published", phrase("The rules, made known"), phrase("In which languages and forms the procedure was published."),
        PUBLISHED,
        (Field("languages", phrase("Languages"), CODES, among="languages"),
         Field("ways", phrase("Forms"), CODES, LANGUAGES_WAYS)),
        HOST, ("O01",),
    ),
    # --- who watches over it -----------------------------------------------------------------------------------
    Register(
        "panel", phrase("Panel meetings"), phrase("The panel that watches over the mechanism: when it met and how many came."),
        HELD,
        (Field("present", phrase("Seats present"), NUMBER, most=50), Field("seats", phrase("Seats in all"), NUMBER, least=1, most=50),
         Field("outside", phrase("Present from outside the company"), NUMBER, most=50),
         Field("decided", phrase("It decided about"), CODE, DECIDED, required=False),
         Field("about", phrase("Which version of the rules, or whose cases or income"), NAME, required=False, shown=False),
         Field("minutes", phrase("What was decided"), TEXT)),
        THIRD_PARTY, ("O02",),
    ),
    Register(
        "funding", phrase("Who pays"), phrase("The yearly declaration of the budget, where it comes from, and that nobody can use it to press."),
        {"declared": phrase("Declared")},
        (Field("amount", phrase("Budget of the year"), NUMBER, most=100_000_000),
         Field("currency", phrase("Currency"), CODE, {"PEN": phrase("Peruvian soles"), "BOB": phrase("Bolivianos"), "USD": phrase("US dollars")}),
         Field("firewall", phrase("Can nobody withdraw it because of a decision?"), CODE, YES),
         Field("source", phrase("Where it comes from"), TEXT)),
        HOST, ("O03",),
    ),
    Register(
        "income", phrase("Who pays the independent entity"),
        phrase("Once a year the independent entity says how much of its income came from each company, whatever the work was."),
        {"declared": phrase("Declared")},
        (Field("party", phrase("Independent entity"), CODE, among="third_parties"),
         Field("payer", phrase("Company"), CODE, among="companies"),
         Field("share", phrase("Of a hundred of its income of the year"), NUMBER, most=100)),
        THIRD_PARTY, ("O04",),
    ),
    Register(
        "independence", phrase("Declarations of independence"),
        phrase("Every reviewer signs once a year that nobody of the company pays them for an outcome."),
        {"signed": phrase("Signed"), "withdrawn": phrase("Withdrawn")},
        (Field("until", phrase("Valid until"), DAY),), frozenset({Role.REVIEWER}), ("O04",), own=True,
    ),
    Register(
        "account", phrase("Who began to work here, and who ended"),
        phrase("Each account that was opened or closed, so that nobody adds or removes a reviewer unseen. Only roles are shown."),
        {"opened": phrase("Account opened"), "closed": phrase("Account closed"), "there": phrase("Account was there already")},
        (Field("about", phrase("Person"), NAME, shown=False), Field("role", phrase("Role"), CODE, WORKING),
         Field("company", phrase("Company"), CODE, among="companies", required=False, shown=False)),
        frozenset({Role.ADMIN}), ("O04",),
    ),
    Register(
        "attends", phrase("Who attends as a woman, who as a man"),
        phrase("Whoever suffered violence may choose who attends them. Each of the third party says it of themselves."),
        {"said": phrase("Said")},
        (Field("attends", phrase("I attend people as"), CODE, ATTEND),), THIRD_PARTY, (), public=False, own=True,
    ),
    Register(
        "training", phrase("Trainings"), phrase("Who works here is trained, and again after two years. Only roles and numbers are shown."),
        HELD,
        (Field("about", phrase("Person"), CODE, among="staff", shown=False), Field("module", phrase("Module"), CODE, MODULES),
         Field("until", phrase("Valid until"), DAY)),
        HOST | {Role.OFFICER}, ("O12",),
    ),
    Register(
        "evaluation", phrase("Outside evaluations"), phrase("Once a year somebody independent compares the mechanism with the eight criteria."),
        {"published": phrase("Published"), "answered": phrase("Published, with the company's answer")},
        (Field("findings", phrase("Findings"), NUMBER, most=500), Field("text", phrase("What it found"), TEXT),
         Field("answer", phrase("The company's answer"), TEXT, required=False)),
        THIRD_PARTY, ("O15",),
    ),
    Register(
        "survey", phrase("Opinion surveys"), phrase("At most five questions by text message, answered only by those who want to."),
        {**HELD, "open": phrase("Open")},
        (Field("asked", phrase("People asked"), PEOPLE), Field("answered", phrase("People who answered"), PEOPLE),
         Field("trust", phrase("Of a hundred answers: I trust it"), NUMBER, most=100),
         Field("questions", phrase("Questions"), NUMBER, least=1, most=5)),
        THIRD_PARTY, ("O14",), only={"open": frozenset()}, final=frozenset({"held", "open"}),
    ),
    Register(
        "comment_round", phrase("Comments on drafts"), phrase("A draft stays open for everybody's comments for at least fourteen days."),
        {"open": phrase("Open"), "closed": phrase("Closed, comments published")},
        (Field("until", phrase("Open until"), DAY), Field("about", phrase("Version of the rules"), NAME, required=False), Field("comments", phrase("Comments"), PEOPLE), Field("text", phrase("What it is about"), TEXT)),
        HOST, ("O22",), when=phrase("Opened on"),
    ),
    # --- whom else people can turn to ----------------------------------------------------------------------------
    Register(
        "adviser", phrase("Free advisers"), phrase("People from outside who help with a complaint, free of charge, and when somebody last spoke to them."),
        CHECKED, (Field("about", phrase("Adviser"), CODE, among="advisers"),), HOST, ("O10",), when=phrase("Verified on"),
    ),
    Register(
        "service", phrase("Help for people in danger"), phrase("Shelters, health posts and protection offices, called every month to see whether they answer."),
        CHECKED, (Field("kind", phrase("Kind"), CODE, SERVICES), SITE, Field("name", phrase("Name"), TEXT)),
        HOST, ("O11",), when=phrase("Verified on"),
    ),
    Register(
        "outside_route", phrase("Other ways that stay open to you"),
        phrase("Courts, ombudsman, inspectors: when somebody last checked that they answer."),
        CHECKED, (Field("about", phrase("Body"), CODE, among="routes"),), HOST, ("O23",), when=phrase("Verified on"),
    ),
    # --- how it keeps people safe ---------------------------------------------------------------------------------
    Register(
        "retaliation_policy", phrase("No reprisals"), phrase("What happens when somebody is punished for complaining."),
        PUBLISHED,
        (Field("parts", phrase("Parts"), CODES, {"zero_tolerance": phrase("It is never accepted"), "risks": phrase("Who is at risk"),
                                                   "response": phrase("What is done")}),),
        HOST, ("O09",),
    ),
    Register(
        "privacy_notice", phrase("Privacy"), phrase("What is kept about people, for how long, and who handles it."),
        PUBLISHED,
        (Field("parts", phrase("Parts"), CODES, {"notice": phrase("Notice to people"), "retention": phrase("How long things are kept"),
                                                   "risks": phrase("Study of the risks"), "processors": phrase("Who handles data")}),),
        HOST, ("O20",),
    ),
    Register(
        "incident", phrase("Data incidents"), phrase("When data was lost or seen by somebody who should not: found, contained, people told."),
        {"open": phrase("Open"), "contained": phrase("Contained"), "told": phrase("Contained, and people told")},
        (Field("until", phrase("Authority and people to be told by"), DAY),), HOST, ("O21",), public=False, when=phrase("Found on"),
    ),
    Register(
        "continuity_plan", phrase("When the network is down"), phrase("How people can still complain when text messages or radio fail."),
        PUBLISHED,
        (Field("ways", phrase("Ways"), CODES, {"second_gateway": phrase("A second provider of text messages"), "office": phrase("Office"),
                                                 "radio": phrase("Radio"), "paper": phrase("Paper")}),),
        HOST, ("O24",),
    ),
    Register(
        "outage", phrase("Outages"), phrase("When a door was closed, from when to when, and whether people were told."),
        {"out": phrase("Out, not announced"), "announced": phrase("Out, announced"), "over": phrase("Over")},
        (Field("about", phrase("Door"), CODE, among="channels"), Field("until", phrase("Until"), DAY, required=False)),
        HOST, ("O24",), when=phrase("Since"),
    ),
    *BESIDE_A_MONTH,
)
# fmt: on
BY_KEY: Mapping[str, Register] = {register.key: register for register in REGISTERS}
