"""What the words of `grievance` do, one module for each kind of errand; `channels.cli` knows the words."""
