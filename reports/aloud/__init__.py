"""What is read aloud: bulletins, spots, lists, a month in one text message."""
