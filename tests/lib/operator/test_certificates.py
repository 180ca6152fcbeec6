"""`suitetoken certificate`: from a key to a token that nobody has to renew, and on to the next certificate."""

from __future__ import annotations

import boto3
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from local.netsuite.world import ACCOUNTANT
from suitetoken.admin.certificates import register
from suitetoken.aws.records import read_token
from tests.terminals.machine_operator import NAME, MachineDesk
from tests.terminals.operator import Desk
from tests.worlds.world import REGION

REGISTER = ("certificate", "register", NAME, "--certificate-id")


def published(desk: MachineDesk) -> str | None:
    """Return the grant id of the token that readers have."""
    token = read_token(desk.desk.store, NAME).document.token
    return token.grant_id if token else None


def read_tags(key: str) -> dict[str, str]:
    """Return the tags of a key in KMS."""
    tags = boto3.client("kms", region_name=REGION).list_resource_tags(KeyId=key)["Tags"]
    return {tag["TagKey"]: tag["TagValue"] for tag in tags}


def find_alias(name: str) -> str:
    """Return the id of the key that an alias leads to."""
    return str(boto3.client("kms", region_name=REGION).describe_key(KeyId=name)["KeyMetadata"]["Arn"])


def find_state(key: str) -> str:
    """Return the state of a key in KMS."""
    return str(boto3.client("kms", region_name=REGION).describe_key(KeyId=key)["KeyMetadata"]["KeyState"])


def test_from_nothing_to_a_token(machine_desk: MachineDesk) -> None:
    """Create prints what to upload and where; register proves it with a token; readers notice no difference."""
    made = machine_desk.type("certificate", "create", NAME)
    assert (made.code, "(M2M) Setup" in made.err, "certificate register" in made.err) == (0, True, True)
    certificate = x509.load_pem_x509_certificate(made.out.encode())
    certificate.verify_directly_issued_by(certificate)
    assert (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days == 730
    current = machine_desk.held.current
    assert current is not None
    assert read_tags(current.key) == {"suitetoken": "suitetoken", "connection": NAME}
    assert find_alias(f"alias/suitetoken-{NAME}") == current.key
    registered = machine_desk.type(*REGISTER, machine_desk.upload(made.out))
    assert (registered.code, "The certificate works" in registered.err) == (0, True)
    assert published(machine_desk) == current.grant_id
    row = machine_desk.type("status", NAME, "--json").json[0]
    assert (row["state"], row["consent_ends_at"]) == ("healthy", current.valid_until)


def test_creating_and_registering_again_changes_nothing(machine_desk: MachineDesk) -> None:
    """The same certificate is printed; the same id is confirmed without a token request."""
    machine_desk.start()
    before, asked = machine_desk.desk.secrets(), len(machine_desk.simulator.token_requests)
    current = machine_desk.held.current
    assert current is not None
    again = machine_desk.type("certificate", "create", NAME, "--key-spec", "RSA_4096")
    assert (again.code, again.out, "already" in again.err) == (0, current.pem, True)
    assert machine_desk.type(*REGISTER, str(current.certificate_id)).code == 0
    assert (machine_desk.desk.secrets(), len(machine_desk.simulator.token_requests)) == (before, asked)


@pytest.mark.parametrize("spec", ["ECC_NIST_P384", "RSA_3072"])
def test_kinds_of_keys_in_secrets_manager(machine_desk: MachineDesk, spec: str) -> None:
    """The private key is made here and stored there, and is in no output."""
    machine_desk.start("--key-store", "secrets-manager", "--key-spec", spec, "--days", "30")
    current = machine_desk.held.current
    assert current is not None
    assert current.key == f"key/{NAME}"
    key = x509.load_pem_x509_certificate(current.pem.encode()).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey)
    assert "PRIVATE KEY" in machine_desk.desk.store.read(f"key/{NAME}").body
    shown = machine_desk.type("certificate", "show", NAME, "--json")
    assert "PRIVATE KEY" not in shown.out
    assert shown.json[0]["algorithm"] == ("ES384" if spec == "ECC_NIST_P384" else "PS256")


def test_every_kind_of_key_in_kms_makes_a_certificate(machine_desk: MachineDesk) -> None:
    """EC and RSA alike, signed by KMS; PS256 tokens need AWS itself, for moto's salt is another."""
    made = machine_desk.type("certificate", "create", NAME, "--key-spec", "RSA_3072", "--json")
    assert (made.code, made.json["algorithm"]) == (0, "PS256")
    certificate = x509.load_pem_x509_certificate(made.json["pem"].encode())
    certificate.verify_directly_issued_by(certificate)


def test_rotating_where_the_role_permits(machine_desk: MachineDesk) -> None:
    """One command: new key, upload, first token, the old one revoked and its key given up; readers are served on."""
    machine_desk.start()
    old = machine_desk.held.current
    rotated = machine_desk.type("certificate", "rotate", NAME)
    assert rotated.code == 0, rotated.err
    held = machine_desk.held
    assert old is not None
    assert held.current is not None
    assert (held.next, held.old, held.current.key == old.key) == (None, None, False)
    assert published(machine_desk) == held.current.grant_id
    revoked = {mapped.id for mapped in machine_desk.simulator.certificates.values() if mapped.revoked}
    assert revoked == {old.certificate_id}
    assert find_alias(f"alias/suitetoken-{NAME}") == held.current.key
    assert find_state(old.key) == "PendingDeletion"


