"""What a user types, and what comes back."""

from interlock.cli.main import run as cli


def said(capsys, *arguments):
    """Exit code, standard output, standard error."""
    code = cli(arguments)
    out, err = capsys.readouterr()
    return code, out, err
