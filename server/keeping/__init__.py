"""What keeps signed files provable, and everything safe, over the years."""
