"""A world of made-up people: phones that text, forms that are sent, officers who answer or do not, on a clock that runs fast."""
