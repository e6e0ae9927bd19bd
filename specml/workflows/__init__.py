"""What a command does, without a terminal: values in, values out."""
