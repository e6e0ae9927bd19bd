"""The command line as ``python -m specml``, where its script is not on the path."""

from specml.cli.app import main

if __name__ == "__main__":
    main()
