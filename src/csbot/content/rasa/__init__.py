"""Rasa 3 projects: a catalogue written as one, and one read as csbot's content. Pure: texts by their paths."""

from csbot.content.rasa.project import Left
from csbot.content.rasa.reading import Imported, read_project
from csbot.content.rasa.writing import write_project

__all__ = ["Imported", "Left", "read_project", "write_project"]
