"""The meeting rooms: who is in, who may hear whom, media. Knows rooms and people with rights, never cases."""
