"""The one project that the stand-ins call home."""

HOME_PROJECT = "sealtape-local"
# As `bucket.project_number` shows it. Any other number is a foreign project.
PROJECT_NUMBER = "123456789012"
# The account by which Cloud Storage uses keys of Cloud KMS for the home project's buckets.
STORAGE_AGENT = f"service-{PROJECT_NUMBER}@gs-project-accounts.iam.gserviceaccount.com"


def account(name: str) -> str:
    """Return the address of one of the project's service accounts."""
    return f"{name}@{HOME_PROJECT}.iam.gserviceaccount.com"
