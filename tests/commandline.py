"""The words of `grievance`, said as somebody says them at a terminal."""

from click.testing import CliRunner, Result

from channels.cli import main


def says(*words: str, typed: str = "") -> Result:
    """Say words of `grievance`, type what it asks for, and keep what it answers."""
    return CliRunner().invoke(main, list(words), input=typed)
