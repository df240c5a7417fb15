"""The one place that holds tokens and speaks Matrix: it does what lies in the outbox, and each thing once."""
