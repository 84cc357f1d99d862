"""Writing a draft together: merging, versions, what changed between two of them, remarks and suggestions."""
