"""What the review of certificate and key files can find.

:mod:`octavia_wizard.core.pki.review` makes these findings itself and names the files; here
stands what each of them means.
"""

from __future__ import annotations

from octavia_wizard.core.findings.base import FindingInfo, error, warning

REVIEWED: tuple[FindingInfo, ...] = (
    error(
        "cert-missing",
        "certificates",
        "A certificate or key file is missing",
        "The playbooks copy it to the controllers, and Octavia reads it there.",
        "Give the path of an existing PEM file.",
    ),
    error(
        "cert-unreadable",
        "certificates",
        "A certificate or key file cannot be read",
        "What cannot be read here the playbooks cannot copy, or Octavia cannot use.",
        "Check that it is a PEM file, its passphrase and who may read it.",
    ),
    error(
        "cert-not-a-ca",
        "certificates",
        "The certificate is no certificate authority",
        "TLS refuses certificates that it signed.",
        "Use a certificate made with basicConstraints CA:TRUE.",
    ),
    error(
        "cert-client-is-a-ca",
        "certificates",
        "The client certificate is a certificate authority",
        "Whoever has the controllers' key could sign certificates with it.",
        "Use a certificate made with basicConstraints CA:FALSE.",
    ),
    warning(
        "cert-ca-not-self-signed",
        "certificates",
        "The authority is signed by another one",
        "The other side must trust it without knowing who signed it; some TLS settings refuse.",
        "Use a root of its own, made for Octavia only.",
    ),
    error(
        "cert-key-usage",
        "certificates",
        "The key usage does not allow what the certificate is for",
        "TLS refuses a certificate used for what it does not allow.",
        "Make it again with keyCertSign for an authority, digitalSignature for the client.",
    ),
    error(
        "cert-extended-key-usage",
        "certificates",
        "The client certificate is not good for TLS clients",
        "Amphorae accept only a certificate with extended key usage clientAuth.",
        "Make it again with extended key usage clientAuth.",
    ),
    error(
        "cert-expired",
        "certificates",
        "A certificate has expired",
        "Controllers and amphorae stop talking to one another.",
        "Renew it.",
    ),
    warning(
        "cert-expires-soon",
        "certificates",
        "A certificate expires within 90 days",
        "After that day controllers and amphorae stop talking to one another.",
        "Renew it before.",
    ),
    error(
        "cert-not-yet-valid",
        "certificates",
        "A certificate is not valid yet",
        "Controllers and amphorae refuse it until then.",
        "Wait, or check the clock of the host that made it.",
    ),
    error(
        "cert-weak-key",
        "certificates",
        "A certificate has a weak key",
        "TLS libraries of today refuse it.",
        "Use RSA of 3072 bits or more, or an elliptic curve.",
    ),
    error(
        "cert-weak-signature",
        "certificates",
        "A certificate is signed with MD5 or SHA-1",
        "TLS libraries of today refuse it.",
        "Have it signed with SHA-256.",
    ),
    error(
        "cert-client-key-encrypted",
        "certificates",
        "The client key is encrypted",
        "Octavia has no option for its passphrase.",
        "Decrypt it: openssl pkey -in KEY -out NEW",
    ),
    error(
        "cert-ca-key-not-encrypted",
        "certificates",
        "The server CA key is not encrypted",
        "octavia.conf always names a passphrase, and Octavia refuses a key without one.",
        "Encrypt it: openssl pkey -aes256 -in KEY -out NEW",
    ),
    warning(
        "cert-key-mode",
        "certificates",
        "Other users can read a private key",
        "Whoever reads it can pose as a controller or an amphora.",
        "chmod 0600 the file.",
    ),
    error(
        "cert-role-replaces-key",
        "certificates",
        "The role would replace a key",
        "From 20.0.0 to 24.x it overwrites a key of another type or size than it is told.",
        "Use an RSA key, and set octavia_cert_key_length_server or _client to its size.",
    ),
    error(
        "cert-key-mismatch",
        "certificates",
        "A key does not belong to its certificate",
        "Octavia cannot use a certificate without its own key.",
        "Give the key the certificate was made with.",
    ),
    error(
        "cert-same-ca",
        "certificates",
        "Both authorities are the same",
        "An amphora could use its own certificate to command the other amphorae.",
        "Use two authorities.",
    ),
    error(
        "cert-chain",
        "certificates",
        "The client certificate is not signed by the client CA",
        "Amphorae would refuse the controllers.",
        "Give the authority that signed it, itself and not one above it.",
    ),
    error(
        "cert-bundle-differs",
        "certificates",
        "Two files hold different client certificates or keys",
        "The role copies the one with both in it, and the other is what was reviewed.",
        "Remove the file with both; it is put together afresh.",
    ),
    warning(
        "cert-outlives-ca",
        "certificates",
        "The client certificate is valid beyond its authority",
        "It is refused once the authority has expired.",
        "Renew the authority by then.",
    ),
)
