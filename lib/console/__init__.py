"""What console_api is made of: who may come in, what they see, and what they may change."""
