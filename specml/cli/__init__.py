"""The command line: thin faces over the library; the only importer of typer and rich."""
