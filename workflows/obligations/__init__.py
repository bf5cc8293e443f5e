"""How each obligation of the mechanism as a whole is judged from what is written down (O01 to O24, standards 1.2)."""
