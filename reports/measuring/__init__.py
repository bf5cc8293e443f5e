"""A month as it was, exactly: counted from rollups and entries. Nothing of this leaves the house before the gate."""
