"""What hangs on a message: pictures and voices, cleaned, sealed, and told of when they were lost."""
