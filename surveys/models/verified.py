"""One person, one answer, without identity [RFC 9474]. The issuer of tokens knows who got one and
never sees it; the receiver sees the token and not who brings it. Neither keeps what would join the
two, nor when it was (surveys/verified)."""

from __future__ import annotations

from django.db import models

from surveys.models.wave import Wave


class TokenKey(models.Model):
    """The key that signs the tokens of a wave which offers them. The private half is encrypted,
    and destroyed when the wave closes; the digest of the public one is in the wave's seal."""

    wave = models.OneToOneField(Wave, models.CASCADE, primary_key=True, related_name="token_key")
    public = models.BinaryField(help_text="SubjectPublicKeyInfo, DER")
    sealed = models.BinaryField(null=True, help_text="PKCS #8, DER, encrypted")

    def __str__(self) -> str:
        return str(self.pk)


class IssuedToken(models.Model):
    """Somebody has had the token of this wave. `mark`: a keyed hash of wave and identity. The rows
    lie in no order of time (surveys/verified/marks.py)."""

    mark = models.CharField(primary_key=True, max_length=43)
    wave = models.ForeignKey(Wave, models.CASCADE)

    def __str__(self) -> str:
        return self.mark


class SpentToken(models.Model):
    """A token with which somebody has answered; `digest` of what was signed, once in all."""

    digest = models.CharField(primary_key=True, max_length=43)
    wave = models.ForeignKey(Wave, models.CASCADE)

    def __str__(self) -> str:
        return self.digest
