"""Claves that people hold: drawn ahead, printed on slips, and stretched when somebody types one."""
