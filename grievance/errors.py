"""What can go wrong, sorted by what happens next.

* GrievanceError
  + Refused          say why, kindly; nothing has changed                 -> 409, or an SMS with the reason
    - StepRefused, NoSuchStep are defined in workflows, which raises them
  + Unknown          not here, or not for you: the two look the same      -> 404
  + Busy             the writer's queue is full, or the database is away  -> 503, the gateway tries again
  + ReadersChanged   texts were sealed to yesterday's readers             -> seal again, try again
  + Damaged          the record or a seal does not verify                 -> 500, alarm, tell a reviewer
  + Misconfigured    at start-up only: the process does not start
"""


class GrievanceError(Exception):
    """Anything this product says no to."""


class Refused(GrievanceError):
    """The rules do not allow it; nothing has changed and the reason can be said."""


class Unknown(GrievanceError):
    """Not here, or not for you: the caller must not learn which."""


class Busy(GrievanceError):
    """Nothing was stored because the store cannot take it now; trying again later is right."""


class ReadersChanged(GrievanceError):
    """A text was sealed to readers that are no longer the right ones; seal again."""


class Damaged(GrievanceError):
    """What is stored does not verify. Stop and tell a reviewer."""


class Misconfigured(GrievanceError):
    """The deployment is set up in a way that would break a promise; the process must not start."""
