"""The review station measured: key strokes and seconds of a scripted reviewer, frames with many boxes."""
