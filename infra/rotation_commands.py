"""`make rotate-signing-key` and `make retire-signing-key`: in a project, or of `make dev`."""

import argparse
import os
import sys
import time

from google.api_core.exceptions import GoogleAPICallError

from infra import rotation_cloud
from infra.local import dev, pins
from infra.local.ports import chosen
from infra.local.processes import StartFailed, taken
from infra.local.revisions import Orders
from infra.rotations import Rotation, RotationRefused
from infra.secrets_admin.store import GOOGLE_URL


def in_project(project: str, region: str) -> Rotation:
    """Return the rotation of a project, as the account that gcloud is signed in with."""
    url = os.environ.get("SECRET_MANAGER_URL", GOOGLE_URL)
    secrets = rotation_cloud.secrets(project, url)
    services = rotation_cloud.CloudRun(project, region)
    return Rotation(secrets, services, clock=time.time, progress=print)


def here() -> Rotation:
    """Return the rotation of the stack that `make dev` runs on this machine."""
    ports = chosen()
    port = ports.secrets
    if not taken([port]):
        raise RotationRefused("name a project (PROJECT=... REGION=...), or start `make dev`")
    secrets = pins.opened(f"http://127.0.0.1:{port}", pins.OPERATOR)
    return Rotation(secrets, Orders(dev.folder(ports)), clock=time.time, progress=print)


def main() -> None:
    """Take one step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=("rotate", "retire"))
    parser.add_argument("--project", default="", help="without it: what `make dev` runs here")
    parser.add_argument("--region", default="")
    arguments = parser.parse_args()
    if arguments.project and not arguments.region:
        parser.error("--project needs --region")
    rotation = in_project(arguments.project, arguments.region) if arguments.project else here()
    if arguments.step == "rotate":
        rotation.rotate()
        print("done: retire the old key in five hours, by `make retire-signing-key`")
    else:
        rotation.retire()
        print("done: one key is left")


if __name__ == "__main__":
    try:
        main()
    except RotationRefused as refusal:
        sys.exit(f"not now: {refusal}")
    except (rotation_cloud.CommandFailed, GoogleAPICallError, StartFailed) as failure:
        sys.exit(f"failed: {failure}")
