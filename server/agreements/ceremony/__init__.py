"""The signing ceremony of one agreement's set of files (architecture 3a): freeze, human steps, machine turns, seal."""
