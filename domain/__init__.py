"""The vocabulary of Juanzong: frozen models and pure rules. Imports nothing of ours."""
