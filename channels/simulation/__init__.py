"""A world of made-up people: phones that text, forms, officers who answer or do not, on a clock that runs fast."""
