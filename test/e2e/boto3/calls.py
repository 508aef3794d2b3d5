"""Makes the calls that it reads, one JSON document a line: {"service", "operation", "input"}. Answers each with a line:
{"answer": …} or {"error": {"code", "status", "message", "members"}}. Times are written as {"$time": ISO 8601}."""
import datetime
import json
import sys

import boto3
from botocore import xform_name
from botocore.exceptions import ClientError

clients = {
    service: boto3.client(
        service,
        endpoint_url=sys.argv[1],
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )
    for service in ("pipes", "events")
}


def write(value):
    assert isinstance(value, datetime.datetime), value
    return {"$time": value.isoformat()}


for line in sys.stdin:
    call = json.loads(line)
    try:
        answer = getattr(clients[call["service"]], xform_name(call["operation"]))(**call["input"])
        outcome = {"answer": answer}
    except ClientError as error:
        outcome = {
            "error": {
                "code": error.response["Error"]["Code"],
                "status": error.response["ResponseMetadata"]["HTTPStatusCode"],
                "message": error.response["Error"]["Message"],
                "members": error.response,
            }
        }
    print(json.dumps(outcome, default=write), flush=True)
