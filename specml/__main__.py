"""``python -m specml``."""

from specml.cli.app import main

if __name__ == "__main__":
    main()
