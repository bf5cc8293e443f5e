"""The desk, and what desk and review room have in common: lists, cases, forms of steps, registers."""
