"""What is published: figures about many, never words about one."""
