"""What every page is made of: who may see it, its language, its words, its headers."""
