"""The dispute as handled here: case, parties, facts, the acts that move it on."""
