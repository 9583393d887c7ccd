"""csbot: a customer-service chatbot and channel bridge."""

__version__ = "0.1.0"
