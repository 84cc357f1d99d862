"""What the journal proves to others: anchors, verification, selective disclosure, erasing by rule."""
