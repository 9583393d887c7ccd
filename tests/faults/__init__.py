"""The fault harness: csbot as a process of its own, stopped, starved and answered badly under load, and what must hold
whatever happened.
"""
