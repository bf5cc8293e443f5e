"""The radio room: relays take down, read back, and fetch what is read on the air."""
