"""The words around a printed plan, in Finnish, Swedish and English."""
