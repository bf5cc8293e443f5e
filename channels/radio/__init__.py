"""What passes over the air: relays, mail by HF, and the weekly list with its words."""
