"""Rules of law as data and pure functions; each cites its article. Imports nothing of ours."""
