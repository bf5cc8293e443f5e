"""The pages of whoever complains: complain, ask, follow, and the same at a kiosk."""
