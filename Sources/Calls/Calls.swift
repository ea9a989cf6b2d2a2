// Who was called, how, and what they answered.
