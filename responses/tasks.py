from celery import shared_task

from responses.retention import delete_expired_answers as delete


@shared_task
def delete_expired_answers() -> None:
    """Once a day."""
    delete()