def test_rotating_again_and_again(machine_desk: MachineDesk) -> None:
    """Ten times, though a record may have five active certificates only."""
    machine_desk.start("--key-store", "secrets-manager")
    for number in range(2, 9):
        assert machine_desk.type("certificate", "rotate", NAME, "--key-store", "secrets-manager").code == 0
        current = machine_desk.held.current
        assert current is not None
        assert current.key == f"key/{NAME}/{number}"


def test_rotating_where_the_role_does_not_permit(machine_desk: MachineDesk) -> None:
    """The certificate to upload is printed; register goes on; what cannot be revoked from here is said."""
    machine_desk.start()
    machine_desk.simulator.certificate_roles.discard(ACCOUNTANT)
    rotated = machine_desk.type("certificate", "rotate", NAME)
    assert (rotated.code, "could not be uploaded" in rotated.err) == (0, True)
    again = machine_desk.type("certificate", "rotate", NAME)
    assert again.out == rotated.out
    registered = machine_desk.type(*REGISTER, machine_desk.upload(rotated.out))
    assert (registered.code, "retire nightly --revoked" in registered.err) == (2, True)
    old = machine_desk.held.old
    assert old is not None
    assert machine_desk.type("certificate", "retire", NAME, "--revoked").code == 0
    assert machine_desk.held.old is None
    assert published(machine_desk) == (machine_desk.held.current and machine_desk.held.current.grant_id)


def test_a_next_certificate_that_does_not_work(machine_desk: MachineDesk) -> None:
    """The command ends with 3 and NetSuite's reason; the one in use goes on; rotating again makes another."""
    machine_desk.start()
    before = published(machine_desk)
    machine_desk.simulator.certificate_roles.discard(ACCOUNTANT)
    machine_desk.type("certificate", "rotate", NAME)
    refused = machine_desk.type(*REGISTER, "unknown")
    assert (refused.code, "invalid_client" in refused.err) == (3, True)
    assert published(machine_desk) == before
    first = machine_desk.held.next
    machine_desk.simulator.certificate_roles.add(ACCOUNTANT)
    assert machine_desk.type("certificate", "rotate", NAME).code == 0
    assert first is not None
    assert published(machine_desk) not in (before, first.grant_id)
    assert find_state(first.key) == "PendingDeletion"


def test_a_next_certificate_is_tried_again_with_another_id(machine_desk: MachineDesk) -> None:
    """The id was mistyped: what was said about the wrong one is gone, and the right one works."""
    machine_desk.start()
    machine_desk.simulator.certificate_roles.discard(ACCOUNTANT)
    rotated = machine_desk.type("certificate", "rotate", NAME)
    assert machine_desk.type(*REGISTER, "mistyped").code == 3
    register(machine_desk.desk.store, NAME, "right")
    assert (machine_desk.held.next and machine_desk.held.next.problem) is None
    machine_desk.type(*REGISTER, machine_desk.upload(rotated.out))
    current = machine_desk.held.current
    assert current is not None
    assert (current.pem, published(machine_desk)) == (rotated.out, current.grant_id)


def test_a_wrong_id_is_told_at_once_and_can_be_mended(machine_desk: MachineDesk) -> None:
    """The right id afterwards is enough, and what was said about the wrong one is gone with it."""
    made = machine_desk.type("certificate", "create", NAME)
    wrong = machine_desk.type(*REGISTER, "wrong")
    assert (wrong.code, "certificate id" in wrong.err, "register" in wrong.err) == (3, True, True)
    assert machine_desk.type("status", NAME).code == 3
    register(machine_desk.desk.store, NAME, "right")
    current = machine_desk.held.current
    assert (current and current.problem, machine_desk.desk.world.connection(NAME).problem) == (None, None)
    assert machine_desk.type(*REGISTER, machine_desk.upload(made.out)).code == 0
    assert machine_desk.type("status", NAME).code == 0


def test_a_wrong_id_does_not_replace_one_that_works(machine_desk: MachineDesk) -> None:
    """It is refused, really and in a dry run, with nothing changed; the right one is confirmed in both."""
    machine_desk.start()
    current, before = machine_desk.held.current, machine_desk.desk.secrets()
    assert current is not None
    for dry_run in ((), ("--dry-run",)):
        wrong = machine_desk.type(*REGISTER, "wrong", *dry_run)
        assert (wrong.code, f"{current.certificate_id} and works" in wrong.err) == (2, True)
        right = machine_desk.type(*REGISTER, str(current.certificate_id), *dry_run)
        assert (right.code, "works; nothing" in right.err) == (0, True)
    assert machine_desk.desk.secrets() == before


