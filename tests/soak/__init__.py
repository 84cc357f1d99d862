"""Half an hour of one meeting in real Chromium: memory, lips and voice, and what is left when everybody has gone."""
