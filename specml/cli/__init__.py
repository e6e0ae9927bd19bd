"""The command line: signatures of commands, what they print, progress bars.

It alone imports typer and rich; what a command does is in ``specml.workflows``.
"""
