"""What certifiers get: the crosswalk of their schemes, and an archive of evidence for each."""
