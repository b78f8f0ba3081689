"""What each attempt brought that did not simply arrive, and every call of a webhook."""

from django.db import models

from notifications.models.delivery import Delivery


class Attempt(models.Model):
    """One try at a delivery."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    verdict = models.CharField(max_length=16)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.verdict}: {self.detail}"
