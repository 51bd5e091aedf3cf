"""The media that a timeline uses: opened, held while an export runs, and measured."""
