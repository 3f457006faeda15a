"""`python -m comptoir`: the same as the `comptoir` command."""

from comptoir.cli import main

if __name__ == "__main__":
    main(prog_name="comptoir")
