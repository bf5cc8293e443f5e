"""The review room: what the third party alone sees and decides."""
