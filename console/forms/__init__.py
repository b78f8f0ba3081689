"""Reading what staff type; what it means is the models' business."""
