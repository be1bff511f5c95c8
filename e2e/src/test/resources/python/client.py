"""Drives a worker with nothing but stock grpcio and protobuf: no generated service code, no Osiris code.

usage: client.py ADDRESS TOKEN SESSION PROJECT [CA KEY CERTIFICATE], with the messages generated from proto/ on PYTHONPATH.
Prints one JSON object. Any surprise ends it with a traceback and a non-zero code.
"""

import json
import queue
import sys

import grpc

from osiris.proxy.v1 import data_service_pb2 as data
from osiris.proxy.v1 import session_pb2 as session_messages
from osiris.proxy.v1 import step_pb2 as steps
from osiris.proxy.v1 import worker_service_pb2 as worker

address, token, session, project = sys.argv[1:5]
target = address if address.startswith("unix:") else address[len("tcp:"):]
options = [("grpc.default_authority", "localhost")]
if len(sys.argv) > 5:
    credentials = grpc.ssl_channel_credentials(*(open(path, "rb").read() for path in sys.argv[5:8]))
    channel = grpc.secure_channel(target, credentials, options=options)
else:
    channel = grpc.insecure_channel(target, options=options)


def bearer(secret):
    return (("authorization", "Bearer " + secret),)


run_session = channel.stream_stream(
    "/osiris.proxy.v1.WorkerService/RunSession",
    request_serializer=worker.RunSessionRequest.SerializeToString,
    response_deserializer=worker.RunSessionResponse.FromString,
)
preview = channel.unary_unary(
    "/osiris.proxy.v1.DataService/Preview",
    request_serializer=data.PreviewRequest.SerializeToString,
    response_deserializer=data.PreviewResponse.FromString,
)

commands = queue.Queue()
events = run_session(iter(commands.get, None), metadata=bearer(token), timeout=60)
sequences = []


def until(kind):
    """The next event of that kind; a failure or a refusal on the way is a surprise."""
    for event in events:
        if event.sequence:
            sequences.append(event.sequence)
        name = event.WhichOneof("event")
        if name == kind:
            return event
        if name in ("step_failed", "command_rejected"):
            raise SystemExit("unexpected: " + str(event))
    raise SystemExit("the stream ended before " + kind)


commands.put(
    worker.RunSessionRequest(
        command_id="open",
        open_session=session_messages.OpenSession(
            protocol=session_messages.ProtocolVersions(min=1, max=1),
            session_id=session,
            project_dir=project,
            grants=[session_messages.Grant(path=project, writable=True)],
        ),
    )
)
opened = until("session_opened").session_opened

commands.put(
    worker.RunSessionRequest(
        command_id="extract",
        run_step=steps.RunStep(
            step_id="people",
            attempt="1",
            component="filesystem.csv_extractor",
            config_json=json.dumps({"path": "people.csv"}),
        ),
    )
)
extracted = until("step_succeeded").step_succeeded

commands.put(
    worker.RunSessionRequest(
        command_id="transform",
        run_step=steps.RunStep(
            step_id="adults",
            attempt="1",
            component="duckdb.processor",
            config_json=json.dumps({"query": "SELECT name, age FROM people WHERE age >= 18 ORDER BY name"}),
            inputs=[steps.StepInput(name="people", step_id="people")],
        ),
    )
)
transformed = until("step_succeeded").step_succeeded

shown = preview(
    data.PreviewRequest(session_id=session, table=data.TableName(step_id="adults")),
    metadata=bearer(opened.session_token),
    timeout=20,
)

commands.put(worker.RunSessionRequest(command_id="end", clean_up=session_messages.CleanUp()))
closed = until("session_closed").session_closed
commands.put(None)
for event in events:
    raise SystemExit("something came after the session was closed: " + str(event))

print(
    json.dumps(
        {
            "session": opened.session_id,
            "components": [component.name for component in opened.components],
            "extracted": extracted.outputs.tables[0].rows,
            "path": transformed.outputs.duckdb_path,
            "columns": [[column.name, column.type] for column in shown.columns],
            "rows": [[cell.text if cell.HasField("text") else None for cell in row.cells] for row in shown.rows],
            "closed": closed.reason,
            "sequences": sequences,
            "status": events.code().name,
        }
    )
)
