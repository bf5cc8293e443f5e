"""The months of the bench, a few of them: lived by casework, published, recounted, attacked with everybody's eyes."""

from bench import release as bench
from reports.attacking.attack import attack
from reports.recount import verify_release

RATE, MONTHS = 12, 2


def test_lived_months_agree_with_the_record_and_tell_of_nobody() -> None:
    came = bench.complaints(RATE, seed=5)[:MONTHS]

    with bench.lived_through(came, seed=5) as life:
        known = {life.lives.mechanism.version: life.lives.mechanism}
        months = [str(one.month) for one in life.releases]
        wrong = [line for month in months for line in verify_release.run(life.lives.store, month, known)]
    documents = [one.document for one in life.releases]
    report = attack(
        documents,
        sites=life.lives.sites,
        insiders=sorted(life.lives.stood),
        began=str(life.releases[0].month),
    )

    assert life.lives.begun > sum(sum(month.values()) for month in came)
    assert wrong == []
    assert report.found == ()
    assert len(life.lives.stood) > 50
    assert report.hidden > 500


def test_the_same_seed_lives_the_same_life_and_another_seed_another() -> None:
    came = bench.complaints(RATE, seed=5)[:1]

    with (
        bench.lived_through(came, seed=5) as one,
        bench.lived_through(came, seed=5) as again,
        bench.lived_through(came, seed=6) as other,
    ):
        values = [life.releases[0].value for life in (one, again, other)]

    assert values[0] == values[1] != values[2]
