"""A draft given to the centre's reviewer: read, then passed on to the reading or returned with remarks."""
