"""What a command does, without a terminal: values in, values out.

The command line and the API call it; ``specml.documents`` writes its results.
"""
