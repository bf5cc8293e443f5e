"""How people reach us: the only floor that knows flask, twilio, rq, redis and the clock."""
