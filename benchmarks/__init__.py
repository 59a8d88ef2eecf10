"""Speed and accuracy, printed as tables that compare between versions."""
