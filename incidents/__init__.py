"""The record: pages, components, incidents and everything ever said about them."""
