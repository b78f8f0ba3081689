"""What is published brought elsewhere: pushed to targets, and a hook told of it."""