def test_a_certificate_that_netsuite_has_under_another_id_now(machine_desk: MachineDesk) -> None:
    """As after a sandbox refresh: the message says how, and that way works."""
    machine_desk.start()
    current = machine_desk.held.current
    assert current is not None
    machine_desk.simulator.certificates.clear()
    renamed = machine_desk.upload(current.pem)
    refused = machine_desk.type(*REGISTER, renamed)
    assert (refused.code, f"`suitetoken rotate {NAME} --force`" in refused.err) == (2, True)
    found = machine_desk.type("rotate", NAME, "--force", "--wait")
    assert (found.code, "invalid_client" in found.err, "certificate register" in found.err) == (3, True, True)
    assert machine_desk.type(*REGISTER, renamed).code == 0
    assert machine_desk.type("status", NAME).code == 0


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("create", NAME, "--key-spec", "RSA_2048"), "RSA_3072"),
        (("create", NAME, "--days", "731"), "730"),
        (("create", "Bad Name"), "name"),
        (("register", NAME, "--certificate-id", "two words"), "Certificate ID"),
        (("register", NAME, "--certificate-id", "early"), "certificate create"),
        (("rotate", NAME), "certificate create"),
        (("show", "unknown"), "there is no connection unknown"),
    ],
)
def test_bad_input(machine_desk: MachineDesk, arguments: tuple[str, ...], word: str) -> None:
    """Each is refused with the way out, and nothing was changed or made."""
    before = machine_desk.desk.secrets()
    answer = machine_desk.type("certificate", *arguments)
    assert (answer.code in (2, 4), word in answer.err, answer.out) == (True, True, "")
    assert machine_desk.desk.secrets() == before
    assert boto3.client("kms", region_name=REGION).list_keys()["Keys"] == []


def test_an_unregistered_certificate_is_not_followed(machine_desk: MachineDesk) -> None:
    """First things first."""
    machine_desk.type("certificate", "create", NAME)
    answer = machine_desk.type("certificate", "rotate", NAME)
    assert (answer.code, "register" in answer.err) == (2, True)


@pytest.mark.parametrize("arguments", [("create", NAME), ("rotate", NAME), (*REGISTER[1:], "some-id")])
def test_dry_runs_change_nothing(machine_desk: MachineDesk, arguments: tuple[str, ...]) -> None:
    """They say what they would do, and neither key nor document is touched."""
    if arguments[0] == "rotate":
        machine_desk.start()
    elif arguments[0] == "register":
        machine_desk.type("certificate", "create", NAME)
    before, keys = machine_desk.desk.secrets(), boto3.client("kms", region_name=REGION).list_keys()["Keys"]
    answer = machine_desk.type("certificate", *arguments, "--dry-run")
    assert (answer.code, "Would" in answer.err) == (0, True)
    assert machine_desk.desk.secrets() == before
    assert boto3.client("kms", region_name=REGION).list_keys()["Keys"] == keys


def test_a_crash_after_the_key_was_made(machine_desk: MachineDesk) -> None:
    """The next try uses it instead of leaving it behind."""
    kms = boto3.client("kms", region_name=REGION)
    left = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName=f"alias/suitetoken-{NAME}", TargetKeyId=left)
    machine_desk.start()
    assert machine_desk.held.current is not None
    assert machine_desk.held.current.key == left


def test_the_list_of_all(machine_desk: MachineDesk) -> None:
    """Every connection's certificates with their ends; others and damaged ones are no hindrance."""
    assert "No certificates yet" in machine_desk.type("certificate", "list").err
    machine_desk.start()
    (row,) = machine_desk.type("certificate", "list", "--json").json
    assert (row["connection"], row["place"], row["state"]) == (NAME, "current", "registered")
    assert "729 d" in machine_desk.type("certificate", "list").out
    assert machine_desk.type("certificate", "show", NAME, "--pem").out.startswith("-----BEGIN CERTIFICATE")


def test_links_and_scopes_of_persons_are_refused(machine_desk: MachineDesk) -> None:
    """No link leads to it, and mcp is for people."""
    link = machine_desk.type("link", NAME)
    assert (link.code, "needs no person" in link.err) == (2, True)
    mcp = machine_desk.type(
        *("connection", "add", "x", "--client", "acme", "--scope", "mcp", "--grant-type", "client_credentials")
    )
    assert (mcp.code, "mcp" in mcp.err) == (2, True)
    changed = machine_desk.type("connection", "update", NAME, "--scope", "mcp")
    assert (changed.code, "mcp" in changed.err) == (2, True)


def test_a_persons_connection_has_no_certificates(office: Desk) -> None:
    """And the command says what to do instead."""
    answer = office.type("certificate", "create", "finance")
    assert (answer.code, "authorized by a person" in answer.err, "suitetoken link finance" in answer.err) == (
        2,
        True,
        True,
    )


def test_adding_again_with_another_grant_type_is_refused(office: Desk) -> None:
    """A person's connection does not silently become a machine's."""
    answer = office.type(
        *("connection", "add", "finance", "--client", "acme", "--scope", "restlets rest_webservices"),
        *("--grant-type", "client_credentials"),
    )
    assert (answer.code, "other settings" in answer.err) == (2, True)
