"""What a text that came in is probably about, how hard, and where it goes: always with the reason, never a decision."""
