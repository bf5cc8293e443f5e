"""What is said and understood, pure: the conversation by text, the dialogue with menus, the codes that are heard."""
