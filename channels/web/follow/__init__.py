"""A case in the hands of whoever told it: opened with a clave, shown, and answered."""
