"""What the mechanism does beside its cases: registers as data, who may write them, and what follows."""
