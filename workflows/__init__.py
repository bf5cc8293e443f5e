"""What may happen: the procedure as one table, the eight criteria, and the verbs that change a case."""
