"""The networks, one file for each; training and inference build them from a configuration."""
