"""The front door: each call does what a command does, its answer what that writes and shows.

``import specml`` hands its functions out, at first use.
"""
