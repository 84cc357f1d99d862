"""A matter 事项: what somebody brings to the window, from receipt to the archive. Mediation itself is its case."""
