"""Joint sessions: links, seats, consents, tickets into the room, and what the room tells the journal."""
