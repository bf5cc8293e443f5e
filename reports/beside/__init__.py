"""What stands beside the figures: scorecard, plans, statements, and how good the data are."""
