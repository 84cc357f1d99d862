"""Where facts are kept: database, blobs, journal. Knows no feature."""
