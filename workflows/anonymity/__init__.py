"""What could name a person is found and taken out: names, numbers, passages, small counts in prose."""
