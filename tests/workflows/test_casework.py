import pytest

from grievance.store import Store
from grievance.vocabulary import State
from tests.factories import a_case
from workflows.rulebook import Rulebook


@pytest.mark.parametrize("state", [s for s in State if s is not State.NEW])
def test_a_case_can_be_walked_to_every_state_by_the_steps_people_take(
    store: Store, rules: Rulebook, state: State
) -> None:
    case = a_case(store, rules, state=state)

    assert case.state == state
