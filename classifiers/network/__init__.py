"""The network that listens to the papers: signals by sentence, what a paper is, categories."""
