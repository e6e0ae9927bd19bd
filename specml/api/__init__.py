"""The front door: each call does what a command does, its answer what that writes and shows."""
