from django.db import migrations


# A job of several mails that is given up leaves one for each of its mails that still waits: the
# version before, which does not know such a job, gives it up and sends them so.
FUNCTION = """
CREATE FUNCTION notifications_part_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM procrastinate_defer_jobs_v1(array_agg(ROW(
        NEW.queue_name, 'comptoir.notifications.tasks.send_message', NEW.priority, NULL, NULL,
        jsonb_build_object('message_id', m.id), NULL)::procrastinate_job_to_defer_v1))
    FROM notifications_message m
    WHERE m.id IN (SELECT jsonb_array_elements_text(NEW.args->'message_ids')::bigint)
      AND m.status = 'queued' AND m.held_at IS NULL AND m.tries = 0
    HAVING count(*) > 0;
    RETURN NULL;
END
$$
"""
TRIGGER = """
CREATE TRIGGER notifications_part_job AFTER UPDATE OF status ON procrastinate_jobs FOR EACH ROW
WHEN (NEW.status = 'failed' AND OLD.status <> 'failed'
      AND NEW.task_name = 'comptoir.notifications.tasks.send_messages')
EXECUTE FUNCTION notifications_part_job()
"""


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0003_held_mails'),
        ('procrastinate', '0037_pre_batch_defer_jobs'),
    ]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION notifications_part_job()"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER notifications_part_job ON procrastinate_jobs"),
    ]
