"""The verbs of those who write the content: put in force, take back."""
