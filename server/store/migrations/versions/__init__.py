"""Database migrations in order: NNNN_name.py, forward only."""
