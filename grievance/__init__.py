"""What is true: the facts of a grievance mechanism, how they are stored, and how they are sealed.

Every table is declared on this floor. It knows nothing of procedures, of words in a language, or of the
web and the telephone network.
"""
